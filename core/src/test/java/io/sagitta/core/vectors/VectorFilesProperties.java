package io.sagitta.core.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IndexFormatException;
import io.sagitta.core.Vectors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Round trips, streaming and hostile headers, over random shapes, types and byte orders. */
class VectorFilesProperties {
  private static Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("vectors");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path f : files.toList()) {
        Files.delete(f);
      }
    }
    Files.delete(folder);
  }

  @Provide
  Arbitrary<VectorFormat> writable() {
    return Arbitraries.of(VectorFormat.values()).filter(f -> f != VectorFormat.IDX);
  }

  @Property
  void whatIsWrittenIsRead(
      @ForAll @From("writable") VectorFormat format,
      @ForAll ElementType wanted,
      @ForAll @IntRange(max = 70) int n,
      @ForAll @IntRange(min = 1, max = 300) int d,
      @ForAll @IntRange(min = 1, max = 50) int blockRows,
      @ForAll long seed)
      throws IOException {
    ElementType element = format == VectorFormat.NPY ? wanted : format.element();
    float[] values = values(element, n * d, seed);
    Path file = folder.resolve("a" + format.ending());
    try (VectorWriter out = VectorWriter.create(file, d, element)) {
      Vectors all = Vectors.of(values, d);
      for (int i = 0; i < n; i += blockRows) {
        out.append(all.slice(i, Math.min(blockRows, n - i)));
      }
      assertThat(out.count()).isEqualTo(n);
      out.commit();
    }
    if (n == 0 && format.isRecords()) {
      assertThatThrownBy(() -> VectorFiles.inspect(file))
          .isInstanceOf(IndexFormatException.class)
          .hasMessageContaining("empty");
      return;
    }
    VectorFileInfo info = VectorFiles.inspect(file);
    assertThat(info.n()).isEqualTo(n);
    assertThat(info.d()).isEqualTo(d);
    assertThat(info.element()).isEqualTo(element);
    assertThat(VectorFiles.read(file).toArray()).isEqualTo(values);
    assertThat(readInBlocks(file, blockRows)).isEqualTo(values);
    if (info.isMappable()) {
      try (Arena arena = Arena.ofConfined()) {
        assertThat(VectorFiles.map(file, arena).toArray()).isEqualTo(values);
      }
    }
    if (element.isInteger()) {
      IdMatrix ids = IdMatrix.read(file);
      for (int i = 0; i < n * d; i++) {
        assertThat(ids.ids()[i]).isEqualTo((long) values[i]);
      }
    }
  }

  @Property
  void numpyArraysOfEveryTypeOrderAndVersionAreRead(
      @ForAll ElementType element,
      @ForAll boolean bigEndian,
      @ForAll @IntRange(min = 1, max = 3) int version,
      @ForAll @IntRange(max = 20) int n,
      @ForAll @IntRange(min = 1, max = 40) int d,
      @ForAll long seed)
      throws IOException {
    float[] values = values(element, n * d, seed);
    char order = element.bytes() == 1 ? '|' : bigEndian ? '>' : '<';
    String dictionary =
        "{\"shape\": ("
            + n
            + ","
            + d
            + "L), 'fortran_order':False,   'descr': '"
            + order
            + element.numpy()
            + "'}\n";
    ByteBuffer out = npy(version, dictionary, n * d * element.bytes());
    out.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      element.put(out, v);
    }
    Path file = folder.resolve("b.npy");
    Files.write(file, out.array());
    assertThat(VectorFiles.read(file).toArray()).isEqualTo(values);
  }

  @Property
  void skippingIsReadingWithoutLooking(
      @ForAll @From("writable") VectorFormat format,
      @ForAll @IntRange(min = 1, max = 60) int n,
      @ForAll @IntRange(max = 60) int skip,
      @ForAll long seed)
      throws IOException {
    int d = 5;
    int skipped = Math.min(skip, n);
    float[] values = values(format.element(), n * d, seed);
    Path file = folder.resolve("c" + format.ending());
    VectorFiles.write(file, Vectors.of(values, d));
    try (VectorReader in = VectorReader.open(file)) {
      in.skip(skipped);
      assertThat(in.remaining()).isEqualTo(n - skipped);
      assertThat(in.next(n).toArray()).isEqualTo(Arrays.copyOfRange(values, skipped * d, n * d));
      assertThat(in.next(1).n()).isZero();
      assertThatThrownBy(() -> in.skip(1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Any bytes give vectors of the size the file can hold, or the documented exception. */
  @Property(tries = 2000)
  void damagedFilesAreRefusedOrReadInBounds(
      @ForAll VectorFormat format, @ForAll @IntRange(max = 12) int damages, @ForAll long seed)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] good = sample(format, random);
    for (int i = 0; i < damages; i++) {
      good = damage(good, random);
    }
    Path file = folder.resolve("d" + format.ending());
    Files.write(file, good);
    try {
      VectorFileInfo info = VectorFiles.inspect(file);
      assertThat(info.n() * info.d() * info.element().bytes()).isLessThanOrEqualTo(good.length);
      assertThat(VectorFiles.read(file).n()).isEqualTo(info.n());
    } catch (IndexFormatException e) {
      assertThat(e.offset()).isBetween(0L, (long) good.length + 4);
      assertThat(e).hasMessageContaining("d" + format.ending());
    }
  }

  private static byte[] sample(VectorFormat format, SplittableRandom random) throws IOException {
    int n = 1 + random.nextInt(4);
    int d = 1 + random.nextInt(4);
    if (format == VectorFormat.IDX) {
      ByteBuffer b = ByteBuffer.allocate(12 + n * d);
      return b.putInt(0x802).putInt(n).putInt(d).array();
    }
    Path file = folder.resolve("sample" + format.ending());
    VectorFiles.write(file, Vectors.of(new float[n * d], d));
    return Files.readAllBytes(file);
  }

  private static byte[] damage(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(Math.min(bytes.length, 140));
    byte[] out = bytes.clone();
    switch (random.nextInt(4)) {
      case 0 -> out[at] = (byte) random.nextInt();
      case 1 -> out[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> out = Arrays.copyOf(out, random.nextInt(out.length + 1));
      default -> out[at] = (byte) "0123456789(),'{}<>|-".charAt(random.nextInt(20));
    }
    return out;
  }

  private static float[] readInBlocks(Path file, int rows) throws IOException {
    try (VectorReader in = VectorReader.open(file)) {
      int d = in.info().d();
      float[] out = new float[Math.toIntExact(in.info().n()) * d];
      int at = 0;
      for (Vectors b = in.next(rows); b.n() > 0; b = in.next(rows)) {
        assertThat(b.n()).isLessThanOrEqualTo(rows);
        float[] block = b.toArray();
        System.arraycopy(block, 0, out, at, block.length);
        at += block.length;
      }
      assertThat(at).isEqualTo(out.length);
      return out;
    }
  }

  /** Values that the type holds exactly, extremes among them. */
  private static float[] values(ElementType element, int count, long seed) {
    Random random = new Random(seed);
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] =
          switch (element) {
            case FLOAT32, FLOAT64 -> Float.intBitsToFloat(random.nextInt() & 0xff7fffff);
            case FLOAT16 -> Float.float16ToFloat((short) (random.nextInt() & 0xfbff));
            case UINT8 -> random.nextInt(256);
            case INT8 -> random.nextInt(256) - 128;
            case INT16 -> random.nextInt(65536) - 32768;
            case INT32 -> (float) (random.nextInt() >> 7) * 128;
            case INT64 -> (float) (random.nextLong() >> 40) * (1L << 40);
          };
    }
    return out;
  }

  private static ByteBuffer npy(int version, String dictionary, int dataBytes) {
    byte[] text = dictionary.getBytes(StandardCharsets.US_ASCII);
    int prefix = version == 1 ? 10 : 12;
    ByteBuffer out = ByteBuffer.allocate(prefix + text.length + dataBytes);
    out.order(ByteOrder.LITTLE_ENDIAN).put(NpyHeader.MAGIC).put((byte) version).put((byte) 0);
    if (version == 1) {
      out.putShort((short) text.length);
    } else {
      out.putInt(text.length);
    }
    return out.put(text);
  }
}
