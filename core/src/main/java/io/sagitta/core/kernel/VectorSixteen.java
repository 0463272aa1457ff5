package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.ORDER;
import static io.sagitta.core.kernel.Simd.SPECIES;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The first sixteen registers of scattered rows in one pass, for 256 bits: 128 components.
 *
 * <p>With 16 registers the query does not stay in them; its part is loaded from L1 for each row.
 * That costs sixteen instructions a row, and saves a second pass over the rows, which waits for
 * each of them again, with its slices and its sums stored and loaded.
 */
final class VectorSixteen {
  /** Components of a pass. */
  static final int COMPONENTS = 16 * LANES;

  /** Whether this is the way for rows of so many components. */
  static boolean suits(int d) {
    return LANES == 8 && d >= COMPONENTS;
  }

  private static final long REGISTER = 4L * LANES;

  private VectorSixteen() {}

  /** Squared differences; two sums a row into {@code partial}. */
  @OwnCode
  static void l2(float[] x, int xOff, CodeRows rows, int[] ids, int from, int n, float[] partial) {
    for (int r = 0; r < n; r++) {
      int id = ids[from + r];
      MemorySegment b = rows.chunk(id).asSlice(rows.offset(id), 16 * REGISTER);
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

  /** Products; two sums a row into {@code partial}. */
  @OwnCode
  static void ip(float[] x, int xOff, CodeRows rows, int[] ids, int from, int n, float[] partial) {
    for (int r = 0; r < n; r++) {
      int id = ids[from + r];
      MemorySegment b = rows.chunk(id).asSlice(rows.offset(id), 16 * REGISTER);
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      s0 =
          FloatVector.fromArray(SPECIES, x, xOff + 0 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 0 * REGISTER, ORDER), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, xOff + 1 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 1 * REGISTER, ORDER), s1);
      s0 =
          FloatVector.fromArray(SPECIES, x, xOff + 2 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 2 * REGISTER, ORDER), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, xOff + 3 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 3 * REGISTER, ORDER), s1);
      s0 =
          FloatVector.fromArray(SPECIES, x, xOff + 4 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 4 * REGISTER, ORDER), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, xOff + 5 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 5 * REGISTER, ORDER), s1);
      s0 =
          FloatVector.fromArray(SPECIES, x, xOff + 6 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 6 * REGISTER, ORDER), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, xOff + 7 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 7 * REGISTER, ORDER), s1);
      s0 =
          FloatVector.fromArray(SPECIES, x, xOff + 8 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 8 * REGISTER, ORDER), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, xOff + 9 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 9 * REGISTER, ORDER), s1);
      s0 =
          FloatVector.fromArray(SPECIES, x, xOff + 10 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 10 * REGISTER, ORDER), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, xOff + 11 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 11 * REGISTER, ORDER), s1);
      s0 =
          FloatVector.fromArray(SPECIES, x, xOff + 12 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 12 * REGISTER, ORDER), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, xOff + 13 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 13 * REGISTER, ORDER), s1);
      s0 =
          FloatVector.fromArray(SPECIES, x, xOff + 14 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 14 * REGISTER, ORDER), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, xOff + 15 * LANES)
              .fma(FloatVector.fromMemorySegment(SPECIES, b, 15 * REGISTER, ORDER), s1);
      s0.intoArray(partial, 2 * LANES * r);
      s1.intoArray(partial, 2 * LANES * r + LANES);
    }
  }
}
