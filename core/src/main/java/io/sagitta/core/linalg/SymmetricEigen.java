package io.sagitta.core.linalg;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Eigenvalues and eigenvectors of a real symmetric matrix, largest first: Householder reduction to
 * tridiagonal form, then the implicit QL iteration (Bowdler, Martin, Reinsch, Wilkinson 1968, as in
 * EISPACK's {@code tred2} and {@code tql2}).
 *
 * <p>Immutable; safe for all threads. An eigenvector's sign is not determined; here its largest
 * component in size is positive.
 */
public final class SymmetricEigen {
  private static final int MAX_SWEEPS = 60;

  private final int n;
  private final double[] values;
  private final double[][] vectors;

  private SymmetricEigen(double[] values, double[][] vectors) {
    this.n = values.length;
    this.values = values;
    this.vectors = vectors;
  }

  /**
   * Decomposes.
   *
   * @param a n × n elements row-major; only its symmetric part is meant, the lower triangle is read
   * @param n rows and columns, ≥ 1
   * @throws IllegalArgumentException if the array is too short or holds NaN or infinity
   * @throws ArithmeticException if the iteration does not converge, which no finite matrix is known
   *     to cause
   */
  public static SymmetricEigen of(double[] a, int n) {
    if (n < 1 || a.length < (long) n * n) {
      throw new IllegalArgumentException(
          "a matrix of " + n + " x " + n + " elements, got " + a.length);
    }
    double[][] z = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double v = a[i * n + j];
        if (Double.isNaN(v) || Double.isInfinite(v)) {
          throw new IllegalArgumentException("element (" + i + ", " + j + ") is " + v);
        }
        z[i][j] = v;
        z[j][i] = v;
      }
    }
    double[] d = new double[n];
    double[] e = new double[n];
    tridiagonalise(z, d, e);
    transpose(z);
    iterate(z, d, e);
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -d[i]));
    double[] values = new double[n];
    double[][] vectors = new double[n][];
    for (int i = 0; i < n; i++) {
      values[i] = d[order[i]];
      vectors[i] = signed(z[order[i]]);
    }
    return new SymmetricEigen(values, vectors);
  }

  private static double[] signed(double[] v) {
    int largest = 0;
    for (int i = 1; i < v.length; i++) {
      if (Math.abs(v[i]) > Math.abs(v[largest]) * (1 + 1e-9)) {
        largest = i;
      }
    }
    if (v[largest] < 0) {
      for (int i = 0; i < v.length; i++) {
        v[i] = -v[i];
      }
    }
    return v;
  }

  /** Number of rows. */
  public int n() {
    return n;
  }

  /** The i-th largest eigenvalue. */
  public double value(int i) {
    return values[i];
  }

  /** Component j of the unit eigenvector of the i-th largest eigenvalue. */
  public double component(int i, int j) {
    return vectors[i][j];
  }

  private static void transpose(double[][] z) {
    for (int i = 0; i < z.length; i++) {
      for (int j = 0; j < i; j++) {
        double t = z[i][j];
        z[i][j] = z[j][i];
        z[j][i] = t;
      }
    }
  }

  /** Reduces z to tridiagonal form, diagonal in d, subdiagonal in e[1 …], and z to the basis. */
  private static void tridiagonalise(double[][] z, double[] d, double[] e) {
    int n = d.length;
    for (int i = n - 1; i > 0; i--) {
      int last = i - 1;
      double h = 0;
      double scale = 0;
      if (last > 0) {
        for (int k = 0; k <= last; k++) {
          scale += Math.abs(z[i][k]);
        }
      }
      if (scale == 0) {
        e[i] = z[i][last];
      } else {
        for (int k = 0; k <= last; k++) {
          z[i][k] /= scale;
          h += z[i][k] * z[i][k];
        }
        double f = z[i][last];
        double g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
        e[i] = scale * g;
        h -= f * g;
        z[i][last] = f - g;
        product(z, i, last, h, e);
        f = 0;
        for (int j = 0; j <= last; j++) {
          z[j][i] = z[i][j] / h;
          f += e[j] * z[i][j];
        }
        double hh = f / (h + h);
        for (int j = 0; j <= last; j++) {
          f = z[i][j];
          g = e[j] - hh * f;
          e[j] = g;
          for (int k = 0; k <= j; k++) {
            z[j][k] -= f * e[k] + g * z[i][k];
          }
        }
      }
      d[i] = h;
    }
    d[0] = 0;
    e[0] = 0;
    double[] g = new double[n];
    for (int i = 0; i < n; i++) {
      if (d[i] != 0) {
        Arrays.fill(g, 0, i, 0);
        for (int k = 0; k < i; k++) {
          double f = z[i][k];
          for (int j = 0; j < i; j++) {
            g[j] += f * z[k][j];
          }
        }
        for (int k = 0; k < i; k++) {
          double f = z[k][i];
          for (int j = 0; j < i; j++) {
            z[k][j] -= g[j] * f;
          }
        }
      }
      d[i] = z[i][i];
      z[i][i] = 1;
      for (int j = 0; j < i; j++) {
        z[j][i] = 0;
        z[i][j] = 0;
      }
    }
  }

  /** e[j] ← (A·u)_j / h for the leading block and u = z[i], going through rows only. */
  private static void product(double[][] z, int i, int last, double h, double[] e) {
    double[] u = z[i];
    Arrays.fill(e, 0, last + 1, 0);
    for (int j = 0; j <= last; j++) {
      double[] row = z[j];
      double uj = u[j];
      double sum = row[j] * uj;
      for (int k = 0; k < j; k++) {
        sum += row[k] * u[k];
        e[k] += row[k] * uj;
      }
      e[j] += sum;
    }
    for (int j = 0; j <= last; j++) {
      e[j] /= h;
    }
  }

  /** The QL iteration with implicit shifts; rows of z become the eigenvectors. */
  private static void iterate(double[][] z, double[] d, double[] e) {
    int n = d.length;
    System.arraycopy(e, 1, e, 0, n - 1);
    e[n - 1] = 0;
    for (int l = 0; l < n; l++) {
      for (int sweep = 0; ; sweep++) {
        int m = l;
        while (m < n - 1) {
          double size = Math.abs(d[m]) + Math.abs(d[m + 1]);
          if (Math.abs(e[m]) <= Math.ulp(1.0) * size) {
            break;
          }
          m++;
        }
        if (m == l) {
          break;
        }
        if (sweep == MAX_SWEEPS) {
          throw new ArithmeticException("eigenvalue " + l + " did not converge");
        }
        rotate(z, d, e, l, m);
      }
    }
  }

  private static void rotate(double[][] z, double[] d, double[] e, int l, int m) {
    double g = (d[l + 1] - d[l]) / (2 * e[l]);
    double r = Math.hypot(g, 1);
    g = d[m] - d[l] + e[l] / (g + Math.copySign(r, g));
    double s = 1;
    double c = 1;
    double p = 0;
    int i = m - 1;
    for (; i >= l; i--) {
      double f = s * e[i];
      double b = c * e[i];
      r = Math.hypot(f, g);
      e[i + 1] = r;
      if (r == 0) {
        d[i + 1] -= p;
        e[m] = 0;
        break;
      }
      s = f / r;
      c = g / r;
      g = d[i + 1] - p;
      r = (d[i] - g) * s + 2 * c * b;
      p = s * r;
      d[i + 1] = g + p;
      g = c * r - b;
      double[] lower = z[i];
      double[] upper = z[i + 1];
      for (int k = 0; k < lower.length; k++) {
        double t = upper[k];
        upper[k] = s * lower[k] + c * t;
        lower[k] = c * lower[k] - s * t;
      }
    }
    if (r == 0 && i >= l) {
      return;
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
  }
}
