package io.sagitta.core.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.random.RandomData;
import java.util.Arrays;
import java.util.Comparator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** Our decompositions against those of EJML, an implementation of its own. */
class EjmlOracleTest {
  /** Columns are determined up to their sign. */
  @Property
  void qr(
      @ForAll @IntRange(min = 1, max = 60) int n,
      @ForAll @IntRange(max = 40) int more,
      @ForAll @IntRange(min = 1) int seed) {
    int m = n + more;
    float[] q = RandomData.normal(m * n, seed);
    DMatrixRMaj a = new DMatrixRMaj(m, n);
    for (int c = 0; c < n; c++) {
      for (int i = 0; i < m; i++) {
        a.set(i, c, q[c * m + i]);
      }
    }
    HouseholderQr.orthonormalise(q, m, n);
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(m, n);
    assertThat(qr.decompose(a.copy())).isTrue();
    DMatrixRMaj expected = qr.getQ(null, true);
    DMatrixRMaj r = qr.getR(null, true);
    // What rounding of A becomes in Q: 2^-53 times the condition of A; and ours is given as floats.
    double tolerance = 1e-6 + 1e-13 / smallest(r, n);
    for (int c = 0; c < n; c++) {
      double same = 0;
      for (int i = 0; i < m; i++) {
        same += expected.get(i, c) * q[c * m + i];
      }
      double sign = Math.signum(same);
      for (int i = 0; i < m; i++) {
        assertThat((double) q[c * m + i])
            .as("column %d, element %d", c, i)
            .isCloseTo(sign * expected.get(i, c), within(tolerance));
      }
    }
  }

  private static double smallest(DMatrixRMaj r, int n) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < n; i++) {
      least = Math.min(least, Math.abs(r.get(i, i)));
    }
    return least;
  }

  /**
   * Values always; vectors up to their sign as far as the gap to the neighbours determines them.
   */
  @Property
  void symmetricEigen(
      @ForAll @IntRange(min = 1, max = 70) int n, @ForAll @IntRange(min = 1) int seed) {
    float[] x = RandomData.normal(n * n, seed);
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i * n + j] = (double) x[i * n + j] + x[j * n + i];
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> theirs = DecompositionFactory_DDRM.eig(n, true, true);
    assertThat(theirs.decompose(new DMatrixRMaj(n, n, true, a.clone()))).isTrue();
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order, Comparator.comparingDouble((Integer i) -> -theirs.getEigenvalue(i).getReal()));
    SymmetricEigen ours = SymmetricEigen.of(a, n);
    double scale = Math.max(1, Math.abs(ours.value(0)) + Math.abs(ours.value(n - 1)));
    for (int v = 0; v < n; v++) {
      assertThat(ours.value(v))
          .isCloseTo(theirs.getEigenvalue(order[v]).getReal(), within(1e-12 * scale));
      double gap = scale;
      if (v > 0) {
        gap = Math.min(gap, ours.value(v - 1) - ours.value(v));
      }
      if (v < n - 1) {
        gap = Math.min(gap, ours.value(v) - ours.value(v + 1));
      }
      DMatrixRMaj expected = theirs.getEigenVector(order[v]);
      double norm = 0;
      double same = 0;
      for (int j = 0; j < n; j++) {
        norm += expected.get(j) * expected.get(j);
        same += expected.get(j) * ours.component(v, j);
      }
      double factor = Math.signum(same) / Math.sqrt(norm);
      for (int j = 0; j < n; j++) {
        assertThat(ours.component(v, j))
            .isCloseTo(factor * expected.get(j), within(1e-11 * scale / gap));
      }
    }
  }

  /** Values always; of the vectors the orthogonal factor U·Vᵀ, which no choice of signs changes. */
  @Property
  void singularValues(
      @ForAll @IntRange(min = 1, max = 50) int m,
      @ForAll @IntRange(min = 1, max = 50) int n,
      @ForAll @IntRange(max = 6) int decades,
      @ForAll @IntRange(min = 1) int seed) {
    float[] x = RandomData.normal(m * n, seed);
    double[] a = new double[m * n];
    for (int i = 0; i < m; i++) {
      // Rows of very different sizes.
      double size = Math.pow(10, -(double) decades * i / m);
      for (int j = 0; j < n; j++) {
        a[i * n + j] = size * x[i * n + j];
      }
    }
    SingularValueDecomposition_F64<DMatrixRMaj> theirs =
        DecompositionFactory_DDRM.svd(m, n, true, true, true);
    assertThat(theirs.decompose(new DMatrixRMaj(m, n, true, a.clone()))).isTrue();
    SingularValues ours = SingularValues.of(a, m, n);
    int count = Math.min(m, n);
    double[] expected = Arrays.copyOf(theirs.getSingularValues(), count);
    Arrays.sort(expected);
    for (int k = 0; k < count; k++) {
      assertThat(ours.value(k))
          .isCloseTo(expected[count - 1 - k], within(1e-12 * Math.max(1, ours.value(0))));
    }
    // U comes as m × count, Vᵀ as count × n; their order is the same in both.
    DMatrixRMaj u = theirs.getU(null, false);
    DMatrixRMaj vt = theirs.getV(null, true);
    DMatrixRMaj factor = new DMatrixRMaj(m, n);
    CommonOps_DDRM.mult(u, vt, factor);
    double[] got = ours.orthogonalFactor();
    double tolerance = 1e-11 * Math.max(1, ours.value(0) / ours.value(count - 1));
    for (int i = 0; i < m * n; i++) {
      assertThat(got[i]).isCloseTo(factor.get(i), within(tolerance));
    }
  }
}
