package io.sagitta.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fast codec's factory string makes the right class, which searches, is kept and guarded. */
class FastCodeStringsTest {
  private static final int D = 32;
  private static final int N = 700;

  @TempDir private Path folder;

  private static float[] rows(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n * D];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static Index filled(String factory) {
    Index index = IndexFactory.create(D, factory, MetricType.L2);
    index.train(Vectors.of(rows(N, 1), D));
    index.add(Vectors.of(rows(N, 1), D));
    return index;
  }

  @ParameterizedTest
  @CsvSource({
    "PQ16x4fs, IndexPQFastScan",
    "PQ16x4fs_64, IndexPQFastScan",
    "'IVF16,PQ16x4fs', IndexIVFPQFastScan",
    "'IVF16,PQ16x4fs_64', IndexIVFPQFastScan",
    "'IVF16,PQ16x4fsr', IndexIVFPQFastScan",
    "'IVF16,PQ16x4fsr_96', IndexIVFPQFastScan",
    "RaBitQ, IndexRaBitQ",
    "RaBitQ4, IndexRaBitQ",
    "RaBitQ9, IndexRaBitQ",
    "RaBitQfs, IndexRaBitQFastScan",
    "RaBitQfs4, IndexRaBitQFastScan",
    "'IVF16,RaBitQ', IndexIVFRaBitQ",
    "'IVF16,RaBitQ4', IndexIVFRaBitQ",
    "'IVF16,RaBitQfs', IndexIVFRaBitQFastScan",
    "'IVF16,RaBitQfs4', IndexIVFRaBitQFastScan",
    "HNSW8_RaBitQ4, IndexHNSWRaBitQ",
    "FlatL2Panorama8, IndexFlatL2Panorama",
    "FlatL2Panorama8_64, IndexFlatL2Panorama",
    "'IVF16,FlatPanorama8', IndexIVFFlatPanorama",
    "HNSW8_FlatPanorama, IndexHNSWFlatPanorama",
    "'FlatL2Panorama8,Refine(FlatL2Panorama4)', IndexRefinePanorama"
  })
  void stringsMakeTheirClassWhichIsKeptInFiles(String factory, String type) throws IOException {
    float[] x = rows(N, 1);
    try (Index index = filled(factory)) {
      assertThat(index.getClass().getSimpleName()).isEqualTo(type);
      KnnResult found = index.search(Vectors.of(x, D), 3);
      int home = 0;
      for (int q = 0; q < N; q++) {
        for (int i = 0; i < found.count(q); i++) {
          home += found.id(q, i) == q ? 1 : 0;
        }
      }
      // One bit a dimension, or an inner product, often puts others before the row itself.
      assertThat(home).isGreaterThan(N / 4);
      Path file = folder.resolve("index");
      IndexIO.write(index, file);
      try (Index read = IndexIO.read(file)) {
        assertThat(read.getClass()).isEqualTo(index.getClass());
        assertThat(IndexFactory.describe(read)).isEqualTo(IndexFactory.describe(index));
        assertThat(read.search(Vectors.of(x, D), 3).labels()).isEqualTo(found.labels());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PQ0x4fs",
        "PQ5x4fs",
        "PQ16x5fs",
        "PQ16x4fs_33",
        "PQ16x4fs_0",
        "IVF16,PQ7x4fsr",
        "IVF0,PQ16x4fs",
        "RaBitQ0",
        "RaBitQ10",
        "RaBitQfs10",
        "IVF16,RaBitQ12",
        "FlatL2Panorama0",
        "FlatL2Panorama33",
        "FlatL2Panorama8_0"
      })
  void strangeStringsAreRefused(String factory) {
    assertThatThrownBy(() -> IndexFactory.create(D, factory, MetricType.L2).close())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PQ16x4fs",
        "IVF16,PQ16x4fs",
        "IVF16,PQ16x4fsr",
        "RaBitQ",
        "RaBitQ4",
        "RaBitQfs",
        "IVF16,RaBitQ4",
        "IVF16,RaBitQfs4",
        "HNSW8_RaBitQ4",
        "FlatL2Panorama8",
        "IVF16,FlatPanorama8",
        "HNSW8_FlatPanorama"
      })
  void badInputIsNamedOrHarmless(String factory) {
    try (Index empty = IndexFactory.create(D, factory, MetricType.L2)) {
      if (!empty.isTrained()) {
        assertThatThrownBy(() -> empty.add(Vectors.of(rows(2, 2), D)))
            .isInstanceOf(IllegalStateException.class);
      }
    }
    try (Index index = filled(factory)) {
      Vectors good = Vectors.of(rows(3, 3), D);
      assertThatThrownBy(() -> index.search(good, 0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.search(Vectors.of(new float[D + 1], D + 1), 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.add(Vectors.of(new float[D - 1], D - 1)))
          .isInstanceOf(IllegalArgumentException.class);
      long[] before = index.search(good, 5).labels();
      // Not a number, infinite and huge queries answer with ids of the index or none at all.
      float[] strange = rows(6, 4);
      Arrays.fill(strange, 0, D, Float.NaN);
      strange[D] = Float.NaN;
      Arrays.fill(strange, 2 * D, 3 * D, Float.POSITIVE_INFINITY);
      strange[3 * D + 1] = Float.NEGATIVE_INFINITY;
      Arrays.fill(strange, 4 * D, 5 * D, Float.MAX_VALUE);
      Arrays.fill(strange, 5 * D, 6 * D, 0f);
      KnnResult found = index.search(Vectors.of(strange, D), 5);
      for (int q = 0; q < 6; q++) {
        assertThat(found.count(q)).isBetween(0, 5);
        for (int i = 0; i < found.count(q); i++) {
          assertThat(found.id(q, i)).isBetween(0L, N - 1L);
        }
      }
      assertThat(index.search(good, 5).labels()).isEqualTo(before);
      // More than there are: the rest is padded.
      KnnResult all = index.search(good.slice(0, 1), N + 10);
      assertThat(all.count(0)).isLessThanOrEqualTo(N);
      // Rows that are not numbers do not spoil the others.
      float[] bad = new float[D];
      Arrays.fill(bad, Float.NaN);
      index.add(Vectors.of(bad, D));
      assertThat(index.ntotal()).isEqualTo(N + 1L);
      long[] after = index.search(good, 5).labels();
      int same = 0;
      for (int i = 0; i < after.length; i++) {
        same += after[i] == before[i] ? 1 : 0;
      }
      assertThat(same).isGreaterThan(after.length / 2);
    }
  }
}
