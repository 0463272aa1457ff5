package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.ORDER;
import static io.sagitta.core.kernel.Simd.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Squared distances of one query with rows that follow one another in the caches, for 256 bits.
 *
 * <p>A loop over a row's few registers costs more than the registers: C2 makes three of it, each
 * with its checks. So the registers of a row are written out, up to sixteen a pass; a row is a
 * slice of constant length, which makes one range check of all; and lanes are added up in a second
 * pass, four rows at once ({@link VectorRowSums}). 128 components in the second-level cache take 16
 * ns instead of 34, in the third 20 instead of 38. From memory they take 95 instead of 75: loads in
 * bursts are no stream to the prefetcher, so a scan of much goes row by row.
 *
 * <p>Of rows of 256 components and more the second pass finds a round gone from the first-level
 * cache (in the third-level one 62 ns instead of 52); those of less than 64 gain nothing.
 *
 * <p>All methods add in the same order, see {@link VectorDistanceKernels}.
 */
final class VectorL2Run {
  private static final long REGISTER = 4L * LANES;

  /** From here on another kernel is faster. */
  private static final int LONG_ROW = 256;

  private VectorL2Run() {}

  /** Whether this is the way for rows of {@code d} components. */
  static boolean suits(int d) {
    return LANES == 8 && d >= 8 * LANES && d < LONG_ROW;
  }

  /**
   * Scores up to {@link RowScratch#ROWS} rows of a length that {@link #suits}.
   *
   * @param y less than 2 GiB
   * @param step bytes from a row to the next
   */
  static void score(
      float[] x,
      int xOff,
      MemorySegment y,
      int yOff,
      int step,
      int n,
      int d,
      RowScratch scratch,
      float[] out,
      int outOff) {
    float[] partial = scratch.partial;
    int i;
    if (16 * LANES <= d) {
      sixteen(x, xOff, y, yOff, step, n, partial);
      i = 16 * LANES;
    } else {
      eightFirst(x, xOff, y, yOff, step, n, partial);
      i = 8 * LANES;
    }
    for (; i + 8 * LANES <= d; i += 8 * LANES) {
      eight(x, xOff + i, y, yOff + 4 * i, step, n, partial);
    }
    if (i < d) {
      tail(x, xOff, y, yOff, step, n, d, i, partial);
    }
    VectorRowSums.totals(scratch, n);
    System.arraycopy(scratch.totals, 0, out, outOff, n);
  }

  /** The first sixteen registers. */
  @OwnCode
  private static void sixteen(
      float[] x, int xOff, MemorySegment y, int yOff, int step, int n, float[] partial) {
    for (int r = 0; r < n; r++) {
      MemorySegment b = y.asSlice(yOff + r * step, 16 * REGISTER);
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      FloatVector t0 =
          FloatVector.fromArray(SPECIES, x, xOff + 0 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 0 * REGISTER, ORDER));
      s0 = t0.fma(t0, s0);
      FloatVector t1 =
          FloatVector.fromArray(SPECIES, x, xOff + 1 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 1 * REGISTER, ORDER));
      s1 = t1.fma(t1, s1);
      FloatVector t2 =
          FloatVector.fromArray(SPECIES, x, xOff + 2 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 2 * REGISTER, ORDER));
      s0 = t2.fma(t2, s0);
      FloatVector t3 =
          FloatVector.fromArray(SPECIES, x, xOff + 3 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 3 * REGISTER, ORDER));
      s1 = t3.fma(t3, s1);
      FloatVector t4 =
          FloatVector.fromArray(SPECIES, x, xOff + 4 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 4 * REGISTER, ORDER));
      s0 = t4.fma(t4, s0);
      FloatVector t5 =
          FloatVector.fromArray(SPECIES, x, xOff + 5 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 5 * REGISTER, ORDER));
      s1 = t5.fma(t5, s1);
      FloatVector t6 =
          FloatVector.fromArray(SPECIES, x, xOff + 6 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 6 * REGISTER, ORDER));
      s0 = t6.fma(t6, s0);
      FloatVector t7 =
          FloatVector.fromArray(SPECIES, x, xOff + 7 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 7 * REGISTER, ORDER));
      s1 = t7.fma(t7, s1);
      FloatVector t8 =
          FloatVector.fromArray(SPECIES, x, xOff + 8 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 8 * REGISTER, ORDER));
      s0 = t8.fma(t8, s0);
      FloatVector t9 =
          FloatVector.fromArray(SPECIES, x, xOff + 9 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 9 * REGISTER, ORDER));
      s1 = t9.fma(t9, s1);
      FloatVector t10 =
          FloatVector.fromArray(SPECIES, x, xOff + 10 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 10 * REGISTER, ORDER));
      s0 = t10.fma(t10, s0);
      FloatVector t11 =
          FloatVector.fromArray(SPECIES, x, xOff + 11 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 11 * REGISTER, ORDER));
      s1 = t11.fma(t11, s1);
      FloatVector t12 =
          FloatVector.fromArray(SPECIES, x, xOff + 12 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 12 * REGISTER, ORDER));
      s0 = t12.fma(t12, s0);
      FloatVector t13 =
          FloatVector.fromArray(SPECIES, x, xOff + 13 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 13 * REGISTER, ORDER));
      s1 = t13.fma(t13, s1);
      FloatVector t14 =
          FloatVector.fromArray(SPECIES, x, xOff + 14 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 14 * REGISTER, ORDER));
      s0 = t14.fma(t14, s0);
      FloatVector t15 =
          FloatVector.fromArray(SPECIES, x, xOff + 15 * LANES)
              .sub(FloatVector.fromMemorySegment(SPECIES, b, 15 * REGISTER, ORDER));
      s1 = t15.fma(t15, s1);
      s0.intoArray(partial, 2 * LANES * r);
      s1.intoArray(partial, 2 * LANES * r + LANES);
    }
  }

  /** The first eight registers. */
  @OwnCode
  private static void eightFirst(
      float[] x, int xOff, MemorySegment y, int yOff, int step, int n, float[] partial) {
    FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + 0 * LANES);
    FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + 1 * LANES);
    FloatVector q2 = FloatVector.fromArray(SPECIES, x, xOff + 2 * LANES);
    FloatVector q3 = FloatVector.fromArray(SPECIES, x, xOff + 3 * LANES);
    FloatVector q4 = FloatVector.fromArray(SPECIES, x, xOff + 4 * LANES);
    FloatVector q5 = FloatVector.fromArray(SPECIES, x, xOff + 5 * LANES);
    FloatVector q6 = FloatVector.fromArray(SPECIES, x, xOff + 6 * LANES);
    FloatVector q7 = FloatVector.fromArray(SPECIES, x, xOff + 7 * LANES);
    for (int r = 0; r < n; r++) {
      MemorySegment b = y.asSlice(yOff + r * step, 8 * REGISTER);
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      FloatVector t0 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b, 0 * REGISTER, ORDER));
      s0 = t0.fma(t0, s0);
      FloatVector t1 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b, 1 * REGISTER, ORDER));
      s1 = t1.fma(t1, s1);
      FloatVector t2 = q2.sub(FloatVector.fromMemorySegment(SPECIES, b, 2 * REGISTER, ORDER));
      s0 = t2.fma(t2, s0);
      FloatVector t3 = q3.sub(FloatVector.fromMemorySegment(SPECIES, b, 3 * REGISTER, ORDER));
      s1 = t3.fma(t3, s1);
      FloatVector t4 = q4.sub(FloatVector.fromMemorySegment(SPECIES, b, 4 * REGISTER, ORDER));
      s0 = t4.fma(t4, s0);
      FloatVector t5 = q5.sub(FloatVector.fromMemorySegment(SPECIES, b, 5 * REGISTER, ORDER));
      s1 = t5.fma(t5, s1);
      FloatVector t6 = q6.sub(FloatVector.fromMemorySegment(SPECIES, b, 6 * REGISTER, ORDER));
      s0 = t6.fma(t6, s0);
      FloatVector t7 = q7.sub(FloatVector.fromMemorySegment(SPECIES, b, 7 * REGISTER, ORDER));
      s1 = t7.fma(t7, s1);
      s0.intoArray(partial, 2 * LANES * r);
      s1.intoArray(partial, 2 * LANES * r + LANES);
    }
  }

  /** Eight registers on top of the sums so far. */
  @OwnCode
  private static void eight(
      float[] x, int xOff, MemorySegment y, int yOff, int step, int n, float[] partial) {
    FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + 0 * LANES);
    FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + 1 * LANES);
    FloatVector q2 = FloatVector.fromArray(SPECIES, x, xOff + 2 * LANES);
    FloatVector q3 = FloatVector.fromArray(SPECIES, x, xOff + 3 * LANES);
    FloatVector q4 = FloatVector.fromArray(SPECIES, x, xOff + 4 * LANES);
    FloatVector q5 = FloatVector.fromArray(SPECIES, x, xOff + 5 * LANES);
    FloatVector q6 = FloatVector.fromArray(SPECIES, x, xOff + 6 * LANES);
    FloatVector q7 = FloatVector.fromArray(SPECIES, x, xOff + 7 * LANES);
    for (int r = 0; r < n; r++) {
      MemorySegment b = y.asSlice(yOff + r * step, 8 * REGISTER);
      FloatVector s0 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * r);
      FloatVector s1 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * r + LANES);
      FloatVector t0 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b, 0 * REGISTER, ORDER));
      s0 = t0.fma(t0, s0);
      FloatVector t1 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b, 1 * REGISTER, ORDER));
      s1 = t1.fma(t1, s1);
      FloatVector t2 = q2.sub(FloatVector.fromMemorySegment(SPECIES, b, 2 * REGISTER, ORDER));
      s0 = t2.fma(t2, s0);
      FloatVector t3 = q3.sub(FloatVector.fromMemorySegment(SPECIES, b, 3 * REGISTER, ORDER));
      s1 = t3.fma(t3, s1);
      FloatVector t4 = q4.sub(FloatVector.fromMemorySegment(SPECIES, b, 4 * REGISTER, ORDER));
      s0 = t4.fma(t4, s0);
      FloatVector t5 = q5.sub(FloatVector.fromMemorySegment(SPECIES, b, 5 * REGISTER, ORDER));
      s1 = t5.fma(t5, s1);
      FloatVector t6 = q6.sub(FloatVector.fromMemorySegment(SPECIES, b, 6 * REGISTER, ORDER));
      s0 = t6.fma(t6, s0);
      FloatVector t7 = q7.sub(FloatVector.fromMemorySegment(SPECIES, b, 7 * REGISTER, ORDER));
      s1 = t7.fma(t7, s1);
      s0.intoArray(partial, 2 * LANES * r);
      s1.intoArray(partial, 2 * LANES * r + LANES);
    }
  }

  /**
   * What is left when less than eight registers are: four, two, one, and the components of the last
   * one that were not counted before, on top of the odd sums.
   */
  @OwnCode
  private static void tail(
      float[] x,
      int xOff,
      MemorySegment y,
      int yOff,
      int step,
      int n,
      int d,
      int begin,
      float[] partial) {
    int i = begin;
    if (i + 4 * LANES <= d) {
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + i + LANES);
      FloatVector q2 = FloatVector.fromArray(SPECIES, x, xOff + i + 2 * LANES);
      FloatVector q3 = FloatVector.fromArray(SPECIES, x, xOff + i + 3 * LANES);
      for (int r = 0; r < n; r++) {
        int at = yOff + 4 * i + r * step;
        FloatVector s0 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * r);
        FloatVector s1 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * r + LANES);
        FloatVector t0 = q0.sub(FloatVector.fromMemorySegment(SPECIES, y, at, ORDER));
        s0 = t0.fma(t0, s0);
        FloatVector t1 = q1.sub(FloatVector.fromMemorySegment(SPECIES, y, at + REGISTER, ORDER));
        s1 = t1.fma(t1, s1);
        FloatVector t2 =
            q2.sub(FloatVector.fromMemorySegment(SPECIES, y, at + 2 * REGISTER, ORDER));
        s0 = t2.fma(t2, s0);
        FloatVector t3 =
            q3.sub(FloatVector.fromMemorySegment(SPECIES, y, at + 3 * REGISTER, ORDER));
        s1 = t3.fma(t3, s1);
        s0.intoArray(partial, 2 * LANES * r);
        s1.intoArray(partial, 2 * LANES * r + LANES);
      }
      i += 4 * LANES;
    }
    if (i + 2 * LANES <= d) {
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + i + LANES);
      for (int r = 0; r < n; r++) {
        int at = yOff + 4 * i + r * step;
        FloatVector s0 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * r);
        FloatVector s1 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * r + LANES);
        FloatVector t0 = q0.sub(FloatVector.fromMemorySegment(SPECIES, y, at, ORDER));
        s0 = t0.fma(t0, s0);
        FloatVector t1 = q1.sub(FloatVector.fromMemorySegment(SPECIES, y, at + REGISTER, ORDER));
        s1 = t1.fma(t1, s1);
        s0.intoArray(partial, 2 * LANES * r);
        s1.intoArray(partial, 2 * LANES * r + LANES);
      }
      i += 2 * LANES;
    }
    if (i + LANES <= d) {
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      for (int r = 0; r < n; r++) {
        int at = yOff + 4 * i + r * step;
        FloatVector s0 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * r);
        FloatVector t0 = q0.sub(FloatVector.fromMemorySegment(SPECIES, y, at, ORDER));
        s0 = t0.fma(t0, s0);
        s0.intoArray(partial, 2 * LANES * r);
      }
    }
    if ((d & (LANES - 1)) != 0) {
      int z = d - LANES;
      IntVector bits = IntVector.fromArray(Simd.INTS, Simd.TAIL, d & (LANES - 1));
      FloatVector q = FloatVector.fromArray(SPECIES, x, xOff + z);
      for (int r = 0; r < n; r++) {
        int at = yOff + 4 * z + r * step;
        FloatVector s1 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * r + LANES);
        FloatVector t =
            q.sub(FloatVector.fromMemorySegment(SPECIES, y, at, ORDER))
                .reinterpretAsInts()
                .and(bits)
                .reinterpretAsFloats();
        s1 = t.fma(t, s1);
        s1.intoArray(partial, 2 * LANES * r + LANES);
      }
    }
  }
}
