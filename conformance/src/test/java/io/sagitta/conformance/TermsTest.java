package io.sagitta.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.MetricType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TermsTest {
  private static final float[] X = {0.25f, 0.5f, 0.75f};
  private static final float[] Y = {0.5f, 0.125f, 1f};

  private static double exact(MetricType metric, double arg) {
    return Terms.exact(metric, arg, X, 0, Y, 0, 3);
  }

  @Test
  void formulas() {
    assertThat(exact(MetricType.L2, 0)).isEqualTo(0.0625 + 0.140625 + 0.0625);
    assertThat(exact(MetricType.INNER_PRODUCT, 0)).isEqualTo(0.125 + 0.0625 + 0.75);
    assertThat(exact(MetricType.L1, 0)).isEqualTo(0.875);
    assertThat(exact(MetricType.LINF, 0)).isEqualTo(0.375);
    assertThat(exact(MetricType.LP, 3)).isCloseTo(0.015625 * 2 + 0.052734375, within(1e-12));
    assertThat(exact(MetricType.CANBERRA, 0)).isCloseTo(1 / 3.0 + 0.6 + 1 / 7.0, within(1e-12));
    assertThat(exact(MetricType.BRAY_CURTIS, 0)).isCloseTo(0.875 / 3.125, within(1e-12));
    assertThat(exact(MetricType.JACCARD, 0)).isCloseTo(1.125 / 2, within(1e-12));
    assertThat(exact(MetricType.GOWER, 0)).isCloseTo(0.875 / 3, within(1e-12));
  }

  @Test
  void missingValuesAreLeftOut() {
    float[] x = {1, Float.NaN, 3};
    float[] y = {2, 5, 3};
    assertThat(Terms.exact(MetricType.NAN_EUCLIDEAN, 0, x, 0, y, 0, 3)).isEqualTo(1.5);
    assertThat(Terms.exact(MetricType.NAN_EUCLIDEAN, 0, new float[] {Float.NaN}, 0, y, 0, 1))
        .isNaN();
  }

  @ParameterizedTest
  @EnumSource(MetricType.class)
  void theSumOfTermsIsNeverBelowTheDistance(MetricType metric) {
    double distance = Math.abs(exact(metric, 3));
    for (Terms.Path path : Terms.Path.values()) {
      assertThat(Terms.sum(metric, 3, path, X, 0, Y, 0, 3))
          .isGreaterThanOrEqualTo(distance * (1 - 1e-12));
    }
  }

  @Test
  void theMatrixPathOfL2CountsNorms() {
    assertThat(Terms.sum(MetricType.L2, 0, Terms.Path.MATRIX, X, 0, Y, 0, 3))
        .isEqualTo(0.875 + 1.265625 + 2 * 0.9375);
    assertThat(Terms.sum(MetricType.L2, 0, Terms.Path.DIRECT, X, 0, Y, 0, 3)).isEqualTo(0.265625);
  }
}
