package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.random.RandomData;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table types of scalar quantizers: what is found is what is stored, and what is refused. */
class TurboQuantTest {
  private static final int N = 300;

  private static float[] units(int n, int d, int seed) {
    float[] x = RandomData.normal(n * d, seed);
    for (int i = 0; i < n; i++) {
      float norm = (float) Math.sqrt(Kernels.DISTANCES.squaredNorm(x, i * d, d));
      for (int j = 0; j < d; j++) {
        x[i * d + j] /= norm;
      }
    }
    return x;
  }

  /** Each with the error per unit vector that its bits leave, with room for few dimensions. */
  @ParameterizedTest
  @CsvSource({
    "SQtqmse1, 32, 0.5", "SQtqmse2, 32, 0.2", "SQtqmse3, 33, 0.07", "SQtqmse4, 7, 0.03",
    "SQtqmse8, 16, 0.003", "SQtq2, 32, 0.8", "SQtq3, 32, 0.3", "SQtq4, 19, 0.12",
    "SQtq5, 16, 0.05"
  })
  void answersAreThoseOfTheStoredVectors(String factory, int d, double error) throws IOException {
    float[] x = units(N, d, 5);
    float[] queries = units(6, d, 6);
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      try (Index index = IndexFactory.create(d, factory, metric)) {
        index.train(x);
        index.add(x);
        float[] stored = index.reconstructN(0, N);
        double wrong = 0;
        for (int i = 0; i < N; i++) {
          wrong += Kernels.DISTANCES.l2(x, i * d, stored, i * d, d);
        }
        assertThat(wrong / N).isBetween(1e-7, error);
        KnnResult found = index.search(Vectors.of(queries, d), N, SearchParameters.NONE);
        for (int q = 0; q < 6; q++) {
          assertThat(found.count(q)).isEqualTo(N);
          for (int i = 0; i < N; i++) {
            int at = (int) found.id(q, i) * d;
            float product = Kernels.DISTANCES.ip(queries, q * d, stored, at, d);
            float expected;
            if (metric == MetricType.INNER_PRODUCT) {
              expected = product;
            } else if (factory.startsWith("SQtqmse")) {
              expected = Kernels.DISTANCES.l2(queries, q * d, stored, at, d);
            } else {
              // The product is an estimate, the norm is kept: both vectors have length 1.
              expected = Math.max(0, 2 - 2 * product);
            }
            assertThat(found.distance(q, i)).isCloseTo(expected, within(2e-5f));
          }
        }
        try (Index read = IndexIO.fromBytes(IndexIO.toBytes(index))) {
          assertThat(read.reconstructN(0, N)).isEqualTo(stored);
          read.removeIds(id -> id < 100);
          assertThat(read.reconstruct(0))
              .isEqualTo(java.util.Arrays.copyOfRange(stored, 100 * d, 101 * d));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"SQtqmse1", "SQtqmse4", "SQtqmse8", "SQtq2", "SQtq5"})
  void badInput(String factory) {
    int d = 16;
    try (Index index = IndexFactory.create(d, factory)) {
      float[] zero = new float[d];
      assertThatThrownBy(() -> index.add(zero)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> index.search(zero, 1)).isInstanceOf(IllegalStateException.class);
      index.train(units(50, d, 1));
      assertThatThrownBy(() -> index.add(new float[d + 1]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.search(Vectors.of(new float[4], 4), 1, SearchParameters.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4");
      assertThatThrownBy(() -> index.reconstruct(0)).isInstanceOf(IllegalArgumentException.class);
      // Vectors without a direction and without numbers get some code: nothing throws, and the
      // others are found.
      float[] nan = new float[d];
      java.util.Arrays.fill(nan, Float.NaN);
      float[] huge = new float[d];
      java.util.Arrays.fill(huge, Float.MAX_VALUE);
      index.add(zero);
      index.add(nan);
      index.add(huge);
      float[] one = units(1, d, 9);
      index.add(one);
      assertThat(index.ntotal()).isEqualTo(4);
      assertThat(index.search(one, 1).id(0, 0)).isEqualTo(3);
      assertThat(index.reconstruct(3)).doesNotContain(Float.NaN);
      assertThat(index.search(nan, 2).nq()).isEqualTo(1);
    }
  }

  @Test
  void codesWithoutBitsNeedAnInvertedFile() {
    assertThatThrownBy(() -> new IndexScalarQuantizer(8, QuantizerType.QT_0BIT, MetricType.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IVF");
    assertThatThrownBy(() -> IndexFactory.create(8, "SQ0"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new IndexScalarQuantizer(8, QuantizerType.QT_4BIT_TQMSE, MetricType.L1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("L1");
  }
}
