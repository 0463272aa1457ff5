package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.ORDER;
import static io.sagitta.core.kernel.Simd.SPECIES;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Eight long scattered rows side by side, for 256 bits: eight streams for the prefetcher.
 *
 * <p>Their sixteen sums and what else is needed do not fit in sixteen registers; C2 keeps some on
 * the stack, which is cheaper than waiting for four rows twice (784 components from memory, eight
 * rows: 400 to 480 ns a row against 540 to 570).
 */
final class VectorEightRows {
  /** Components of a step. */
  static final int STEP = 2 * LANES;

  /** From so many rows on: fewer go in fours. */
  static final int FEWEST = 5;

  private VectorEightRows() {}

  /** Squared differences of up to eight rows, all but the last components that fill no step. */
  @OwnCode
  static void l2(
      float[] x,
      int xOff,
      CodeRows rows,
      int[] ids,
      int from,
      int n,
      int d,
      float[] partial,
      int first) {
    int end = d & -STEP;
    int last = from + n - 1;
    int id0 = ids[from];
    int id1 = ids[Math.min(from + 1, last)];
    int id2 = ids[Math.min(from + 2, last)];
    int id3 = ids[Math.min(from + 3, last)];
    int id4 = ids[Math.min(from + 4, last)];
    int id5 = ids[Math.min(from + 5, last)];
    int id6 = ids[Math.min(from + 6, last)];
    int id7 = ids[Math.min(from + 7, last)];
    MemorySegment b0 = rows.chunk(id0).asSlice(rows.offset(id0), 4L * d);
    MemorySegment b1 = rows.chunk(id1).asSlice(rows.offset(id1), 4L * d);
    MemorySegment b2 = rows.chunk(id2).asSlice(rows.offset(id2), 4L * d);
    MemorySegment b3 = rows.chunk(id3).asSlice(rows.offset(id3), 4L * d);
    MemorySegment b4 = rows.chunk(id4).asSlice(rows.offset(id4), 4L * d);
    MemorySegment b5 = rows.chunk(id5).asSlice(rows.offset(id5), 4L * d);
    MemorySegment b6 = rows.chunk(id6).asSlice(rows.offset(id6), 4L * d);
    MemorySegment b7 = rows.chunk(id7).asSlice(rows.offset(id7), 4L * d);
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s11 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s21 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    FloatVector s31 = FloatVector.zero(SPECIES);
    FloatVector s40 = FloatVector.zero(SPECIES);
    FloatVector s41 = FloatVector.zero(SPECIES);
    FloatVector s50 = FloatVector.zero(SPECIES);
    FloatVector s51 = FloatVector.zero(SPECIES);
    FloatVector s60 = FloatVector.zero(SPECIES);
    FloatVector s61 = FloatVector.zero(SPECIES);
    FloatVector s70 = FloatVector.zero(SPECIES);
    FloatVector s71 = FloatVector.zero(SPECIES);
    for (int i = 0; i < end; i += STEP) {
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      FloatVector t00 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * i, ORDER));
      s00 = t00.fma(t00, s00);
      FloatVector t10 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * i, ORDER));
      s10 = t10.fma(t10, s10);
      FloatVector t20 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * i, ORDER));
      s20 = t20.fma(t20, s20);
      FloatVector t30 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * i, ORDER));
      s30 = t30.fma(t30, s30);
      FloatVector t40 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b4, 4 * i, ORDER));
      s40 = t40.fma(t40, s40);
      FloatVector t50 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b5, 4 * i, ORDER));
      s50 = t50.fma(t50, s50);
      FloatVector t60 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b6, 4 * i, ORDER));
      s60 = t60.fma(t60, s60);
      FloatVector t70 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b7, 4 * i, ORDER));
      s70 = t70.fma(t70, s70);
      FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + i + LANES);
      FloatVector t01 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * (i + LANES), ORDER));
      s01 = t01.fma(t01, s01);
      FloatVector t11 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * (i + LANES), ORDER));
      s11 = t11.fma(t11, s11);
      FloatVector t21 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * (i + LANES), ORDER));
      s21 = t21.fma(t21, s21);
      FloatVector t31 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * (i + LANES), ORDER));
      s31 = t31.fma(t31, s31);
      FloatVector t41 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b4, 4 * (i + LANES), ORDER));
      s41 = t41.fma(t41, s41);
      FloatVector t51 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b5, 4 * (i + LANES), ORDER));
      s51 = t51.fma(t51, s51);
      FloatVector t61 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b6, 4 * (i + LANES), ORDER));
      s61 = t61.fma(t61, s61);
      FloatVector t71 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b7, 4 * (i + LANES), ORDER));
      s71 = t71.fma(t71, s71);
    }
    int at = 2 * LANES * first;
    s00.intoArray(partial, at + 0 * LANES);
    s01.intoArray(partial, at + 1 * LANES);
    s10.intoArray(partial, at + 2 * LANES);
    s11.intoArray(partial, at + 3 * LANES);
    s20.intoArray(partial, at + 4 * LANES);
    s21.intoArray(partial, at + 5 * LANES);
    s30.intoArray(partial, at + 6 * LANES);
    s31.intoArray(partial, at + 7 * LANES);
    s40.intoArray(partial, at + 8 * LANES);
    s41.intoArray(partial, at + 9 * LANES);
    s50.intoArray(partial, at + 10 * LANES);
    s51.intoArray(partial, at + 11 * LANES);
    s60.intoArray(partial, at + 12 * LANES);
    s61.intoArray(partial, at + 13 * LANES);
    s70.intoArray(partial, at + 14 * LANES);
    s71.intoArray(partial, at + 15 * LANES);
  }

  /** Products of up to eight rows, all but the last components that fill no step. */
  @OwnCode
  static void ip(
      float[] x,
      int xOff,
      CodeRows rows,
      int[] ids,
      int from,
      int n,
      int d,
      float[] partial,
      int first) {
    int end = d & -STEP;
    int last = from + n - 1;
    int id0 = ids[from];
    int id1 = ids[Math.min(from + 1, last)];
    int id2 = ids[Math.min(from + 2, last)];
    int id3 = ids[Math.min(from + 3, last)];
    int id4 = ids[Math.min(from + 4, last)];
    int id5 = ids[Math.min(from + 5, last)];
    int id6 = ids[Math.min(from + 6, last)];
    int id7 = ids[Math.min(from + 7, last)];
    MemorySegment b0 = rows.chunk(id0).asSlice(rows.offset(id0), 4L * d);
    MemorySegment b1 = rows.chunk(id1).asSlice(rows.offset(id1), 4L * d);
    MemorySegment b2 = rows.chunk(id2).asSlice(rows.offset(id2), 4L * d);
    MemorySegment b3 = rows.chunk(id3).asSlice(rows.offset(id3), 4L * d);
    MemorySegment b4 = rows.chunk(id4).asSlice(rows.offset(id4), 4L * d);
    MemorySegment b5 = rows.chunk(id5).asSlice(rows.offset(id5), 4L * d);
    MemorySegment b6 = rows.chunk(id6).asSlice(rows.offset(id6), 4L * d);
    MemorySegment b7 = rows.chunk(id7).asSlice(rows.offset(id7), 4L * d);
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s11 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s21 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    FloatVector s31 = FloatVector.zero(SPECIES);
    FloatVector s40 = FloatVector.zero(SPECIES);
    FloatVector s41 = FloatVector.zero(SPECIES);
    FloatVector s50 = FloatVector.zero(SPECIES);
    FloatVector s51 = FloatVector.zero(SPECIES);
    FloatVector s60 = FloatVector.zero(SPECIES);
    FloatVector s61 = FloatVector.zero(SPECIES);
    FloatVector s70 = FloatVector.zero(SPECIES);
    FloatVector s71 = FloatVector.zero(SPECIES);
    for (int i = 0; i < end; i += STEP) {
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      s00 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b0, 4 * i, ORDER), s00);
      s10 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b1, 4 * i, ORDER), s10);
      s20 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b2, 4 * i, ORDER), s20);
      s30 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b3, 4 * i, ORDER), s30);
      s40 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b4, 4 * i, ORDER), s40);
      s50 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b5, 4 * i, ORDER), s50);
      s60 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b6, 4 * i, ORDER), s60);
      s70 = q0.fma(FloatVector.fromMemorySegment(SPECIES, b7, 4 * i, ORDER), s70);
      FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + i + LANES);
      s01 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b0, 4 * (i + LANES), ORDER), s01);
      s11 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b1, 4 * (i + LANES), ORDER), s11);
      s21 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b2, 4 * (i + LANES), ORDER), s21);
      s31 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b3, 4 * (i + LANES), ORDER), s31);
      s41 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b4, 4 * (i + LANES), ORDER), s41);
      s51 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b5, 4 * (i + LANES), ORDER), s51);
      s61 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b6, 4 * (i + LANES), ORDER), s61);
      s71 = q1.fma(FloatVector.fromMemorySegment(SPECIES, b7, 4 * (i + LANES), ORDER), s71);
    }
    int at = 2 * LANES * first;
    s00.intoArray(partial, at + 0 * LANES);
    s01.intoArray(partial, at + 1 * LANES);
    s10.intoArray(partial, at + 2 * LANES);
    s11.intoArray(partial, at + 3 * LANES);
    s20.intoArray(partial, at + 4 * LANES);
    s21.intoArray(partial, at + 5 * LANES);
    s30.intoArray(partial, at + 6 * LANES);
    s31.intoArray(partial, at + 7 * LANES);
    s40.intoArray(partial, at + 8 * LANES);
    s41.intoArray(partial, at + 9 * LANES);
    s50.intoArray(partial, at + 10 * LANES);
    s51.intoArray(partial, at + 11 * LANES);
    s60.intoArray(partial, at + 12 * LANES);
    s61.intoArray(partial, at + 13 * LANES);
    s70.intoArray(partial, at + 14 * LANES);
    s71.intoArray(partial, at + 15 * LANES);
  }
}
