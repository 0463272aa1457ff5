package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** The second pass of scattered rows: lanes into totals. */
final class VectorRowSums {
  private VectorRowSums() {}

  /** Empties the sums of {@code n} rows. */
  static void clear(RowScratch s, int n) {
    Arrays.fill(s.partial, 0, 2 * LANES * n, 0);
  }

  /** Adds up {@code n} rows into {@code s.totals}. */
  static void totals(RowScratch s, int n) {
    float[] p = s.partial;
    float[] totals = s.totals;
    if (LANES < 8) {
      for (int r = 0; r < n; r++) {
        int at = 2 * LANES * r;
        totals[r] =
            Simd.total(
                FloatVector.fromArray(SPECIES, p, at),
                FloatVector.fromArray(SPECIES, p, at + LANES));
      }
      return;
    }
    for (int r = 0; r < n; r += 4) {
      int at = 2 * LANES * r;
      Simd.totalFour(
          row(p, at),
          row(p, at + 2 * LANES),
          row(p, at + 4 * LANES),
          row(p, at + 6 * LANES),
          totals,
          r);
    }
  }

  private static DoubleVector row(float[] p, int at) {
    return Simd.wide(
        FloatVector.fromArray(SPECIES, p, at), FloatVector.fromArray(SPECIES, p, at + LANES));
  }
}
