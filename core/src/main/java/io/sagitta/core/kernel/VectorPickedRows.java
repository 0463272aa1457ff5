package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.ORDER;
import static io.sagitta.core.kernel.Simd.SPECIES;
import static io.sagitta.core.kernel.Simd.sum;
import static io.sagitta.core.kernel.Simd.sumFour;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Inner products with rows picked from an array of short rows ({@link DistanceKernels#ipPicked}).
 *
 * <p>Such rows come from memory in no order, so what counts is how many of their lines are on the
 * way at once, and that is what fits the reorder buffer: few instructions a line. One sum a row,
 * and what does not fill a register is taken by a register that overlaps the one before, its first
 * lanes blended away. For rows of 98 floats that is 7 loads a row instead of 6 and 8 scalar
 * operations: 43 ns a row instead of 60 at Panorama's second level on Fashion-MNIST, where one row
 * in three is picked. Touching the rows beforehand, a load a line, was slower (54 ns).
 */
final class VectorPickedRows {
  private static final FloatVector LANE = FloatVector.zero(SPECIES).addIndex(1);

  private VectorPickedRows() {}

  /** See {@link DistanceKernels#ipPicked}; {@code d} is at least a register. */
  static void ip(
      float[] x, int xOff, MemorySegment y, int yOff, int d, int[] picked, int n, float[] out) {
    int quarter = n >>> 2;
    int row = 4 * d;
    for (int i = 0; i < quarter; i++) {
      four(
          x,
          xOff,
          y,
          yOff + picked[i] * row,
          yOff + picked[quarter + i] * row,
          yOff + picked[2 * quarter + i] * row,
          yOff + picked[3 * quarter + i] * row,
          d,
          out,
          4 * i);
    }
    for (int i = 4 * quarter; i < n; i++) {
      out[i] = one(x, xOff, y, yOff + picked[i] * row, d);
    }
  }

  private static void four(
      float[] x,
      int xOff,
      MemorySegment y,
      int o0,
      int o1,
      int o2,
      int o3,
      int d,
      float[] out,
      int at) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    int whole = d & -LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xOff + i);
      s0 = v.fma(FloatVector.fromMemorySegment(SPECIES, y, o0 + 4 * i, ORDER), s0);
      s1 = v.fma(FloatVector.fromMemorySegment(SPECIES, y, o1 + 4 * i, ORDER), s1);
      s2 = v.fma(FloatVector.fromMemorySegment(SPECIES, y, o2 + 4 * i, ORDER), s2);
      s3 = v.fma(FloatVector.fromMemorySegment(SPECIES, y, o3 + 4 * i, ORDER), s3);
    }
    if (whole < d) {
      int i = d - LANES;
      VectorMask<Float> fresh = LANE.compare(VectorOperators.GE, (float) (whole - i));
      FloatVector v = FloatVector.fromArray(SPECIES, x, xOff + i);
      FloatVector t = v.fma(FloatVector.fromMemorySegment(SPECIES, y, o0 + 4 * i, ORDER), s0);
      s0 = s0.blend(t, fresh);
      t = v.fma(FloatVector.fromMemorySegment(SPECIES, y, o1 + 4 * i, ORDER), s1);
      s1 = s1.blend(t, fresh);
      t = v.fma(FloatVector.fromMemorySegment(SPECIES, y, o2 + 4 * i, ORDER), s2);
      s2 = s2.blend(t, fresh);
      t = v.fma(FloatVector.fromMemorySegment(SPECIES, y, o3 + 4 * i, ORDER), s3);
      s3 = s3.blend(t, fresh);
    }
    sumFour(s0, s1, s2, s3, out, at);
  }

  private static float one(float[] x, int xOff, MemorySegment y, int yOff, int d) {
    FloatVector s = FloatVector.zero(SPECIES);
    int whole = d & -LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xOff + i);
      s = v.fma(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * i, ORDER), s);
    }
    if (whole < d) {
      int i = d - LANES;
      VectorMask<Float> fresh = LANE.compare(VectorOperators.GE, (float) (whole - i));
      FloatVector v = FloatVector.fromArray(SPECIES, x, xOff + i);
      FloatVector t = v.fma(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * i, ORDER), s);
      s = s.blend(t, fresh);
    }
    return sum(s);
  }
}
