package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.MetricType;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Index files: round trips, mapping, damage. */
class IvfFilesTest {
  private static final int D = 8;

  private static byte[] file(String factory) {
    float[] x = IvfData.clustered(1000, D, 1);
    try (IndexIVF index = IvfData.index(factory, D, MetricType.L2, x)) {
      index.reset();
      index.add(Arrays.copyOf(x, 300 * D));
      index.setNprobe(3);
      return IndexIO.toBytes(index);
    }
  }

  /** Offset of the lists' fourcc. */
  private static int lists(byte[] file) {
    for (int i = file.length - 4; i >= 0; i--) {
      if (file[i] == 'i' && file[i + 1] == 'l' && file[i + 2] == 'a' && file[i + 3] == 'r') {
        return i;
      }
    }
    throw new AssertionError("no ilar");
  }

  private static byte[] with(byte[] file, int at, long value) {
    byte[] b = file.clone();
    ByteBuffer.wrap(b).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
    return b;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IVF8,Flat",
        "IVF200,Flat",
        "IVF8,SQ8",
        "IVF8,SQ6",
        "IVF8,SQ0",
        "IVF8,SQfp16",
        "IVF8,PQ4x8",
        "IVF8,PQ2x5np"
      })
  void bytesComeBackAndMappedFilesAnswerAlike(String factory, @TempDir Path dir)
      throws IOException {
    byte[] bytes = file(factory);
    float[] q = IvfData.clustered(40, D, 2);
    Path path = dir.resolve("a.index");
    try (Index loaded = IndexIO.fromBytes(bytes)) {
      assertThat(IndexIO.toBytes(loaded)).isEqualTo(bytes);
      assertThat(((IndexIVF) loaded).nprobe()).isEqualTo(3);
      IndexIO.write(loaded, path);
      try (Index mapped = IndexIO.open(path)) {
        assertThat(mapped.search(q, 5).labels()).isEqualTo(loaded.search(q, 5).labels());
        assertThat(IndexIO.toBytes(mapped)).isEqualTo(bytes);
        assertThatThrownBy(() -> mapped.add(q)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> mapped.removeIds(id -> true))
            .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(mapped::reset).isInstanceOf(UnsupportedOperationException.class);
      }
      loaded.add(q);
      assertThat(loaded.removeIds(id -> id < 150)).isEqualTo(150);
      assertThat(loaded.ntotal()).isEqualTo(190);
      if (!factory.endsWith("SQ0") && !factory.contains("PQ")) {
        assertThat(loaded.search(q, 1).id(0, 0)).isEqualTo(300);
      }
    }
  }

  @Test
  void damagedSizesAreRefusedBeforeAnythingIsAllocated() {
    byte[] full = file("IVF8,Flat");
    byte[] sparse = file("IVF700,Flat");
    int f = lists(full);
    int s = lists(sparse);
    byte[][] bad = {
      with(full, f + 4, 9), // nlist
      with(full, f + 4, -1),
      with(full, f + 12, 31), // code size
      with(full, f + 24, 1L << 60), // count of sizes
      with(full, f + 32, 1L << 40), // size of list 0
      with(full, f + 32, -5),
      with(full, f + 40, Long.MAX_VALUE),
      with(sparse, s + 24, 3), // odd count
      with(sparse, s + 32, 700), // list number
      with(sparse, s + 32, -1),
      with(sparse, s + 40, 1L << 50),
      with(full, 37, 0), // nlist in the header
      with(full, 37, 1L << 50),
      with(full, 45, -1), // nprobe
    };
    for (byte[] b : bad) {
      assertThatThrownBy(() -> IndexIO.fromBytes(b)).isInstanceOf(IndexFormatException.class);
    }
  }

  @Test
  void noMutationDoesWorseThanADocumentedException() {
    Random random = new Random(11);
    for (String factory : new String[] {"IVF8,Flat", "IVF700,SQ8"}) {
      byte[] original = file(factory);
      int head = lists(original) + 60;
      for (int i = 0; i < 3000; i++) {
        byte[] b = original.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
          b[random.nextInt(i % 2 == 0 ? head : b.length)] = (byte) random.nextInt(256);
        }
        try (Index index = IndexIO.fromBytes(b)) {
          float[] q = IvfData.clustered(3, index.d(), 2);
          index.search(q, 4);
          index.rangeSearch(io.sagitta.core.Vectors.of(q, index.d()), 1f);
        } catch (IOException
            | IllegalArgumentException
            | IllegalStateException
            | UnsupportedOperationException e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
  }
}
