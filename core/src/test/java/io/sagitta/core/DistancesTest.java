package io.sagitta.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.kernel.PairDistance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The verbs without an index agree with each other and with the formulas. */
@Tag("simd")
class DistancesTest {
  private static final int D = 19;

  @ParameterizedTest
  @EnumSource(MetricType.class)
  void knnRangeAndPairwiseSayTheSame(MetricType metric) {
    Random random = new Random(3);
    Vectors base = Vectors.of(uniform(130, random), D);
    Vectors queries = Vectors.of(uniform(9, random), D);
    PairDistance pair = PairDistance.of(metric, 3);
    float[] all = Distances.pairwise(queries, base, metric, 3);
    float[] query = queries.toArray();
    for (int q = 0; q < 9; q++) {
      for (int r = 0; r < 130; r++) {
        assertThat(all[q * 130 + r])
            .isEqualTo(pair.between(query, q * D, base.data(), base.offset(r), D));
      }
    }
    KnnResult nearest = Distances.knn(queries, base, 12, metric, 3);
    for (int q = 0; q < 9; q++) {
      float[] sorted = Arrays.copyOfRange(all, q * 130, (q + 1) * 130);
      Arrays.sort(sorted);
      for (int i = 0; i < 12; i++) {
        float expected = metric.isSimilarity() ? sorted[129 - i] : sorted[i];
        assertThat(nearest.distance(q, i)).isEqualTo(expected);
        assertThat(all[q * 130 + (int) nearest.id(q, i)]).isEqualTo(expected);
      }
    }
    float radius = nearest.distance(0, 8);
    RangeResult inside = Distances.rangeSearch(queries, base, radius, metric, 3);
    assertThat(inside.count(0)).isEqualTo(8);
    for (int i = 0; i < inside.total(); i++) {
      assertThat(metric.better(inside.distances()[i], radius)).isTrue();
    }
  }

  @Test
  void emptySidesGiveEmptyAnswers() {
    Vectors none = Vectors.of(new float[0], D);
    Vectors some = Vectors.of(new float[3 * D], D);
    assertThat(Distances.knn(none, some, 2, MetricType.L2).nq()).isZero();
    KnnResult noBase = Distances.knn(some, none, 2, MetricType.L2);
    assertThat(noBase.labels()).containsOnly(-1);
    assertThat(noBase.distances()).containsOnly(Float.MAX_VALUE);
    assertThat(Distances.pairwise(some, none, MetricType.L2)).isEmpty();
    assertThat(Distances.rangeSearch(some, none, 1, MetricType.L2).lims())
        .containsExactly(0, 0, 0, 0);
  }

  @Test
  void normalizeGivesLengthOneAndLeavesZeros() {
    Random random = new Random(4);
    float[] x = uniform(40, random);
    Arrays.fill(x, D, 2 * D, 0);
    float[] before = x.clone();
    Distances.normalizeL2(x, D);
    for (int r = 0; r < 40; r++) {
      double norm = 0;
      double old = 0;
      for (int i = 0; i < D; i++) {
        norm += (double) x[r * D + i] * x[r * D + i];
        old += (double) before[r * D + i] * before[r * D + i];
      }
      if (r == 1) {
        assertThat(norm).isZero();
        continue;
      }
      assertThat(norm).isBetween(1 - 1e-6, 1 + 1e-6);
      double scale = 1 / Math.sqrt(old);
      for (int i = 0; i < D; i++) {
        double expected = before[r * D + i] * scale;
        assertThat((double) x[r * D + i]).isBetween(expected - 1e-6, expected + 1e-6);
      }
    }
  }

  @Test
  void wrongUseIsNamed() {
    Vectors a = Vectors.of(new float[4], 2);
    Vectors b = Vectors.of(new float[3], 3);
    assertThatThrownBy(() -> Distances.knn(a, b, 1, MetricType.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2")
        .hasMessageContaining("3");
    assertThatThrownBy(() -> Distances.knn(a, a, 0, MetricType.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("k = 0");
    Vectors many = new Vectors(1L << 17, 1, Arena.ofAuto().allocate(4L << 17));
    assertThatThrownBy(() -> Distances.pairwise(many, many, MetricType.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("131072 x 131072");
    MemorySegment frozen = MemorySegment.ofArray(new float[4]).asReadOnly();
    assertThatThrownBy(() -> Distances.normalizeL2(new Vectors(2, 2, frozen)))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static float[] uniform(int n, Random random) {
    float[] v = new float[n * D];
    for (int i = 0; i < v.length; i++) {
      v[i] = random.nextFloat();
    }
    return v;
  }
}
