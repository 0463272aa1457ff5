package io.sagitta.bench;

import java.util.Arrays;

/**
 * Median and spread of repeated measurements.
 *
 * @param median the middle value
 * @param low the lower quartile
 * @param high the upper quartile
 * @param min the smallest value
 * @param max the largest value
 * @param n number of measurements
 */
public record Spread(double median, double low, double high, double min, double max, int n) {
  /**
   * Of some measurements.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no measurement");
    }
    double[] v = values.clone();
    Arrays.sort(v);
    return new Spread(
        quantile(v, 0.5), quantile(v, 0.25), quantile(v, 0.75), v[0], v[v.length - 1], v.length);
  }

  /** The q-quantile of sorted values, linear between neighbours; q in [0, 1]. */
  public static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int i = (int) Math.floor(at);
    int j = Math.min(i + 1, sorted.length - 1);
    return sorted[i] + (at - i) * (sorted[j] - sorted[i]);
  }

  /** (high − low) / median: the relative width of the middle half. */
  public double relative() {
    return median == 0 ? 0 : (high - low) / median;
  }
}
