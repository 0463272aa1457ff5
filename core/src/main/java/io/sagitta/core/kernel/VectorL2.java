package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.DistanceKernels.FLOAT;
import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.ORDER;
import static io.sagitta.core.kernel.Simd.SPECIES;
import static io.sagitta.core.kernel.Simd.keep;
import static io.sagitta.core.kernel.Simd.lastLanes;
import static io.sagitta.core.kernel.Simd.total;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Squared distances of a query with rows in off-heap segments of less than 2 GiB, on the Vector
 * API.
 *
 * <p>Byte offsets are {@code int}: C2 then takes the range check of a load out of the loop, which
 * it does not with a {@code long} offset. L2, 128 components: a row in the caches takes 5.4 ns
 * instead of 12, a row anywhere in memory 71 ns instead of 98.
 *
 * <p>All methods add in the same order, see {@link VectorDistanceKernels}.
 */
final class VectorL2 {
  private VectorL2() {}

  /**
   * One row whose {@code d} is a multiple of two registers: without the code of tails 7.4 ns
   * instead of 8.9.
   */
  static float even(float[] x, int xOff, MemorySegment y, int yOff, int d) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    for (int i = 0; i < d; i += 2 * LANES) {
      FloatVector t0 =
          FloatVector.fromArray(SPECIES, x, xOff + i)
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * i, ORDER));
      s0 = t0.fma(t0, s0);
      FloatVector t1 =
          FloatVector.fromArray(SPECIES, x, xOff + (i + LANES))
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * (i + LANES), ORDER));
      s1 = t1.fma(t1, s1);
    }
    return total(s0, s1);
  }

  /**
   * One row of at least a register (shorter ones: {@link #few}); from a few hundred components on
   * {@link #staged} is faster.
   */
  static float row(float[] x, int xOff, MemorySegment y, int yOff, int d) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    int pairs = d & -(2 * LANES);
    for (; i < pairs; i += 2 * LANES) {
      FloatVector t0 =
          FloatVector.fromArray(SPECIES, x, xOff + i)
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * i, ORDER));
      s0 = t0.fma(t0, s0);
      FloatVector t1 =
          FloatVector.fromArray(SPECIES, x, xOff + (i + LANES))
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * (i + LANES), ORDER));
      s1 = t1.fma(t1, s1);
    }
    if ((d & LANES) != 0) {
      FloatVector t0 =
          FloatVector.fromArray(SPECIES, x, xOff + i)
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * i, ORDER));
      s0 = t0.fma(t0, s0);
    }
    if ((d & (LANES - 1)) != 0) {
      FloatVector t1 =
          FloatVector.fromArray(SPECIES, x, xOff + (d - LANES))
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * (d - LANES), ORDER));
      t1 = keep(t1, lastLanes(d));
      s1 = t1.fma(t1, s1);
    }
    return total(s0, s1);
  }

  /**
   * One row, in loops of {@code stage} components that the compiler does not unroll: a scan of
   * memory outside the caches runs at the speed of the prefetcher, and unrolled by eight registers
   * it takes 175 ns instead of 114 (L2, d = 784).
   */
  static float staged(float[] x, int xOff, MemorySegment y, int yOff, int d, int stage) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    int pairs = d & -(2 * LANES);
    while (i < pairs) {
      int end = Math.min(pairs, i + stage);
      for (; i < end; i += 2 * LANES) {
        FloatVector t0 =
            FloatVector.fromArray(SPECIES, x, xOff + i)
                .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * i, ORDER));
        s0 = t0.fma(t0, s0);
        FloatVector t1 =
            FloatVector.fromArray(SPECIES, x, xOff + (i + LANES))
                .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * (i + LANES), ORDER));
        s1 = t1.fma(t1, s1);
      }
    }
    if ((d & LANES) != 0) {
      FloatVector t0 =
          FloatVector.fromArray(SPECIES, x, xOff + i)
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * i, ORDER));
      s0 = t0.fma(t0, s0);
    }
    if ((d & (LANES - 1)) != 0) {
      FloatVector t1 =
          FloatVector.fromArray(SPECIES, x, xOff + (d - LANES))
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * (d - LANES), ORDER));
      t1 = keep(t1, lastLanes(d));
      s1 = t1.fma(t1, s1);
    }
    return total(s0, s1);
  }

  /**
   * Two long rows of one segment that lie far apart: two streams for the prefetcher, which starts
   * anew on every page. A scan of memory outside the caches reads 35 GB/s so and 28 GB/s as one
   * stream (d = 784); four streams give no more, and rows next to each other less.
   */
  static void apart(
      float[] x, int xOff, MemorySegment y, int a, int b, int d, float[] out, int outA, int outB) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    int i = 0;
    int pairs = d & -(2 * LANES);
    for (; i < pairs; i += 2 * LANES) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      FloatVector t0 = x0.sub(FloatVector.fromMemorySegment(SPECIES, y, a + 4 * i, ORDER));
      a0 = t0.fma(t0, a0);
      FloatVector u0 = x0.sub(FloatVector.fromMemorySegment(SPECIES, y, b + 4 * i, ORDER));
      b0 = u0.fma(u0, b0);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, xOff + (i + LANES));
      FloatVector t1 =
          x1.sub(FloatVector.fromMemorySegment(SPECIES, y, a + 4 * (i + LANES), ORDER));
      a1 = t1.fma(t1, a1);
      FloatVector u1 =
          x1.sub(FloatVector.fromMemorySegment(SPECIES, y, b + 4 * (i + LANES), ORDER));
      b1 = u1.fma(u1, b1);
    }
    if ((d & LANES) != 0) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOff + i);
      FloatVector t0 = x0.sub(FloatVector.fromMemorySegment(SPECIES, y, a + 4 * i, ORDER));
      a0 = t0.fma(t0, a0);
      FloatVector u0 = x0.sub(FloatVector.fromMemorySegment(SPECIES, y, b + 4 * i, ORDER));
      b0 = u0.fma(u0, b0);
    }
    if ((d & (LANES - 1)) != 0) {
      IntVector last = lastLanes(d);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, xOff + (d - LANES));
      FloatVector t1 =
          x1.sub(FloatVector.fromMemorySegment(SPECIES, y, a + 4 * (d - LANES), ORDER));
      t1 = keep(t1, last);
      a1 = t1.fma(t1, a1);
      FloatVector u1 =
          x1.sub(FloatVector.fromMemorySegment(SPECIES, y, b + 4 * (d - LANES), ORDER));
      u1 = keep(u1, last);
      b1 = u1.fma(u1, b1);
    }
    out[outA] = total(a0, a1);
    out[outB] = total(b0, b1);
  }

  /** Two arrays of at least a register. */
  static float arrays(float[] x, int xOff, float[] y, int yOff, int d) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (int fours = d & -(4 * LANES); i < fours; i += 4 * LANES) {
      FloatVector t0 =
          FloatVector.fromArray(SPECIES, x, xOff + i)
              .sub(FloatVector.fromArray(SPECIES, y, yOff + i));
      s0 = t0.fma(t0, s0);
      FloatVector t1 =
          FloatVector.fromArray(SPECIES, x, xOff + (i + LANES))
              .sub(FloatVector.fromArray(SPECIES, y, yOff + (i + LANES)));
      s1 = t1.fma(t1, s1);
      FloatVector t2 =
          FloatVector.fromArray(SPECIES, x, xOff + (i + 2 * LANES))
              .sub(FloatVector.fromArray(SPECIES, y, yOff + (i + 2 * LANES)));
      s0 = t2.fma(t2, s0);
      FloatVector t3 =
          FloatVector.fromArray(SPECIES, x, xOff + (i + 3 * LANES))
              .sub(FloatVector.fromArray(SPECIES, y, yOff + (i + 3 * LANES)));
      s1 = t3.fma(t3, s1);
    }
    if ((d & (2 * LANES)) != 0) {
      FloatVector t0 =
          FloatVector.fromArray(SPECIES, x, xOff + i)
              .sub(FloatVector.fromArray(SPECIES, y, yOff + i));
      s0 = t0.fma(t0, s0);
      FloatVector t1 =
          FloatVector.fromArray(SPECIES, x, xOff + (i + LANES))
              .sub(FloatVector.fromArray(SPECIES, y, yOff + (i + LANES)));
      s1 = t1.fma(t1, s1);
      i += 2 * LANES;
    }
    if ((d & LANES) != 0) {
      FloatVector t0 =
          FloatVector.fromArray(SPECIES, x, xOff + i)
              .sub(FloatVector.fromArray(SPECIES, y, yOff + i));
      s0 = t0.fma(t0, s0);
    }
    if ((d & (LANES - 1)) != 0) {
      FloatVector t1 =
          FloatVector.fromArray(SPECIES, x, xOff + (d - LANES))
              .sub(FloatVector.fromArray(SPECIES, y, yOff + (d - LANES)));
      t1 = keep(t1, lastLanes(d));
      s1 = t1.fma(t1, s1);
    }
    return total(s0, s1);
  }

  /** One row of at least a register against another. */
  static float rows(MemorySegment x, int xOff, MemorySegment y, int yOff, int d) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    int pairs = d & -(2 * LANES);
    for (; i < pairs; i += 2 * LANES) {
      FloatVector t0 =
          FloatVector.fromMemorySegment(SPECIES, x, xOff + 4 * i, ORDER)
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * i, ORDER));
      s0 = t0.fma(t0, s0);
      FloatVector t1 =
          FloatVector.fromMemorySegment(SPECIES, x, xOff + 4 * (i + LANES), ORDER)
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * (i + LANES), ORDER));
      s1 = t1.fma(t1, s1);
    }
    if ((d & LANES) != 0) {
      FloatVector t0 =
          FloatVector.fromMemorySegment(SPECIES, x, xOff + 4 * i, ORDER)
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * i, ORDER));
      s0 = t0.fma(t0, s0);
    }
    if ((d & (LANES - 1)) != 0) {
      FloatVector t1 =
          FloatVector.fromMemorySegment(SPECIES, x, xOff + 4 * (d - LANES), ORDER)
              .sub(FloatVector.fromMemorySegment(SPECIES, y, yOff + 4 * (d - LANES), ORDER));
      t1 = keep(t1, lastLanes(d));
      s1 = t1.fma(t1, s1);
    }
    return total(s0, s1);
  }

  /** A row of less than a register: one sum in float64. */
  static float few(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    double total = 0;
    for (int i = 0; i < d; i++) {
      double t = x[xOff + i] - y.get(FLOAT, yOff + 4L * i);
      total += t * t;
    }
    return (float) total;
  }

  /** A row of less than a register: one sum in float64. */
  static float few(MemorySegment x, long xOff, MemorySegment y, long yOff, int d) {
    double total = 0;
    for (int i = 0; i < d; i++) {
      double t = x.get(FLOAT, xOff + 4L * i) - y.get(FLOAT, yOff + 4L * i);
      total += t * t;
    }
    return (float) total;
  }
}
