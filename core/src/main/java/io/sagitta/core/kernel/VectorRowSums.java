package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;

import java.util.Arrays;
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
    for (int r = 0; r < n; r += 4) {
      int at = 2 * LANES * r;
      FloatVector a =
          FloatVector.fromArray(SPECIES, p, at).add(FloatVector.fromArray(SPECIES, p, at + LANES));
      FloatVector b =
          FloatVector.fromArray(SPECIES, p, at + 2 * LANES)
              .add(FloatVector.fromArray(SPECIES, p, at + 3 * LANES));
      FloatVector c =
          FloatVector.fromArray(SPECIES, p, at + 4 * LANES)
              .add(FloatVector.fromArray(SPECIES, p, at + 5 * LANES));
      FloatVector e =
          FloatVector.fromArray(SPECIES, p, at + 6 * LANES)
              .add(FloatVector.fromArray(SPECIES, p, at + 7 * LANES));
      Simd.sumFour(a, b, c, e, totals, r);
    }
  }
}
