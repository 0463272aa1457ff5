package io.sagitta.core.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each decomposition is judged by what defines it. */
class DecompositionsTest {
  @ParameterizedTest
  @CsvSource({"1,1", "5,1", "5,5", "40,17", "64,64"})
  void qrSpansTheColumnsOrthonormally(int m, int n) {
    float[] a = RandomData.normal(m * n, 3);
    float[] q = a.clone();
    HouseholderQr.orthonormalise(q, m, n);
    for (int c = 0; c < n; c++) {
      for (int k = 0; k <= c; k++) {
        assertThat(dot(q, c * m, q, k * m, m)).isCloseTo(c == k ? 1 : 0, within(1e-6));
      }
      // Column c of A lies in the span of the first c + 1 columns of Q.
      double outside = dot(a, c * m, a, c * m, m);
      for (int k = 0; k <= c; k++) {
        double part = dot(a, c * m, q, k * m, m);
        outside -= part * part;
      }
      assertThat(outside).isCloseTo(0, within(1e-4));
    }
  }

  @Test
  void qrTakesDependentColumns() {
    float[] a = {1, 2, 2, 2, 4, 4};
    HouseholderQr.orthonormalise(a, 3, 2);
    assertThat(dot(a, 0, a, 3, 3)).isCloseTo(0, within(1e-6));
    assertThat(dot(a, 3, a, 3, 3)).isCloseTo(1, within(1e-6));
    assertThatThrownBy(() -> HouseholderQr.orthonormalise(new float[6], 2, 3))
        .hasMessageContaining("3 columns of 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 65})
  void eigenvectorsAreStretchedByTheirValues(int n) {
    float[] x = RandomData.normal(n * n, 5);
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i * n + j] = x[i * n + j] + x[j * n + i];
      }
    }
    checkEigen(a, n);
  }

  @Test
  void eigenvaluesMayRepeatAndVanish() {
    checkEigen(new double[] {2, 0, 0, 0, 2, 0, 0, 0, 0}, 3);
    checkEigen(new double[16], 4);
    assertThatThrownBy(() -> SymmetricEigen.of(new double[] {Double.NaN}, 1))
        .hasMessageContaining("NaN");
  }

  private static void checkEigen(double[] a, int n) {
    SymmetricEigen e = SymmetricEigen.of(a, n);
    for (int v = 0; v < n; v++) {
      assertThat(v == 0 || e.value(v) <= e.value(v - 1)).isTrue();
      for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
          sum += a[i * n + j] * e.component(v, j);
        }
        assertThat(sum).isCloseTo(e.value(v) * e.component(v, i), within(1e-10 * n));
      }
      for (int w = 0; w <= v; w++) {
        double product = 0;
        for (int j = 0; j < n; j++) {
          product += e.component(v, j) * e.component(w, j);
        }
        assertThat(product).isCloseTo(v == w ? 1 : 0, within(1e-11));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "6,6,6", "20,7,7", "7,20,7", "12,12,3", "9,5,1", "5,5,0"})
  void singularValuesRebuildTheMatrix(int m, int n, int rank) {
    float[] l = RandomData.normal(m * Math.max(1, rank), 1);
    float[] r = RandomData.normal(n * Math.max(1, rank), 2);
    double[] a = new double[m * n];
    for (int k = 0; k < rank; k++) {
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          // Values of very different sizes: small ones must not drown.
          a[i * n + j] += Math.pow(10, -k) * l[k * m + i] * r[k * n + j];
        }
      }
    }
    SingularValues svd = SingularValues.of(a, m, n);
    assertThat(svd.count()).isEqualTo(Math.min(m, n));
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int k = 0; k < svd.count(); k++) {
          sum += svd.left(k, i) * svd.value(k) * svd.right(k, j);
        }
        assertThat(sum).isCloseTo(a[i * n + j], within(1e-12 * 30));
      }
    }
    for (int k = 0; k < svd.count(); k++) {
      assertThat(k == 0 || svd.value(k) <= svd.value(k - 1)).isTrue();
      assertThat(svd.value(k) > 1e-13 * Math.max(1, svd.value(0))).isEqualTo(k < rank);
      for (int w = 0; w <= k; w++) {
        double left = 0;
        double right = 0;
        for (int i = 0; i < m; i++) {
          left += svd.left(k, i) * svd.left(w, i);
        }
        for (int j = 0; j < n; j++) {
          right += svd.right(k, j) * svd.right(w, j);
        }
        assertThat(left).isCloseTo(k == w ? 1 : 0, within(1e-9));
        assertThat(right).isCloseTo(k == w ? 1 : 0, within(1e-9));
      }
    }
  }

  @Test
  void theScatterMatrixIsTheSumOfProducts() {
    int n = 1111;
    int d = 37;
    float[] x = RandomData.normal(n * d, 8);
    Vectors rows = Vectors.of(x, d);
    float[] mean = Scatter.mean(rows);
    double[] scatter = Scatter.around(mean, rows, ProgressListener.NONE);
    for (int a : new int[] {0, 5, 36}) {
      for (int b : new int[] {0, 17, 36}) {
        double expected = 0;
        for (int i = 0; i < n; i++) {
          expected += ((double) x[i * d + a] - mean[a]) * ((double) x[i * d + b] - mean[b]);
        }
        assertThat(scatter[a * d + b]).isCloseTo(expected, within(1e-3));
      }
    }
  }

  private static double dot(float[] x, int xo, float[] y, int yo, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) x[xo + i] * y[yo + i];
    }
    return sum;
  }
}
