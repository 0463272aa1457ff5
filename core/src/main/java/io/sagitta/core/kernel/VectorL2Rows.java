package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.ORDER;
import static io.sagitta.core.kernel.Simd.SPECIES;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Squared distances of one query with off-heap rows that lie anywhere, on the Vector API.
 *
 * <p>Such rows come from memory, and how many misses the processor overlaps is decided by how few
 * instructions lie between their loads: it looks about 450 instructions ahead. So the query's
 * registers are loaded once for all rows and only then a row's; a row is cut out as a slice of
 * constant length, which makes one range check of eight; and the lanes are added up in a second
 * pass. A row of 128 components from memory takes 37 ns so, against 67 ns for four interleaved rows
 * a call (about 100 instructions a row less) and 29 ns in C.
 *
 * <p>Rows of a few hundred components go block by block of eight registers, all rows in each;
 * longer ones four at a time, from end to end. At 256 bits the first two blocks are one pass
 * ({@link VectorSixteen}), and long rows go in eights ({@link VectorEightRows}). All methods add in
 * the same order, see {@link VectorDistanceKernels}.
 */
final class VectorL2Rows {
  private static final long REGISTER = 4L * LANES;
  private static final int BLOCK = 8 * LANES;

  /** From here on the processor recognises a row as a stream of its own and fetches ahead. */
  private static final int LONG_ROW = 4 * BLOCK;

  private VectorL2Rows() {}

  /** Scores up to {@link RowScratch#ROWS} rows. */
  static void score(
      float[] x,
      int xOff,
      CodeRows rows,
      int[] ids,
      int from,
      int n,
      int d,
      RowScratch scratch,
      float[] out,
      int outOff) {
    if (d < LANES) {
      for (int r = 0; r < n; r++) {
        int id = ids[from + r];
        MemorySegment row = rows.chunk(id).asSlice(rows.offset(id), 4L * d);
        out[outOff + r] = VectorL2.few(x, xOff, row, 0, d);
      }
      return;
    }
    float[] partial = scratch.partial;
    int done = 0;
    if (d >= LONG_ROW) {
      done = d;
      longRows(x, xOff, rows, ids, from, n, d, partial);
    } else if (VectorSixteen.suits(d)) {
      VectorSixteen.l2(x, xOff, rows, ids, from, n, partial);
      done = VectorSixteen.COMPONENTS;
    } else if (d >= BLOCK) {
      eight(x, xOff, rows, ids, from, n, partial);
      done = BLOCK;
    } else {
      VectorRowSums.clear(scratch, n);
    }
    if (done < d) {
      rest(x, xOff, rows, ids, from, n, d, done, partial, 0);
    }
    VectorRowSums.totals(scratch, n);
    System.arraycopy(scratch.totals, 0, out, outOff, n);
  }

  /**
   * What follows component {@code begin}.
   *
   * @param first row of {@code partial} that belongs to {@code ids[from]}
   */
  private static void rest(
      float[] x,
      int xOff,
      CodeRows rows,
      int[] ids,
      int from,
      int n,
      int d,
      int begin,
      float[] partial,
      int first) {
    int i = begin;
    for (; i + BLOCK <= d; i += BLOCK) {
      eightMore(x, xOff + i, rows, 4 * i, ids, from, n, partial, first);
    }
    if (i < d) {
      tail(x, xOff, rows, ids, from, n, d, i, partial, first);
    }
  }

  /** The first eight registers. */
  @OwnCode
  private static void eight(
      float[] x, int xOff, CodeRows rows, int[] ids, int from, int n, float[] partial) {
    FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + 0 * LANES);
    FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + 1 * LANES);
    FloatVector q2 = FloatVector.fromArray(SPECIES, x, xOff + 2 * LANES);
    FloatVector q3 = FloatVector.fromArray(SPECIES, x, xOff + 3 * LANES);
    FloatVector q4 = FloatVector.fromArray(SPECIES, x, xOff + 4 * LANES);
    FloatVector q5 = FloatVector.fromArray(SPECIES, x, xOff + 5 * LANES);
    FloatVector q6 = FloatVector.fromArray(SPECIES, x, xOff + 6 * LANES);
    FloatVector q7 = FloatVector.fromArray(SPECIES, x, xOff + 7 * LANES);
    for (int r = 0; r < n; r++) {
      int id = ids[from + r];
      MemorySegment b = rows.chunk(id).asSlice(rows.offset(id), 8 * REGISTER);
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
  private static void eightMore(
      float[] x,
      int xOff,
      CodeRows rows,
      int byteOff,
      int[] ids,
      int from,
      int n,
      float[] partial,
      int first) {
    FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + 0 * LANES);
    FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + 1 * LANES);
    FloatVector q2 = FloatVector.fromArray(SPECIES, x, xOff + 2 * LANES);
    FloatVector q3 = FloatVector.fromArray(SPECIES, x, xOff + 3 * LANES);
    FloatVector q4 = FloatVector.fromArray(SPECIES, x, xOff + 4 * LANES);
    FloatVector q5 = FloatVector.fromArray(SPECIES, x, xOff + 5 * LANES);
    FloatVector q6 = FloatVector.fromArray(SPECIES, x, xOff + 6 * LANES);
    FloatVector q7 = FloatVector.fromArray(SPECIES, x, xOff + 7 * LANES);
    for (int r = 0; r < n; r++) {
      int id = ids[from + r];
      MemorySegment b = rows.chunk(id).asSlice(rows.offset(id) + byteOff, 8 * REGISTER);
      FloatVector s0 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * (first + r));
      FloatVector s1 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * (first + r) + LANES);
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
      s0.intoArray(partial, 2 * LANES * (first + r));
      s1.intoArray(partial, 2 * LANES * (first + r) + LANES);
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
      CodeRows rows,
      int[] ids,
      int from,
      int n,
      int d,
      int begin,
      float[] partial,
      int first) {
    int i = begin;
    if (i + 4 * LANES <= d) {
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + i + LANES);
      FloatVector q2 = FloatVector.fromArray(SPECIES, x, xOff + i + 2 * LANES);
      FloatVector q3 = FloatVector.fromArray(SPECIES, x, xOff + i + 3 * LANES);
      for (int r = 0; r < n; r++) {
        int id = ids[from + r];
        MemorySegment b = rows.chunk(id);
        long at = rows.offset(id) + 4L * i;
        FloatVector s0 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * (first + r));
        FloatVector s1 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * (first + r) + LANES);
        FloatVector t0 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b, at, ORDER));
        s0 = t0.fma(t0, s0);
        FloatVector t1 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b, at + REGISTER, ORDER));
        s1 = t1.fma(t1, s1);
        FloatVector t2 =
            q2.sub(FloatVector.fromMemorySegment(SPECIES, b, at + 2 * REGISTER, ORDER));
        s0 = t2.fma(t2, s0);
        FloatVector t3 =
            q3.sub(FloatVector.fromMemorySegment(SPECIES, b, at + 3 * REGISTER, ORDER));
        s1 = t3.fma(t3, s1);
        s0.intoArray(partial, 2 * LANES * (first + r));
        s1.intoArray(partial, 2 * LANES * (first + r) + LANES);
      }
      i += 4 * LANES;
    }
    if (i + 2 * LANES <= d) {
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + i + LANES);
      for (int r = 0; r < n; r++) {
        int id = ids[from + r];
        MemorySegment b = rows.chunk(id);
        long at = rows.offset(id) + 4L * i;
        FloatVector s0 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * (first + r));
        FloatVector s1 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * (first + r) + LANES);
        FloatVector t0 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b, at, ORDER));
        s0 = t0.fma(t0, s0);
        FloatVector t1 = q1.sub(FloatVector.fromMemorySegment(SPECIES, b, at + REGISTER, ORDER));
        s1 = t1.fma(t1, s1);
        s0.intoArray(partial, 2 * LANES * (first + r));
        s1.intoArray(partial, 2 * LANES * (first + r) + LANES);
      }
      i += 2 * LANES;
    }
    if (i + LANES <= d) {
      FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      for (int r = 0; r < n; r++) {
        int id = ids[from + r];
        MemorySegment b = rows.chunk(id);
        long at = rows.offset(id) + 4L * i;
        FloatVector s0 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * (first + r));
        FloatVector t0 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b, at, ORDER));
        s0 = t0.fma(t0, s0);
        s0.intoArray(partial, 2 * LANES * (first + r));
      }
    }
    if ((d & (LANES - 1)) != 0) {
      int z = d - LANES;
      IntVector bits = IntVector.fromArray(Simd.INTS, Simd.TAIL, d & (LANES - 1));
      FloatVector q = FloatVector.fromArray(SPECIES, x, xOff + z);
      for (int r = 0; r < n; r++) {
        int id = ids[from + r];
        MemorySegment b = rows.chunk(id);
        long at = rows.offset(id) + 4L * z;
        FloatVector s1 = FloatVector.fromArray(SPECIES, partial, 2 * LANES * (first + r) + LANES);
        FloatVector t =
            q.sub(FloatVector.fromMemorySegment(SPECIES, b, at, ORDER))
                .reinterpretAsInts()
                .and(bits)
                .reinterpretAsFloats();
        s1 = t.fma(t, s1);
        s1.intoArray(partial, 2 * LANES * (first + r) + LANES);
      }
    }
  }

  private static void longRows(
      float[] x, int xOff, CodeRows rows, int[] ids, int from, int n, int d, float[] partial) {
    int r = 0;
    if (LANES == 8) {
      int whole = d & -VectorEightRows.STEP;
      for (; n - r >= VectorEightRows.FEWEST; r += 8) {
        int m = Math.min(8, n - r);
        VectorEightRows.l2(x, xOff, rows, ids, from + r, m, d, partial, r);
        if (whole < d) {
          rest(x, xOff, rows, ids, from + r, m, d, whole, partial, r);
        }
      }
    }
    fours(x, xOff, rows, ids, from, r, n, d, partial);
  }

  /**
   * Long rows, four at a time: four streams for the prefetcher. The last group repeats its last
   * row. What follows a row's blocks is added at once: a pass of its own over all rows would wait
   * for each of them once more.
   */
  @OwnCode
  private static void fours(
      float[] x,
      int xOff,
      CodeRows rows,
      int[] ids,
      int from,
      int begin,
      int n,
      int d,
      float[] partial) {
    int blocks = d & -BLOCK;
    for (int r = begin; r < n; r += 4) {
      int last = from + n - 1;
      int i0 = ids[from + r];
      int i1 = ids[Math.min(from + r + 1, last)];
      int i2 = ids[Math.min(from + r + 2, last)];
      int i3 = ids[Math.min(from + r + 3, last)];
      MemorySegment b0 = rows.chunk(i0).asSlice(rows.offset(i0), 4L * d);
      MemorySegment b1 = rows.chunk(i1).asSlice(rows.offset(i1), 4L * d);
      MemorySegment b2 = rows.chunk(i2).asSlice(rows.offset(i2), 4L * d);
      MemorySegment b3 = rows.chunk(i3).asSlice(rows.offset(i3), 4L * d);
      FloatVector s00 = FloatVector.zero(SPECIES);
      FloatVector s01 = FloatVector.zero(SPECIES);
      FloatVector s10 = FloatVector.zero(SPECIES);
      FloatVector s11 = FloatVector.zero(SPECIES);
      FloatVector s20 = FloatVector.zero(SPECIES);
      FloatVector s21 = FloatVector.zero(SPECIES);
      FloatVector s30 = FloatVector.zero(SPECIES);
      FloatVector s31 = FloatVector.zero(SPECIES);
      for (int i = 0; i < blocks; i += BLOCK) {
        FloatVector q0 = FloatVector.fromArray(SPECIES, x, xOff + i + 0 * LANES);
        FloatVector t00 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * i, ORDER));
        s00 = t00.fma(t00, s00);
        FloatVector t10 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * i, ORDER));
        s10 = t10.fma(t10, s10);
        FloatVector t20 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * i, ORDER));
        s20 = t20.fma(t20, s20);
        FloatVector t30 = q0.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * i, ORDER));
        s30 = t30.fma(t30, s30);
        FloatVector q1 = FloatVector.fromArray(SPECIES, x, xOff + i + 1 * LANES);
        FloatVector t01 =
            q1.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * (i + LANES), ORDER));
        s01 = t01.fma(t01, s01);
        FloatVector t11 =
            q1.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * (i + LANES), ORDER));
        s11 = t11.fma(t11, s11);
        FloatVector t21 =
            q1.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * (i + LANES), ORDER));
        s21 = t21.fma(t21, s21);
        FloatVector t31 =
            q1.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * (i + LANES), ORDER));
        s31 = t31.fma(t31, s31);
        FloatVector q2 = FloatVector.fromArray(SPECIES, x, xOff + i + 2 * LANES);
        FloatVector t02 =
            q2.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * (i + 2 * LANES), ORDER));
        s00 = t02.fma(t02, s00);
        FloatVector t12 =
            q2.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * (i + 2 * LANES), ORDER));
        s10 = t12.fma(t12, s10);
        FloatVector t22 =
            q2.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * (i + 2 * LANES), ORDER));
        s20 = t22.fma(t22, s20);
        FloatVector t32 =
            q2.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * (i + 2 * LANES), ORDER));
        s30 = t32.fma(t32, s30);
        FloatVector q3 = FloatVector.fromArray(SPECIES, x, xOff + i + 3 * LANES);
        FloatVector t03 =
            q3.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * (i + 3 * LANES), ORDER));
        s01 = t03.fma(t03, s01);
        FloatVector t13 =
            q3.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * (i + 3 * LANES), ORDER));
        s11 = t13.fma(t13, s11);
        FloatVector t23 =
            q3.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * (i + 3 * LANES), ORDER));
        s21 = t23.fma(t23, s21);
        FloatVector t33 =
            q3.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * (i + 3 * LANES), ORDER));
        s31 = t33.fma(t33, s31);
        FloatVector q4 = FloatVector.fromArray(SPECIES, x, xOff + i + 4 * LANES);
        FloatVector t04 =
            q4.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * (i + 4 * LANES), ORDER));
        s00 = t04.fma(t04, s00);
        FloatVector t14 =
            q4.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * (i + 4 * LANES), ORDER));
        s10 = t14.fma(t14, s10);
        FloatVector t24 =
            q4.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * (i + 4 * LANES), ORDER));
        s20 = t24.fma(t24, s20);
        FloatVector t34 =
            q4.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * (i + 4 * LANES), ORDER));
        s30 = t34.fma(t34, s30);
        FloatVector q5 = FloatVector.fromArray(SPECIES, x, xOff + i + 5 * LANES);
        FloatVector t05 =
            q5.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * (i + 5 * LANES), ORDER));
        s01 = t05.fma(t05, s01);
        FloatVector t15 =
            q5.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * (i + 5 * LANES), ORDER));
        s11 = t15.fma(t15, s11);
        FloatVector t25 =
            q5.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * (i + 5 * LANES), ORDER));
        s21 = t25.fma(t25, s21);
        FloatVector t35 =
            q5.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * (i + 5 * LANES), ORDER));
        s31 = t35.fma(t35, s31);
        FloatVector q6 = FloatVector.fromArray(SPECIES, x, xOff + i + 6 * LANES);
        FloatVector t06 =
            q6.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * (i + 6 * LANES), ORDER));
        s00 = t06.fma(t06, s00);
        FloatVector t16 =
            q6.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * (i + 6 * LANES), ORDER));
        s10 = t16.fma(t16, s10);
        FloatVector t26 =
            q6.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * (i + 6 * LANES), ORDER));
        s20 = t26.fma(t26, s20);
        FloatVector t36 =
            q6.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * (i + 6 * LANES), ORDER));
        s30 = t36.fma(t36, s30);
        FloatVector q7 = FloatVector.fromArray(SPECIES, x, xOff + i + 7 * LANES);
        FloatVector t07 =
            q7.sub(FloatVector.fromMemorySegment(SPECIES, b0, 4 * (i + 7 * LANES), ORDER));
        s01 = t07.fma(t07, s01);
        FloatVector t17 =
            q7.sub(FloatVector.fromMemorySegment(SPECIES, b1, 4 * (i + 7 * LANES), ORDER));
        s11 = t17.fma(t17, s11);
        FloatVector t27 =
            q7.sub(FloatVector.fromMemorySegment(SPECIES, b2, 4 * (i + 7 * LANES), ORDER));
        s21 = t27.fma(t27, s21);
        FloatVector t37 =
            q7.sub(FloatVector.fromMemorySegment(SPECIES, b3, 4 * (i + 7 * LANES), ORDER));
        s31 = t37.fma(t37, s31);
      }
      int at = 2 * LANES * r;
      s00.intoArray(partial, at + 0 * LANES);
      s01.intoArray(partial, at + 1 * LANES);
      s10.intoArray(partial, at + 2 * LANES);
      s11.intoArray(partial, at + 3 * LANES);
      s20.intoArray(partial, at + 4 * LANES);
      s21.intoArray(partial, at + 5 * LANES);
      s30.intoArray(partial, at + 6 * LANES);
      s31.intoArray(partial, at + 7 * LANES);
      if (blocks < d) {
        rest(x, xOff, rows, ids, from + r, Math.min(4, n - r), d, blocks, partial, r);
      }
    }
  }
}
