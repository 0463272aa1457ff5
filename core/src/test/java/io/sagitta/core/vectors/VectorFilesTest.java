package io.sagitta.core.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sagitta.core.IndexFormatException;
import io.sagitta.core.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorFilesTest {
  @TempDir Path folder;

  /** numpy.save(numpy.array([[1, 2.5], [-3, 0]], dtype)) as numpy 2 writes it, after the header. */
  @ParameterizedTest
  @CsvSource({
    "<f4, 0000803f00002040000040c000000000",
    ">f4, 3f80000040200000c040000000000000",
    "<f2, 003c004100c20000",
    "<f8, 000000000000f03f000000000000044000000000000008c00000000000000000"
  })
  void numpyBytes(String descr, String data) throws IOException {
    Path file = folder.resolve("a.npy");
    write(
        file, numpy("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (2, 2), }", data));
    assertThat(VectorFiles.read(file).toArray()).containsExactly(1f, 2.5f, -3f, 0f);
  }

  @Test
  void headerIsTheOneNumpyWrites() throws IOException {
    Path file = folder.resolve("a.npy");
    VectorFiles.write(file, Vectors.of(new float[6], 3));
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(128 + 24);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }")
        .endsWith(" \n");
  }

  @Test
  void axesBehindTheFirstAreOneVector() throws IOException {
    Path file = folder.resolve("a.npy");
    write(
        file,
        numpy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 3), }", "010203040506"));
    Vectors v = VectorFiles.read(file);
    assertThat(v.d()).isEqualTo(3);
    assertThat(v.get(1, 2)).isEqualTo(6f);
    write(
        file,
        numpy("{'descr': '<i8', 'fortran_order': True, 'shape': (1,), }", "ffffffffffffff7f"));
    assertThat(IdMatrix.read(file).ids()).containsExactly(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }; Fortran order",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 2), }; type '<c8'",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }; records",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }; do not fit",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 0), }; dimension 0",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4294967296, 4294967296), };"
            + " overflows",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 2), }; length",
        "{'descr': '<f4', 'shape': (2, 2), }; lacks",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'x': 1}; unknown key",
        "hello; '{' is expected"
      })
  void refusedNumpyFiles(String dictionary, String message) throws IOException {
    Path file = folder.resolve("a.npy");
    write(file, numpy(dictionary, "00000000000000000000000000000000"));
    assertThatThrownBy(() -> VectorFiles.inspect(file))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("a.npy");
  }

  @Test
  void headersThatClaimTooMuchAreRefusedBeforeAnythingIsAllocated() throws IOException {
    Path fbin = folder.resolve("a.fbin");
    write(fbin, ByteBuffer.allocate(8).putInt(0xffffffff).putInt(0x00001000).array());
    assertThatThrownBy(() -> VectorFiles.read(fbin))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageContaining("the file has 0");
    Path idx = folder.resolve("a-idx3-ubyte.gz");
    // 10 MB of zeros pass the ratio check of the header and fail the count of the rows.
    byte[] start = ByteBuffer.allocate(12).putInt(0x802).putInt(2_510_000).putInt(4).array();
    writeGzip(idx, start, 10_000_000);
    assertThatThrownBy(() -> VectorFiles.read(idx))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageContaining("before row 2510000");
    writeGzip(idx, ByteBuffer.allocate(12).putInt(0x802).putInt(-1).putInt(4).array(), 100);
    assertThatThrownBy(() -> VectorFiles.inspect(idx))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageContaining("do not fit");
    write(idx, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> VectorFiles.inspect(idx)).isInstanceOf(IndexFormatException.class);
  }

  @Test
  void aRecordOfAnotherDimensionIsNamed() throws IOException {
    Path file = folder.resolve("a.fvecs");
    VectorFiles.write(file, Vectors.of(new float[12], 3));
    byte[] bytes = Files.readAllBytes(file);
    bytes[32] = 2;
    write(file, bytes);
    assertThatThrownBy(() -> VectorFiles.read(file))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageContaining("record 2 has dimension 2, the first has 3")
        .extracting(e -> ((IndexFormatException) e).offset())
        .isEqualTo(32L);
  }

  @Test
  void integerFormatsRefuseWhatTheyCannotHold() throws IOException {
    Path file = folder.resolve("a.u8bin");
    Files.writeString(file, "old");
    assertThatThrownBy(() -> VectorFiles.write(file, Vectors.of(new float[] {1, 255.5f}, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("component 1 of vector 0 is 255.5");
    assertThat(file).hasContent("old");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void idsAreExact() throws IOException {
    IdMatrix ids = new IdMatrix(2, 2, new long[] {-1, Long.MAX_VALUE, 0, 1L << 53 | 1});
    Path npy = folder.resolve("a.npy");
    ids.write(npy);
    assertThat(IdMatrix.read(npy).ids()).isEqualTo(ids.ids());
    assertThat(IdMatrix.read(npy).get(0, 1)).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> ids.write(folder.resolve("a.ivecs")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9223372036854775807");
    VectorFiles.write(npy, Vectors.of(new float[1], 1));
    assertThatThrownBy(() -> IdMatrix.read(npy)).isInstanceOf(IndexFormatException.class);
  }

  @Test
  void onlyPlainFloatsAreMapped() throws IOException {
    Path file = folder.resolve("a.fvecs");
    VectorFiles.write(file, Vectors.of(new float[4], 2));
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> VectorFiles.map(file, arena))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot be mapped");
    }
  }

  @Test
  void endingsNameTheFormat() {
    assertThat(VectorFormat.of(Path.of("x/SIFT.FVECS"))).isEqualTo(VectorFormat.FVECS);
    assertThat(VectorFormat.of(Path.of("train-images-idx3-ubyte.gz"))).isEqualTo(VectorFormat.IDX);
    assertThatThrownBy(() -> VectorFormat.of(Path.of("vectors.csv")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".npy");
    assertThatThrownBy(() -> VectorWriter.create(folder.resolve("a.idx"), 2))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void theDataSetsAreAsTheirReadmeSays() throws IOException {
    Path data = Path.of(System.getProperty("sagitta.data", "shared/data"));
    assumeTrue(Files.isDirectory(data), "no data sets at hand");
    assertThat(VectorFiles.inspect(data.resolve("siftsmall/siftsmall_base.fvecs")).toString())
        .isEqualTo("siftsmall_base.fvecs: 10000 x 128 float32");
    IdMatrix truth = IdMatrix.read(data.resolve("siftsmall/siftsmall_groundtruth.ivecs"));
    assertThat(truth.n()).isEqualTo(100);
    assertThat(truth.k()).isEqualTo(100);
    assertThat(LongStream.of(truth.ids())).allMatch(id -> id >= 0 && id < 10_000);
    Vectors images = VectorFiles.read(data.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz"));
    assertThat(images.n()).isEqualTo(10_000);
    assertThat(images.d()).isEqualTo(784);
    IdMatrix labels = IdMatrix.read(data.resolve("fashion-mnist/t10k-labels-idx1-ubyte.gz"));
    assertThat(labels.n()).isEqualTo(10_000);
    assertThat(LongStream.of(labels.ids())).allMatch(l -> l >= 0 && l <= 9);
  }

  private static byte[] numpy(String dictionary, String hex) throws IOException {
    byte[] data = HexFormat.of().parseHex(hex);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(NpyHeader.MAGIC);
    out.write(new byte[] {1, 0, (byte) dictionary.length(), (byte) (dictionary.length() >> 8)});
    out.write(dictionary.getBytes(StandardCharsets.US_ASCII));
    out.write(data);
    return out.toByteArray();
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
  }

  private static void writeGzip(Path file, byte[] start, int zeros) throws IOException {
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(start);
      out.write(new byte[zeros]);
    }
  }
}
