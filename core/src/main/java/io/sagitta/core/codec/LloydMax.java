package io.sagitta.core.codec;

/**
 * Tables of the optimal scalar quantizer of a standard normal variable (Lloyd 1957, Max 1960),
 * which TurboQuant uses as they are.
 *
 * <p>A table of k values c with borders b_i = (c_{i−1} + c_i)/2 is optimal when each value is the
 * mean of its cell: c_i·(Φ(b_{i+1}) − Φ(b_i)) = φ(b_i) − φ(b_{i+1}). These k equations have a
 * tridiagonal Jacobian and are solved by Newton's method, starting from the asymptotic point
 * density φ^⅓. Source of use: FAISS {@code ScalarQuantizer.cpp}, which lists the same tables as
 * constants.
 */
final class LloydMax {
  private static final int NEWTON_STEPS = 60;
  private static final int LLOYD_SWEEPS = 100;

  /**
   * FAISS's default seed of the projection of the TQ types, in the low of its two float patterns.
   */
  private static final int PROJECTION_SEED = 42;

  private LloydMax() {}

  /**
   * The trained table of a TurboQuant type, in FAISS's layout.
   *
   * @param d dimension: the MSE types scale the table by 1/√d, so that it fits vectors of unit norm
   */
  static float[] trained(QuantizerType type, int d) {
    int bits = type.tableBits();
    double[] centroids = centroids(1 << bits);
    int k = centroids.length;
    boolean signs = type.range() == QuantizerType.Range.TABLE_AND_SIGNS;
    float scale = signs ? 1f : (float) (1 / Math.sqrt(d));
    float[] table = new float[type.trainedSize(d)];
    for (int i = 0; i < k; i++) {
      table[i] = (float) centroids[i] * scale;
    }
    for (int i = 0; i + 1 < k; i++) {
      table[k + i] = (float) (0.5 * (centroids[i] + centroids[i + 1])) * scale;
    }
    if (signs) {
      table[2 * k - 1] = Float.intBitsToFloat(PROJECTION_SEED);
    }
    return table;
  }

  /** The k optimal values, ascending. */
  static double[] centroids(int k) {
    double[] c = new double[k];
    for (int i = 0; i < k; i++) {
      c[i] = Math.sqrt(3) * quantile((i + 0.5) / k);
    }
    double[] below = new double[k];
    double[] at = new double[k];
    double[] above = new double[k];
    double[] f = new double[k];
    for (int step = 0; step < NEWTON_STEPS; step++) {
      for (int i = 0; i < k; i++) {
        double lo = i == 0 ? Double.NEGATIVE_INFINITY : 0.5 * (c[i - 1] + c[i]);
        double hi = i == k - 1 ? Double.POSITIVE_INFINITY : 0.5 * (c[i] + c[i + 1]);
        double densityLo = density(lo);
        double densityHi = density(hi);
        double mass = cumulative(hi) - cumulative(lo);
        f[i] = c[i] * mass - (densityLo - densityHi);
        below[i] = i == 0 ? 0 : 0.5 * densityLo * (lo - c[i]);
        above[i] = i == k - 1 ? 0 : 0.5 * densityHi * (c[i] - hi);
        at[i] = mass + below[i] + above[i];
      }
      double largest = solve(below, at, above, f);
      if (keepsOrder(c, f)) {
        for (int i = 0; i < k; i++) {
          c[i] -= f[i];
        }
      } else {
        lloyd(c);
      }
      if (largest < 1e-14) {
        break;
      }
    }
    for (int i = 0; i < k / 2; i++) {
      double half = 0.5 * (c[k - 1 - i] - c[i]);
      c[i] = -half;
      c[k - 1 - i] = half;
    }
    return c;
  }

  /** Whether a whole Newton step brings no two values nearer than by half. */
  private static boolean keepsOrder(double[] c, double[] step) {
    for (int i = 1; i < c.length; i++) {
      if (step[i] - step[i - 1] > 0.5 * (c[i] - c[i - 1])) {
        return false;
      }
    }
    return true;
  }

  /** Lloyd's own iteration, which is slow and safe: brings the start near enough for Newton. */
  private static void lloyd(double[] c) {
    int k = c.length;
    for (int sweep = 0; sweep < LLOYD_SWEEPS; sweep++) {
      double lo = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < k; i++) {
        double hi = i == k - 1 ? Double.POSITIVE_INFINITY : 0.5 * (c[i] + c[i + 1]);
        c[i] = (density(lo) - density(hi)) / (cumulative(hi) - cumulative(lo));
        lo = hi;
      }
    }
  }

  /** Solves the tridiagonal system in place of f; returns the largest change. */
  private static double solve(double[] below, double[] at, double[] above, double[] f) {
    int k = f.length;
    for (int i = 1; i < k; i++) {
      double w = below[i] / at[i - 1];
      at[i] -= w * above[i - 1];
      f[i] -= w * f[i - 1];
    }
    double largest = 0;
    for (int i = k - 1; i >= 0; i--) {
      f[i] = (f[i] - (i == k - 1 ? 0 : above[i] * f[i + 1])) / at[i];
      largest = Math.max(largest, Math.abs(f[i]));
    }
    return largest;
  }

  private static double density(double x) {
    return Double.isInfinite(x) ? 0 : Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  }

  /** Φ by the series ½ + φ(x)·Σ x^(2n+1)/(2n+1)!!, whose terms are all of one sign. */
  static double cumulative(double x) {
    if (x > 38) {
      return 1;
    }
    if (x < -38) {
      return 0;
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 2000; n++) {
      term *= x * x / (2 * n + 1);
      sum += term;
    }
    return 0.5 + density(x) * sum;
  }

  private static double quantile(double p) {
    double lo = -40;
    double hi = 40;
    for (int i = 0; i < 80; i++) {
      double mid = 0.5 * (lo + hi);
      if (cumulative(mid) < p) {
        lo = mid;
      } else {
        hi = mid;
      }
    }
    return 0.5 * (lo + hi);
  }
}
