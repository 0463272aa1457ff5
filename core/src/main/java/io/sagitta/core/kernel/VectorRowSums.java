package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The second pass of scattered rows: lanes into totals, bit for bit as {@link Simd#total} gives
 * them.
 *
 * <p>{@link #totals} holds one loop per width, of which C2 compiles the one of this machine: so it
 * is {@link OwnCode} at the cost of one loop. It calls nothing but the JDK's methods, which C2
 * inlines whatever else it has inlined; {@link Simd}'s helpers take vectors, and a call of those at
 * C2's limit of nodes puts them on the heap.
 */
final class VectorRowSums {
  private VectorRowSums() {}

  /** Empties the sums of {@code n} rows. */
  static void clear(RowScratch s, int n) {
    Arrays.fill(s.partial, 0, 2 * LANES * n, 0);
  }

  /**
   * Adds up {@code n} rows into {@code s.totals}.
   *
   * <p>Four rows share a register as soon as they fit in one. A blend is cheaper than a
   * rearrangement: at 256 bits one of these joins two registers, not one each, and the second and
   * third row change places at first, so that all end in their own.
   *
   * <p>A whole register is stored, its upper part for nothing: a vector of another shape that is
   * stored anywhere makes C2 expect both in every store of a kernel, and {@link VectorEightRows}
   * then kept two of its sums on the heap.
   */
  @OwnCode
  static void totals(RowScratch s, int n) {
    float[] p = s.partial;
    float[] totals = s.totals;
    if (LANES < 8) {
      for (int r = 0; r < n; r++) {
        int at = 2 * LANES * r;
        FloatVector a0 =
            FloatVector.fromArray(SPECIES, p, at)
                .add(FloatVector.fromArray(SPECIES, p, at + LANES));
        FloatVector a = a0.add(a0.rearrange(Simd.SWAP2));
        totals[r] = (float) ((double) a.lane(0) + a.lane(1));
      }
    } else if (LANES == 8) {
      for (int r = 0; r < n; r += 4) {
        int at = 2 * LANES * r;
        FloatVector a0 =
            FloatVector.fromArray(SPECIES, p, at + 0 * LANES)
                .add(FloatVector.fromArray(SPECIES, p, at + 1 * LANES));
        DoubleVector a =
            (DoubleVector)
                a0.add(a0.rearrange(Simd.HALVES))
                    .convertShape(VectorOperators.F2D, Simd.DOUBLES, 0);
        FloatVector b0 =
            FloatVector.fromArray(SPECIES, p, at + 2 * LANES)
                .add(FloatVector.fromArray(SPECIES, p, at + 3 * LANES));
        DoubleVector b =
            (DoubleVector)
                b0.add(b0.rearrange(Simd.HALVES))
                    .convertShape(VectorOperators.F2D, Simd.DOUBLES, 0);
        FloatVector c0 =
            FloatVector.fromArray(SPECIES, p, at + 4 * LANES)
                .add(FloatVector.fromArray(SPECIES, p, at + 5 * LANES));
        DoubleVector c =
            (DoubleVector)
                c0.add(c0.rearrange(Simd.HALVES))
                    .convertShape(VectorOperators.F2D, Simd.DOUBLES, 0);
        FloatVector e0 =
            FloatVector.fromArray(SPECIES, p, at + 6 * LANES)
                .add(FloatVector.fromArray(SPECIES, p, at + 7 * LANES));
        DoubleVector e =
            (DoubleVector)
                e0.add(e0.rearrange(Simd.HALVES))
                    .convertShape(VectorOperators.F2D, Simd.DOUBLES, 0);
        DoubleVector ac =
            a.blend(c, Simd.WIDE_UPPER_HALF)
                .add(c.blend(a, Simd.WIDE_UPPER_HALF).rearrange(Simd.WIDE2));
        DoubleVector be =
            b.blend(e, Simd.WIDE_UPPER_HALF)
                .add(e.blend(b, Simd.WIDE_UPPER_HALF).rearrange(Simd.WIDE2));
        DoubleVector all =
            ac.blend(be, Simd.WIDE_ODD_QUARTER)
                .add(be.blend(ac, Simd.WIDE_ODD_QUARTER).rearrange(Simd.WIDE1));
        ((FloatVector) all.convertShape(VectorOperators.D2F, SPECIES, 0)).intoArray(totals, r);
      }
    } else {
      for (int r = 0; r < n; r += 4) {
        int at = 2 * LANES * r;
        FloatVector a0 =
            FloatVector.fromArray(SPECIES, p, at + 0 * LANES)
                .add(FloatVector.fromArray(SPECIES, p, at + 1 * LANES));
        DoubleVector a =
            (DoubleVector)
                a0.add(a0.rearrange(Simd.HALVES))
                    .convertShape(VectorOperators.F2D, Simd.DOUBLES, 0);
        FloatVector b0 =
            FloatVector.fromArray(SPECIES, p, at + 2 * LANES)
                .add(FloatVector.fromArray(SPECIES, p, at + 3 * LANES));
        DoubleVector b =
            (DoubleVector)
                b0.add(b0.rearrange(Simd.HALVES))
                    .convertShape(VectorOperators.F2D, Simd.DOUBLES, 0);
        FloatVector c0 =
            FloatVector.fromArray(SPECIES, p, at + 4 * LANES)
                .add(FloatVector.fromArray(SPECIES, p, at + 5 * LANES));
        DoubleVector c =
            (DoubleVector)
                c0.add(c0.rearrange(Simd.HALVES))
                    .convertShape(VectorOperators.F2D, Simd.DOUBLES, 0);
        FloatVector e0 =
            FloatVector.fromArray(SPECIES, p, at + 6 * LANES)
                .add(FloatVector.fromArray(SPECIES, p, at + 7 * LANES));
        DoubleVector e =
            (DoubleVector)
                e0.add(e0.rearrange(Simd.HALVES))
                    .convertShape(VectorOperators.F2D, Simd.DOUBLES, 0);
        DoubleVector ab =
            a.add(a.rearrange(Simd.WIDE4))
                .blend(b.add(b.rearrange(Simd.WIDE4)), Simd.WIDE_UPPER_HALF);
        DoubleVector ce =
            c.add(c.rearrange(Simd.WIDE4))
                .blend(e.add(e.rearrange(Simd.WIDE4)), Simd.WIDE_UPPER_HALF);
        DoubleVector all =
            ab.add(ab.rearrange(Simd.WIDE2))
                .blend(ce.add(ce.rearrange(Simd.WIDE2)), Simd.WIDE_ODD_QUARTER);
        all = all.add(all.rearrange(Simd.WIDE1)).rearrange(Simd.WIDE_FOUR);
        ((FloatVector) all.convertShape(VectorOperators.D2F, SPECIES, 0)).intoArray(totals, r);
      }
    }
  }
}
