package io.sagitta.core.linalg;

/**
 * The orthonormal factor of a QR decomposition, by Householder reflections in double precision with
 * LAPACK's choice of signs ({@code sgeqrf}, {@code sorgqr}): a seeded random rotation comes out as
 * in FAISS up to float rounding, not only up to signs.
 *
 * <p>Stateless; safe for all threads.
 */
public final class HouseholderQr {
  private HouseholderQr() {}

  /**
   * Replaces the columns of a matrix by an orthonormal basis of the space they span, Q of A = QR.
   *
   * @param a n columns of m elements, column after column
   * @param m elements of a column
   * @param n columns, at most m
   * @throws IllegalArgumentException if n exceeds m or the array is too short
   */
  public static void orthonormalise(float[] a, int m, int n) {
    if (n < 0 || n > m || a.length < (long) m * n) {
      throw new IllegalArgumentException(
          n
              + " columns of "
              + m
              + " elements: at most as many columns as elements, got "
              + a.length
              + " values");
    }
    double[][] columns = new double[n][m];
    for (int c = 0; c < n; c++) {
      for (int i = 0; i < m; i++) {
        columns[c][i] = a[c * m + i];
      }
    }
    orthonormalise(columns);
    for (int c = 0; c < n; c++) {
      for (int i = 0; i < m; i++) {
        a[c * m + i] = (float) columns[c][i];
      }
    }
  }

  /** As {@link #orthonormalise(float[], int, int)}, on columns of doubles. */
  static void orthonormalise(double[][] columns) {
    int n = columns.length;
    double[] tau = new double[n];
    for (int c = 0; c < n; c++) {
      tau[c] = reflect(columns[c], c);
      for (int k = c + 1; k < n; k++) {
        apply(columns[c], tau[c], columns[k], c);
      }
    }
    // Q is the product of the reflections, applied from the last to the first to unit columns.
    for (int c = n - 1; c >= 0; c--) {
      double[] v = columns[c];
      for (int k = c + 1; k < n; k++) {
        apply(v, tau[c], columns[k], c);
      }
      for (int i = 0; i < c; i++) {
        v[i] = 0;
      }
      v[c] = 1 - tau[c];
      for (int i = c + 1; i < v.length; i++) {
        v[i] *= -tau[c];
      }
    }
  }

  /** Turns x[c …] into the reflector (1, v) that maps it to a multiple of the c-th axis. */
  private static double reflect(double[] x, int c) {
    double squares = 0;
    for (int i = c + 1; i < x.length; i++) {
      squares += x[i] * x[i];
    }
    if (squares == 0) {
      return 0;
    }
    double beta = -Math.copySign(Math.sqrt(x[c] * x[c] + squares), x[c]);
    double tau = (beta - x[c]) / beta;
    double scale = 1 / (x[c] - beta);
    for (int i = c + 1; i < x.length; i++) {
      x[i] *= scale;
    }
    return tau;
  }

  /** y ← (I − tau·v·vᵀ)·y with v = (1, v[c+1 …]) from element c on. */
  private static void apply(double[] v, double tau, double[] y, int c) {
    if (tau == 0) {
      return;
    }
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = c + 1;
    for (; i + 3 < y.length; i += 4) {
      s0 += v[i] * y[i];
      s1 += v[i + 1] * y[i + 1];
      s2 += v[i + 2] * y[i + 2];
      s3 += v[i + 3] * y[i + 3];
    }
    double sum = y[c] + s0 + s1 + s2 + s3;
    for (; i < y.length; i++) {
      sum += v[i] * y[i];
    }
    sum *= tau;
    y[c] -= sum;
    for (i = c + 1; i < y.length; i++) {
      y[i] -= sum * v[i];
    }
  }
}
