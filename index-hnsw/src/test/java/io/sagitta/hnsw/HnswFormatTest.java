package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.MemoryBlock;
import io.sagitta.flat.IndexFlat;
import io.sagitta.flat.IndexFlatL2;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HnswFormatTest {
  private static final int D = 8;

  private static float[] integers(long seed, int n) {
    Random r = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = r.nextInt(21) - 10;
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HNSW",
        "HNSW8",
        "HNSW8,Flat",
        "HNSW8_Flat",
        "HNSW8,SQ8",
        "HNSW8_SQ4",
        "HNSW6,SQfp16",
        "HNSW8,PQ4x4np",
        "HNSW8,FlatPanorama4",
        "HNSW8,FlatPanorama5",
        "HNSW8,RaBitQ",
        "HNSW8_RaBitQ4"
      })
  void everyStorageGoesThroughFiles(String description, @TempDir Path dir) throws IOException {
    Path file = dir.resolve("x");
    float[] x = integers(1, 600 * D);
    float[] queries = integers(2, 30 * D);
    long before = MemoryBlock.allocatedBytes();
    try (Index index = IndexFactory.create(D, description)) {
      index.train(x);
      index.add(x);
      IndexIO.write(index, file);
      byte[] bytes = Files.readAllBytes(file);
      KnnResult expected = index.search(queries, 7);
      try (Index read = IndexIO.read(file);
          Index mapped = IndexIO.open(file);
          Index copy = read.copy()) {
        for (Index other : new Index[] {read, mapped, copy}) {
          assertThat(other.getClass()).isEqualTo(index.getClass());
          assertThat(IndexIO.toBytes(other)).isEqualTo(bytes);
          assertThat(other.search(queries, 7).labels()).isEqualTo(expected.labels());
          assertThat(other.search(queries, 7).distances()).isEqualTo(expected.distances());
          assertThat(other.reconstruct(5)).isEqualTo(index.reconstruct(5));
        }
        assertThatThrownBy(() -> mapped.add(x)).isInstanceOf(UnsupportedOperationException.class);
        read.removeIds(id -> id < 100);
        read.add(Arrays.copyOf(x, 10 * D));
        assertThat(read.ntotal()).isEqualTo(510);
        String described = IndexFactory.describe(read);
        try (Index again = IndexFactory.create(D, described)) {
          assertThat(again.getClass()).isEqualTo(index.getClass());
        }
      }
    }
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
  }

  @Test
  void twoLevelIsRefusedByName() {
    assertThatThrownBy(() -> IndexFactory.create(D, "HNSW32,1000+PQ4"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IndexHNSW2Level");
  }

  @Test
  void aFileWithoutStorageWaitsForOne() throws IOException {
    float[] x = integers(3, 200 * D);
    float[] queries = integers(4, 10 * D);
    try (IndexHNSWFlat index = new IndexHNSWFlat(D, 6);
        IndexFlatL2 vectors = new IndexFlatL2(D)) {
      index.add(x);
      vectors.add(x);
      byte[] whole = IndexIO.toBytes(index);
      int storage = IndexIO.toBytes(vectors).length;
      byte[] without = Arrays.copyOf(whole, whole.length - storage + 4);
      byte[] nothing = "null".getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(nothing, 0, without, without.length - 4, 4);
      try (IndexHNSW read = (IndexHNSW) IndexIO.fromBytes(without)) {
        assertThat(IndexIO.toBytes(read)).isEqualTo(without);
        assertThatThrownBy(() -> read.search(queries, 3))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("storage");
        read.attachStorage(vectors);
        assertThat(read.search(queries, 3).labels()).isEqualTo(index.search(queries, 3).labels());
        assertThat(IndexIO.toBytes(read)).isEqualTo(whole);
        read.add(x);
        assertThatThrownBy(() -> read.attachStorage(vectors))
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void aGraphOverAnyFlatCodes() throws IOException {
    float[] x = integers(5, 300 * D);
    try (IndexHNSW index = new IndexHNSW(new IndexFlat(D, MetricType.L1), 5)) {
      index.add(x);
      byte[] bytes = IndexIO.toBytes(index);
      assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("IH00");
      try (Index read = IndexIO.fromBytes(bytes)) {
        assertThat(IndexIO.toBytes(read)).isEqualTo(bytes);
        assertThat(read.search(x, 1).distance(9, 0)).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4095, 4096, 4999})
  void aWrongOffsetIsNamedInEveryPieceOfTheTable(int row, @TempDir Path dir) throws IOException {
    int n = 5_000;
    Path file = dir.resolve("x");
    try (IndexHNSWFlat index = new IndexHNSWFlat(1, 2)) {
      index.setEfConstruction(4);
      index.add(integers(8, n));
      byte[] bytes = IndexIO.toBytes(index);
      ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int table = 0;
      while (view.getLong(table) != n + 1 || view.getLong(table + 8) != 0) {
        table++;
      }
      int end = table + 8 + 8 * (row + 1);
      view.putLong(end, view.getLong(end) + 1);
      Files.write(file, bytes);
    }
    assertThatThrownBy(() -> IndexIO.read(file))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageContaining("the offset behind vector " + row + " is");
    assertThatThrownBy(() -> IndexIO.open(file))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageContaining("the offset behind vector " + row + " is");
  }

  @Test
  void edges() {
    try (IndexHNSWFlat index = new IndexHNSWFlat(D, 4)) {
      float[] q = integers(6, D);
      assertThat(index.search(q, 3).count(0)).isZero();
      assertThat(index.rangeSearch(q, 100).total()).isZero();
      index.add(q);
      assertThat(index.search(q, 1000).count(0)).isEqualTo(1);
      float[] nan = new float[D];
      Arrays.fill(nan, Float.NaN);
      index.add(nan);
      index.add(integers(7, 20 * D));
      assertThat(index.search(nan, 3).count(0)).isZero();
      assertThat(index.search(q, 1).id(0, 0)).isZero();
      assertThatThrownBy(() -> index.search(q, 0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.search(new float[D - 1], 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.search(q, 1, SearchParameters.parse("efSearch=0")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.search(q, 1, SearchParameters.parse("nprobe=3")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nprobe");
      assertThatThrownBy(() -> new IndexHNSWFlat(D, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Damaged bytes: one documented exception, or an index whose calls end. */
  @Test
  void damagedFilesAreRefusedOrHarmless(@TempDir Path dir) throws IOException {
    long before = MemoryBlock.allocatedBytes();
    float[] x = integers(8, 40 * D);
    byte[] good;
    try (IndexHNSWFlat index = new IndexHNSWFlat(D, 2)) {
      index.add(x);
      good = IndexIO.toBytes(index);
    }
    Random r = new Random(9);
    Path file = dir.resolve("x");
    int refused = 0;
    int tries = 6000;
    for (int i = 0; i < tries; i++) {
      byte[] bad = r.nextInt(10) == 0 ? Arrays.copyOf(good, r.nextInt(good.length)) : good.clone();
      for (int j = r.nextInt(3); j >= 0 && bad.length > 0; j--) {
        int at = r.nextInt(bad.length);
        bad[at] =
            switch (r.nextInt(4)) {
              case 0 -> (byte) 0xff;
              case 1 -> 0;
              case 2 -> (byte) (bad[at] ^ 1 << r.nextInt(8));
              default -> (byte) r.nextInt();
            };
      }
      try (Index index = IndexIO.fromBytes(bad)) {
        use(index, x);
      } catch (IndexFormatException e) {
        refused++;
      }
      if (i % 8 == 0) {
        Files.write(file, bad);
        try (Index index = IndexIO.open(file)) {
          use(index, x);
        } catch (IndexFormatException e) {
          // Refused when opened, as documented.
        } catch (IllegalStateException e) {
          assertThat(e).hasMessageContaining("damaged");
        }
      }
    }
    assertThat(refused).isBetween(tries / 10, tries - tries / 10);
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
  }

  private static void use(Index index, float[] x) {
    if (index instanceof IndexHNSW && index.d() == D) {
      try {
        index.search(x, 3);
        index.rangeSearch(x, 10);
      } catch (IllegalStateException e) {
        if (!String.valueOf(e.getMessage()).contains("storage")) {
          throw e;
        }
      }
    }
  }
}
