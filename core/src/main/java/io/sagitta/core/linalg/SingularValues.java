package io.sagitta.core.linalg;

import io.sagitta.core.random.RandomData;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The singular value decomposition A = U·diag(s)·Vᵀ of a real matrix, largest value first: the
 * eigenvectors of AᵀA as a start, then one-sided Jacobi rotations (Hestenes 1958) until the columns
 * of A·V are orthogonal, which gives small singular values the accuracy that AᵀA has lost.
 *
 * <p>Immutable; safe for all threads.
 */
public final class SingularValues {
  private static final int MAX_SWEEPS = 40;
  private static final double ORTHOGONAL = 1e-14;

  private final double[] values;
  private final double[][] left;
  private final double[][] right;

  private SingularValues(double[] values, double[][] left, double[][] right) {
    this.values = values;
    this.left = left;
    this.right = right;
  }

  /**
   * Decomposes.
   *
   * @param a m × n elements row-major
   * @param m rows
   * @param n columns
   * @throws IllegalArgumentException if m or n is below 1, the array is too short, or it holds NaN
   *     or infinity
   */
  public static SingularValues of(double[] a, int m, int n) {
    if (m < 1 || n < 1 || a.length < (long) m * n) {
      throw new IllegalArgumentException(
          "a matrix of " + m + " x " + n + " elements, got " + a.length);
    }
    if (m < n) {
      SingularValues t = tall(transposed(a, m, n), n, m);
      return new SingularValues(t.values, t.right, t.left);
    }
    return tall(a, m, n);
  }

  private static double[] transposed(double[] a, int m, int n) {
    double[] t = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        t[j * m + i] = a[i * n + j];
      }
    }
    return t;
  }

  private static SingularValues tall(double[] a, int m, int n) {
    double[] gram = new double[n * n];
    for (int i = 0; i < m; i++) {
      int row = i * n;
      for (int j = 0; j < n; j++) {
        double x = a[row + j];
        if (x != 0) {
          for (int k = 0; k <= j; k++) {
            gram[j * n + k] += x * a[row + k];
          }
        }
      }
    }
    SymmetricEigen eigen = SymmetricEigen.of(gram, n);
    double[][] v = new double[n][n];
    double[][] w = new double[n][m];
    for (int c = 0; c < n; c++) {
      for (int j = 0; j < n; j++) {
        v[c][j] = eigen.component(c, j);
      }
      for (int i = 0; i < m; i++) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
          sum += a[i * n + j] * v[c][j];
        }
        w[c][i] = sum;
      }
    }
    for (int sweep = 0; sweep < MAX_SWEEPS && jacobiSweep(w, v); sweep++) {
      // Each sweep squares what is left of the columns' products.
    }
    return assemble(w, v, m, n);
  }

  /** Rotates all pairs of columns; false when all were orthogonal already. */
  private static boolean jacobiSweep(double[][] w, double[][] v) {
    boolean rotated = false;
    int n = w.length;
    double[] squares = new double[n];
    double largest = 0;
    for (int c = 0; c < n; c++) {
      squares[c] = dot(w[c], w[c]);
      largest = Math.max(largest, squares[c]);
    }
    double nothing = largest * 1e-30;
    for (int p = 0; p < n; p++) {
      for (int q = p + 1; q < n; q++) {
        if (squares[p] <= nothing || squares[q] <= nothing) {
          continue;
        }
        double product = dot(w[p], w[q]);
        if (Math.abs(product) <= ORTHOGONAL * Math.sqrt(squares[p] * squares[q])) {
          continue;
        }
        double zeta = (squares[q] - squares[p]) / (2 * product);
        double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
        double c = 1 / Math.hypot(1, t);
        turn(w[p], w[q], c, c * t);
        turn(v[p], v[q], c, c * t);
        squares[p] = dot(w[p], w[p]);
        squares[q] = dot(w[q], w[q]);
        rotated = true;
      }
    }
    return rotated;
  }

  private static void turn(double[] x, double[] y, double c, double s) {
    for (int i = 0; i < x.length; i++) {
      double t = x[i];
      x[i] = c * t - s * y[i];
      y[i] = s * t + c * y[i];
    }
  }

  private static double dot(double[] x, double[] y) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < x.length; i += 4) {
      s0 += x[i] * y[i];
      s1 += x[i + 1] * y[i + 1];
      s2 += x[i + 2] * y[i + 2];
      s3 += x[i + 3] * y[i + 3];
    }
    for (; i < x.length; i++) {
      s0 += x[i] * y[i];
    }
    return s0 + s1 + s2 + s3;
  }

  private static SingularValues assemble(double[][] w, double[][] v, int m, int n) {
    double[] s = new double[n];
    Integer[] order = new Integer[n];
    for (int c = 0; c < n; c++) {
      s[c] = Math.sqrt(dot(w[c], w[c]));
      order[c] = c;
    }
    Arrays.sort(order, Comparator.comparingDouble((Integer c) -> -s[c]));
    double[] values = new double[n];
    double[][] left = new double[n][];
    double[][] right = new double[n][];
    int rank = 0;
    for (int c = 0; c < n; c++) {
      values[c] = s[order[c]];
      right[c] = v[order[c]];
      left[c] = w[order[c]];
      if (values[c] > values[0] * 1e-14 && values[c] > 0) {
        for (int i = 0; i < m; i++) {
          left[c][i] /= values[c];
        }
        rank = c + 1;
      }
    }
    complete(left, rank, m);
    return new SingularValues(values, left, right);
  }

  /** Fills columns from {@code rank} on so that all are orthonormal; the first ones stay. */
  private static void complete(double[][] left, int rank, int m) {
    if (rank == left.length) {
      return;
    }
    for (int c = rank; c < left.length; c++) {
      float[] random = RandomData.normal(m, 4711 + c);
      for (int i = 0; i < m; i++) {
        left[c][i] = random[i];
      }
      // Twice is enough (Kahan, Parlett): what the first pass leaves by cancellation the second
      // takes.
      for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < c; k++) {
          double part = dot(left[c], left[k]);
          for (int i = 0; i < m; i++) {
            left[c][i] -= part * left[k][i];
          }
        }
      }
      double norm = Math.sqrt(dot(left[c], left[c]));
      for (int i = 0; i < m; i++) {
        left[c][i] /= norm;
      }
    }
  }

  /** Number of singular values: the smaller of rows and columns. */
  public int count() {
    return values.length;
  }

  /** The i-th largest singular value. */
  public double value(int i) {
    return values[i];
  }

  /** Component j of the i-th left singular vector. */
  public double left(int i, int j) {
    return left[i][j];
  }

  /** Component j of the i-th right singular vector. */
  public double right(int i, int j) {
    return right[i][j];
  }

  /**
   * U·Vᵀ, row-major: of all matrices with orthonormal rows or columns, the one nearest to A (the
   * orthogonal Procrustes problem).
   */
  public double[] orthogonalFactor() {
    int m = left[0].length;
    int n = right[0].length;
    double[] out = new double[m * n];
    for (int c = 0; c < values.length; c++) {
      for (int i = 0; i < m; i++) {
        double x = left[c][i];
        for (int j = 0; j < n; j++) {
          out[i * n + j] += x * right[c][j];
        }
      }
    }
    return out;
  }
}
