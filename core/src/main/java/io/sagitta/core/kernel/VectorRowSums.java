package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The second pass of scattered rows: lanes into totals.
 *
 * <p>{@link #totals} holds one loop per width, of which C2 compiles the one of this machine. So it
 * has more than the 325 bytes of bytecode up to which C2 inlines what is called often, at the cost
 * of one loop. Why: a graph search takes the first pass into its own loop as far as that is smaller,
 * and with this pass as well it came to C2's limit of 18,000 nodes in a JVM that had scanned before
 * (four rows here are about 9,000 of them): vectors crossed a call then, and each query put 2 to 16
 * KB of them on the heap. As a call of its own, without vectors among its arguments, this pass
 * allocates nothing, wherever it is called from.
 */
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
      for (int r = 0; r < n; r += 2) {
        int at = 2 * LANES * r;
        totals[r] = Simd.total(half(p, at), half(p, at + LANES));
        totals[r + 1] = Simd.total(half(p, at + 2 * LANES), half(p, at + 3 * LANES));
      }
    } else if (LANES == 8) {
      for (int r = 0; r < n; r += 4) {
        int at = 2 * LANES * r;
        Simd.totalFour(
            Simd.wide(half(p, at), half(p, at + LANES)),
            Simd.wide(half(p, at + 2 * LANES), half(p, at + 3 * LANES)),
            Simd.wide(half(p, at + 4 * LANES), half(p, at + 5 * LANES)),
            Simd.wide(half(p, at + 6 * LANES), half(p, at + 7 * LANES)),
            totals,
            r);
      }
    } else {
      for (int r = 0; r < n; r += 4) {
        int at = 2 * LANES * r;
        Simd.totalFour(
            Simd.wide(half(p, at), half(p, at + LANES)),
            Simd.wide(half(p, at + 2 * LANES), half(p, at + 3 * LANES)),
            Simd.wide(half(p, at + 4 * LANES), half(p, at + 5 * LANES)),
            Simd.wide(half(p, at + 6 * LANES), half(p, at + 7 * LANES)),
            totals,
            r);
      }
    }
  }

  /** Adds up the first four rows; small enough to become part of a kernel. */
  static void firstFour(RowScratch s) {
    float[] p = s.partial;
    if (LANES < 8) {
      totals(s, 4);
      return;
    }
    Simd.totalFour(
        Simd.wide(half(p, 0), half(p, LANES)),
        Simd.wide(half(p, 2 * LANES), half(p, 3 * LANES)),
        Simd.wide(half(p, 4 * LANES), half(p, 5 * LANES)),
        Simd.wide(half(p, 6 * LANES), half(p, 7 * LANES)),
        s.totals,
        0);
  }

  private static FloatVector half(float[] p, int at) {
    return FloatVector.fromArray(SPECIES, p, at);
  }
}
