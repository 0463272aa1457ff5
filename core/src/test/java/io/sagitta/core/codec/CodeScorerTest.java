package io.sagitta.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.RandomData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every scorer of codes promises, at every width and on the plain kernels: the distance to the
 * decoded vector, and the same bits alone, in fours, in runs and under a bound.
 */
@Tag("simd")
class CodeScorerTest {
  private static final int ROWS = 613;

  record Case(String name, VectorCodec codec, MetricType metric) {
    @Override
    public String toString() {
      return name + " " + metric;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      for (int[] pq :
          new int[][] {
            {8, 8, 8},
            {32, 16, 8},
            {48, 24, 8},
            {64, 32, 8},
            {96, 48, 8},
            {64, 64, 8},
            {80, 40, 8},
            {12, 3, 8},
            {20, 20, 8},
            {1, 1, 8},
            {24, 6, 4},
            {15, 5, 3},
            {16, 4, 10}
          }) {
        ProductQuantizer codec = new ProductQuantizer(pq[0], pq[1], pq[2]);
        float[] centroids = RandomData.normal(pq[0] << pq[2], 3);
        codec.setCentroids(centroids);
        cases.add(new Case("PQ" + pq[1] + "x" + pq[2], codec, metric));
      }
      for (QuantizerType type : QuantizerType.values()) {
        if (type == QuantizerType.QT_0BIT || type.estimatesProducts()) {
          continue;
        }
        for (int d : new int[] {1, 7, 16, 31, 64, 74, 100, 128, 192, 203, 272}) {
          ScalarQuantizer codec = new ScalarQuantizer(d, type);
          codec.train(Vectors.of(data(type, ROWS, d, 5), d), ProgressListener.NONE);
          cases.add(new Case(type + " d=" + d, codec, metric));
        }
      }
    }
    return cases;
  }

  /** Normal values; for the direct types ones they can hold. */
  private static float[] data(QuantizerType type, int n, int d, int seed) {
    float[] x = RandomData.normal(n * d, seed);
    float scale = type.name().contains("DIRECT") ? 20 : 1;
    float shift = type == QuantizerType.QT_8BIT_DIRECT ? 120 : 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = x[i] * scale + shift;
    }
    return x;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyWayGivesTheDistanceToTheDecodedVector(Case c) {
    VectorCodec codec = c.codec();
    int d = codec.d();
    int size = codec.codeSize();
    QuantizerType type =
        codec instanceof ScalarQuantizer sq ? sq.type() : QuantizerType.QT_8BIT_UNIFORM;
    try (Arena arena = Arena.ofShared()) {
      int start = 3;
      MemorySegment codes = arena.allocate(start + (long) ROWS * size);
      codec.encode(Vectors.of(data(type, ROWS, d, 6), d), codes, start);
      float[] decoded = new float[ROWS * d];
      codec.decode(ROWS, codes, start, MemorySegment.ofArray(decoded), 0);
      CodeScorer scorer = codec.scorer(c.metric(), 0);
      for (int q = 0; q < 3; q++) {
        float[] query = data(type, 1, d, 100 + q);
        scorer.setQuery(MemorySegment.ofArray(query), 0);
        float[] alone = new float[ROWS];
        for (int r = 0; r < ROWS; r++) {
          alone[r] = scorer.score(codes, start + (long) r * size);
          checkValue(c.metric(), query, decoded, r, d, alone[r]);
        }
        checkFours(scorer, codes, start, size, alone);
        checkRuns(scorer, codes, start, size, alone);
        checkBounds(c.metric(), scorer, codes, start, size, alone);
      }
    }
  }

  /** All halves, infinity and NaN among them, at several lanes; and queries too large for them. */
  @ParameterizedTest
  @ValueSource(floats = {0f, 1f, -3.25f, 32768f, 32769f, 1e6f, 1e38f})
  void halvesOfEveryKind(float size) {
    halvesOfEveryKind(35, size);
    halvesOfEveryKind(48, size);
  }

  private static void halvesOfEveryKind(int d, float size) {
    ScalarQuantizer codec = new ScalarQuantizer(d, QuantizerType.QT_FP16);
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      CodeScorer scorer = codec.scorer(metric, 0);
      float[] query = RandomData.normal(d, 4);
      for (int j = 0; j < d; j += 5) {
        query[j] = size;
      }
      scorer.setQuery(MemorySegment.ofArray(query), 0);
      short[] halves = new short[d];
      MemorySegment code = MemorySegment.ofArray(halves);
      for (int bits = 0; bits < 1 << 16; bits += bits % 0x400 < 3 ? 1 : 61) {
        int lane = bits % d;
        Arrays.fill(halves, Float.floatToFloat16(0.5f));
        halves[lane] = (short) bits;
        double sum = 0;
        double terms = 0;
        for (int j = 0; j < d; j++) {
          double y = Float.float16ToFloat(halves[j]);
          double x = query[j];
          double term = metric == MetricType.L2 ? (x - y) * (x - y) : x * y;
          sum += term;
          terms += Math.abs(term);
        }
        float got = scorer.score(code, 0);
        if (Double.isNaN(sum)) {
          assertThat(got).isNaN();
        } else if (terms < Float.MAX_VALUE) {
          assertThat((double) got).isCloseTo(sum, within(1e-6 * terms));
        } else if (Float.isFinite(got)) {
          // Whether partial sums overflow depends on their order; a finite sum must be the right
          // one.
          assertThat((double) got).isCloseTo(sum, within(1e-6 * terms));
        }
        float[] run = new float[1];
        scorer.scoreRun(code, 0, 1, run, 0);
        assertThat(Float.floatToIntBits(run[0])).isEqualTo(Float.floatToIntBits(got));
      }
    }
  }

  private static void checkValue(
      MetricType metric, float[] query, float[] rows, int r, int d, float got) {
    double sum = 0;
    double terms = 0;
    for (int j = 0; j < d; j++) {
      double x = query[j];
      double y = rows[r * d + j];
      double term = metric == MetricType.L2 ? (x - y) * (x - y) : x * y;
      sum += term;
      // Scorers fold ranges into the query: what cancels there is as large as both vectors.
      terms += metric == MetricType.L2 ? x * x + y * y : Math.abs(x) * (Math.abs(x) + Math.abs(y));
    }
    assertThat((double) got).as("row %d", r).isCloseTo(sum, within(1e-5 * terms + 1e-6));
  }

  private static void checkFours(
      CodeScorer scorer, MemorySegment codes, long start, int size, float[] alone) {
    float[] out = new float[6];
    int[] rows = {17, 600, 0, 311};
    scorer.scoreFour(
        codes,
        start + (long) rows[0] * size,
        codes,
        start + (long) rows[1] * size,
        codes,
        start + (long) rows[2] * size,
        codes,
        start + (long) rows[3] * size,
        out,
        1);
    for (int i = 0; i < 4; i++) {
      assertThat(out[1 + i]).isEqualTo(alone[rows[i]]);
    }
    assertThat(out[0]).isZero();
    assertThat(out[5]).isZero();
  }

  private static void checkRuns(
      CodeScorer scorer, MemorySegment codes, long start, int size, float[] alone) {
    for (int n : new int[] {0, 1, 3, 31, 32, 33, 63, 64, 255, 256, 257, 600}) {
      float[] out = new float[n + 4];
      Arrays.fill(out, 7.5f);
      scorer.scoreRun(codes, start + 5L * size, n, out, 2);
      assertThat(Arrays.copyOfRange(out, 2, n + 2))
          .as("run of %d", n)
          .isEqualTo(Arrays.copyOfRange(alone, 5, n + 5));
      assertThat(new float[] {out[0], out[1], out[n + 2], out[n + 3]})
          .containsExactly(7.5f, 7.5f, 7.5f, 7.5f);
    }
  }

  private static void checkBounds(
      MetricType metric,
      CodeScorer scorer,
      MemorySegment codes,
      long start,
      int size,
      float[] alone) {
    boolean similarity = metric.isSimilarity();
    float[] sorted = alone.clone();
    Arrays.sort(sorted);
    float[] bounds = {
      sorted[0],
      sorted[10],
      sorted[ROWS / 2],
      sorted[ROWS - 11],
      sorted[ROWS - 1],
      Math.nextUp(sorted[10]),
      Math.nextDown(sorted[ROWS - 11]),
      metric.worst(),
      similarity ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY,
      similarity ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY,
      0f
    };
    float[] out = new float[ROWS];
    for (float bound : bounds) {
      scorer.scoreRunBounded(codes, start, ROWS, bound, out, 0);
      for (int r = 0; r < ROWS; r++) {
        boolean beats = similarity ? alone[r] > bound : alone[r] < bound;
        if (beats) {
          assertThat(out[r]).as("bound %s row %d", bound, r).isEqualTo(alone[r]);
        } else {
          assertThat(similarity ? out[r] > bound : out[r] < bound)
              .as("bound %s row %d of %s is %s", bound, r, alone[r], out[r])
              .isFalse();
        }
      }
    }
  }

  /** Products with a term of each code: what beats the bound has the bits of the plain formula. */
  @ParameterizedTest
  @ValueSource(floats = {1e-3f, 1f, 40f, 1e6f, Float.NaN})
  void termsAreSievedByAProvenBound(float scale) {
    for (int m : new int[] {4, 8, 16, 24}) {
      ProductQuantizer pq = ProductQuantizer.of(48, m, 8, RandomData.normal(48 << 8, m));
      byte[] bytes = new byte[ROWS * m];
      new java.util.Random(5).nextBytes(bytes);
      MemorySegment codes = MemorySegment.ofArray(bytes);
      CodeScorer scorer = pq.scorer(MetricType.INNER_PRODUCT, 0);
      scorer.setQuery(MemorySegment.ofArray(RandomData.normal(48, 3)), 0);
      float[] terms = RandomData.normal(ROWS + 7, 6);
      for (int i = 0; i < terms.length; i++) {
        terms[i] = Float.isNaN(scale) && i % 50 != 9 ? terms[i] : terms[i] * scale;
      }
      for (int n : new int[] {1, 31, 33, 195, 256, 300, ROWS}) {
        long at = (long) (ROWS - n) * m;
        float[] plain = new float[n];
        for (int i = 0; i < n; i++) {
          plain[i] = 3f + terms[7 + i] - 2 * scorer.score(codes, at + (long) i * m);
        }
        float[] sorted = plain.clone();
        Arrays.sort(sorted);
        for (float bound :
            new float[] {
              sorted[0],
              Math.nextUp(sorted[0]),
              sorted[Math.min(n - 1, 9)],
              sorted[n / 2],
              Float.MAX_VALUE,
              Float.NEGATIVE_INFINITY
            }) {
          float[] out = new float[n];
          scorer.scoreTermsBounded(codes, at, n, terms, 7, 3f, bound, out);
          for (int i = 0; i < n; i++) {
            assertThat(out[i] < bound).as("m %d n %d row %d", m, n, i).isEqualTo(plain[i] < bound);
            if (plain[i] < bound) {
              assertThat(out[i]).isEqualTo(plain[i]);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("hostileQueries")
  void queriesThatAreNotFiniteAreScoredLikeAnyOther(float hostile) {
    ProductQuantizer pq = ProductQuantizer.of(16, 8, 8, RandomData.normal(16 << 8, 1));
    byte[] bytes = new byte[ROWS * 8];
    new java.util.Random(4).nextBytes(bytes);
    MemorySegment codes = MemorySegment.ofArray(bytes);
    float[] query = RandomData.normal(16, 2);
    query[5] = hostile;
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      CodeScorer scorer = pq.scorer(metric, 0);
      scorer.setQuery(MemorySegment.ofArray(query), 0);
      float[] out = new float[ROWS];
      scorer.scoreRunBounded(codes, 0, ROWS, 1f, out, 0);
      for (int r = 0; r < ROWS; r++) {
        float alone = scorer.score(codes, r * 8L);
        boolean beats = metric.isSimilarity() ? alone > 1f : alone < 1f;
        assertThat(metric.isSimilarity() ? out[r] > 1f : out[r] < 1f).isEqualTo(beats);
      }
    }
  }

  static float[] hostileQueries() {
    return new float[] {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, 1e30f, 1e-40f
    };
  }
}
