package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.MetricType;
import io.sagitta.core.kernel.TestVectors.Memory;
import io.sagitta.core.kernel.TestVectors.Values;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other metrics against float64, and against what FAISS 1.15.1 answered on odd input. */
@Tag("simd")
class MetricKernelsTest {
  @Property(tries = 600)
  void agreeWithFloat64(
      @ForAll @IntRange(min = 1, max = 400) int d,
      @ForAll Memory memory,
      @ForAll @IntRange(min = 0, max = 35) int shift,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = TestVectors.values(Values.NORMAL, d, random);
    float[] y = TestVectors.values(Values.NORMAL, d, random);
    for (int i = 0; i < d; i++) {
      x[i] = Math.abs(x[i]) % 1;
      y[i] = Math.abs(y[i]) % 1;
    }
    int at = memory == Memory.HEAP_FLOATS ? shift & ~3 : shift;
    MemorySegment s = TestVectors.place(y, memory, at);
    for (MetricType metric : MetricType.values()) {
      float p = metric == MetricType.LP ? 1 + random.nextInt(4) * 0.5f : 0;
      double expected = exact(metric, p, x, y);
      float actual = PairDistance.of(metric, p).between(x, 0, s, at, d);
      double slack = 2e-5 * Math.abs(expected) + 1e-6;
      assertThat((double) actual).as("%s", metric).isBetween(expected - slack, expected + slack);
    }
  }

  private static double exact(MetricType metric, float p, float[] x, float[] y) {
    double sum = 0;
    double other = 0;
    double max = 0;
    for (int i = 0; i < x.length; i++) {
      double a = x[i];
      double b = y[i];
      double apart = Math.abs(a - b);
      double m = (a + b) / 2;
      max = Math.max(max, apart);
      sum +=
          switch (metric) {
            case INNER_PRODUCT -> a * b;
            case L2, NAN_EUCLIDEAN -> apart * apart;
            case L1, BRAY_CURTIS, GOWER -> apart;
            case LINF -> 0;
            case LP -> Math.pow(apart, p);
            case CANBERRA -> apart / (a + b);
            case JENSEN_SHANNON -> -a * Math.log(m / a) - b * Math.log(m / b);
            case JACCARD -> Math.min(a, b);
          };
      other += metric == MetricType.JACCARD ? Math.max(a, b) : Math.abs(a + b);
    }
    return switch (metric) {
      case LINF -> max;
      case BRAY_CURTIS, JACCARD -> sum / other;
      case JENSEN_SHANNON -> sum / 2;
      case GOWER -> sum / x.length;
      default -> sum;
    };
  }

  /** Three odd components before some ordinary ones (1 against 0.5); answers of FAISS 1.15.1. */
  @ParameterizedTest
  @CsvSource({
    "LINF, NaN 1 2, 1 3 4, 0, 2",
    "LINF, Infinity 1 2, Infinity 1 2, 14, 0.5",
    "L1, NaN 1 2, 1 3 4, 37, NaN",
    "L1, Infinity 1 2, 1 1 2, 14, Infinity",
    "CANBERRA, 0 1 2, 0 3 4, 14, NaN",
    "CANBERRA, 0 -1 0.5, 0.2 -2 0.5, 14, 6.0000005",
    "BRAY_CURTIS, 0 -1 0.5, 0.2 -2 0.5, 0, 0.2857143",
    "BRAY_CURTIS, -0.0 -0.0 0, 0 0 0, 0, NaN",
    "JENSEN_SHANNON, 0 1 2, 0 3 4, 37, NaN",
    "JACCARD, NaN 1 2, 1 3 4, 0, 0.5",
    "JACCARD, 1 NaN 2, NaN 3 4, 0, 0.75",
    "JACCARD, 1 NaN 2, NaN 3 4, 37, 0.54444444",
    "JACCARD, Infinity 1 2, Infinity 1 2, 14, NaN",
    "JACCARD, Infinity 1 2, 1 1 2, 14, 0",
    "JACCARD, 0 -1 0.5, 0.2 -2 0.5, 0, 5",
    "NAN_EUCLIDEAN, NaN 1 2, 1 3 4, 14, 12.21875",
    "NAN_EUCLIDEAN, 1 NaN 2, NaN 3 4, 37, 13.947369",
    "NAN_EUCLIDEAN, NaN NaN 2, 1 1 NaN, 0, NaN",
    "GOWER, 0 -1 0.5, 0.2 -2 0.5, 37, 0.4925",
    "GOWER, -1 0.5 0.5, 0.2 0.5 0.5, 14, NaN",
    "GOWER, 0 1 2, 0 3 4, 0, NaN",
    "GOWER, NaN NaN NaN, 1 1 1, 0, NaN",
    "GOWER, 0 0 1, 0.5 0.1 0.3, 14, 0.4882353"
  })
  void oddInputAsFaiss(MetricType metric, String first, String second, int more, float expected) {
    float[] x = components(first, more, 1);
    float[] y = components(second, more, 0.5f);
    MemorySegment s = TestVectors.place(y, Memory.OFF_HEAP, 0);
    float actual = PairDistance.of(metric, 0).between(x, 0, s, 0, x.length);
    if (Float.isFinite(expected)) {
      assertThat(actual).isCloseTo(expected, org.assertj.core.api.Assertions.within(4e-5f));
    } else {
      assertThat((Float) actual).isEqualTo((Float) expected);
    }
  }

  private static float[] components(String first, int more, float filling) {
    String[] parts = first.split(" ");
    float[] v = new float[parts.length + more];
    java.util.Arrays.fill(v, filling);
    for (int i = 0; i < parts.length; i++) {
      v[i] = Float.parseFloat(parts[i]);
    }
    return v;
  }
}
