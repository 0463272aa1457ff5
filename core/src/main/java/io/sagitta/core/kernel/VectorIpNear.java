package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.ORDER;
import static io.sagitta.core.kernel.Simd.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Whether any of some off-heap rows that lie one behind the other has a greater inner product with
 * a query than a limit; otherwise as {@link VectorL2Near}, but products do not only add up, so no
 * row is given up.
 */
final class VectorIpNear {
  private static final long REGISTER = 4L * LANES;
  private static final int BLOCK = 4 * LANES;

  private VectorIpNear() {}

  static boolean any(float[] x, MemorySegment y, int n, int d, float limit, RowScratch scratch) {
    if (d < LANES) {
      for (int r = 0; r < n; r++) {
        if (VectorIp.few(x, 0, y, 4 * r * d, d) > limit) {
          return true;
        }
      }
      return false;
    }
    float[] totals = scratch.totals;
    long row = 4L * d;
    int blocks = d & -BLOCK;
    for (int r = 0; r < n; r += 4) {
      long o0 = r * row;
      long o1 = Math.min(r + 1, n - 1) * row;
      long o2 = Math.min(r + 2, n - 1) * row;
      long o3 = Math.min(r + 3, n - 1) * row;
      VectorRowSums.clear(scratch, 4);
      blocks(x, y, o0, o1, o2, o3, 0, blocks, scratch.partial);
      if (blocks < d) {
        rest(x, y, o0, blocks, d, scratch.partial, 0);
        rest(x, y, o1, blocks, d, scratch.partial, 2 * LANES);
        rest(x, y, o2, blocks, d, scratch.partial, 4 * LANES);
        rest(x, y, o3, blocks, d, scratch.partial, 6 * LANES);
      }
      VectorRowSums.totals(scratch, 4);
      if (totals[0] > limit || totals[1] > limit || totals[2] > limit || totals[3] > limit) {
        return true;
      }
    }
    return false;
  }

  /** Components {@code [from, to)} of four rows, whole blocks, on top of the sums so far. */
  @OwnCode
  private static void blocks(
      float[] x,
      MemorySegment y,
      long o0,
      long o1,
      long o2,
      long o3,
      int from,
      int to,
      float[] sums) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, 0 * LANES);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, 1 * LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, 2 * LANES);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, 3 * LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, 4 * LANES);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, 5 * LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, 6 * LANES);
    FloatVector s31 = FloatVector.fromArray(SPECIES, sums, 7 * LANES);
    for (int i = from; i < to; i += BLOCK) {
      MemorySegment b0 = y.asSlice(o0 + 4L * i, 4 * REGISTER);
      MemorySegment b1 = y.asSlice(o1 + 4L * i, 4 * REGISTER);
      MemorySegment b2 = y.asSlice(o2 + 4L * i, 4 * REGISTER);
      MemorySegment b3 = y.asSlice(o3 + 4L * i, 4 * REGISTER);
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, i + 0 * LANES);
      s00 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b0, 0 * REGISTER, ORDER), s00);
      s10 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b1, 0 * REGISTER, ORDER), s10);
      s20 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b2, 0 * REGISTER, ORDER), s20);
      s30 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b3, 0 * REGISTER, ORDER), s30);
      FloatVector q1 = FloatVector.fromArray(SPECIES, x, i + 1 * LANES);
      s01 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b0, 1 * REGISTER, ORDER), s01);
      s11 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b1, 1 * REGISTER, ORDER), s11);
      s21 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b2, 1 * REGISTER, ORDER), s21);
      s31 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b3, 1 * REGISTER, ORDER), s31);
      FloatVector q2 = FloatVector.fromArray(SPECIES, x, i + 2 * LANES);
      s00 = q2.fma(FloatVector.fromMemorySegment(SPECIES, b0, 2 * REGISTER, ORDER), s00);
      s10 = q2.fma(FloatVector.fromMemorySegment(SPECIES, b1, 2 * REGISTER, ORDER), s10);
      s20 = q2.fma(FloatVector.fromMemorySegment(SPECIES, b2, 2 * REGISTER, ORDER), s20);
      s30 = q2.fma(FloatVector.fromMemorySegment(SPECIES, b3, 2 * REGISTER, ORDER), s30);
      FloatVector q3 = FloatVector.fromArray(SPECIES, x, i + 3 * LANES);
      s01 = q3.fma(FloatVector.fromMemorySegment(SPECIES, b0, 3 * REGISTER, ORDER), s01);
      s11 = q3.fma(FloatVector.fromMemorySegment(SPECIES, b1, 3 * REGISTER, ORDER), s11);
      s21 = q3.fma(FloatVector.fromMemorySegment(SPECIES, b2, 3 * REGISTER, ORDER), s21);
      s31 = q3.fma(FloatVector.fromMemorySegment(SPECIES, b3, 3 * REGISTER, ORDER), s31);
    }
    s00.intoArray(sums, 0 * LANES);
    s01.intoArray(sums, 1 * LANES);
    s10.intoArray(sums, 2 * LANES);
    s11.intoArray(sums, 3 * LANES);
    s20.intoArray(sums, 4 * LANES);
    s21.intoArray(sums, 5 * LANES);
    s30.intoArray(sums, 6 * LANES);
    s31.intoArray(sums, 7 * LANES);
  }

  /** What follows a row's blocks, on top of the sums so far. */
  @OwnCode
  private static void rest(
      float[] x, MemorySegment y, long row, int from, int d, float[] sums, int at) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, sums, at);
    FloatVector s1 = FloatVector.fromArray(SPECIES, sums, at + LANES);
    int i = from;
    if (i + 2 * LANES <= d) {
      long o = row + 4L * i;
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, i + 0 * LANES);
      s0 = q0.fma(FloatVector.fromMemorySegment(SPECIES, y, o, ORDER), s0);
      FloatVector q1 = FloatVector.fromArray(SPECIES, x, i + 1 * LANES);
      s1 = q1.fma(FloatVector.fromMemorySegment(SPECIES, y, o + REGISTER, ORDER), s1);
      i += 2 * LANES;
    }
    if (i + LANES <= d) {
      long o = row + 4L * i;
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, i + 0 * LANES);
      s0 = q0.fma(FloatVector.fromMemorySegment(SPECIES, y, o, ORDER), s0);
    }
    if ((d & (LANES - 1)) != 0) {
      long o = row + 4L * (d - LANES);
      IntVector last = IntVector.fromArray(Simd.INTS, Simd.TAIL, d & (LANES - 1));
      FloatVector q =
          FloatVector.fromArray(SPECIES, x, d - LANES)
              .reinterpretAsInts()
              .and(last)
              .reinterpretAsFloats();
      s1 =
          q.fma(
              FloatVector.fromMemorySegment(SPECIES, y, o, ORDER)
                  .reinterpretAsInts()
                  .and(last)
                  .reinterpretAsFloats(),
              s1);
    }
    s0.intoArray(sums, at);
    s1.intoArray(sums, at + LANES);
  }
}
