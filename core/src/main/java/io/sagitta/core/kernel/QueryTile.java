package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;
import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;

/**
 * Rows as they lie by one or two panels of queries: a row's component is broadcast against the
 * panel, so no row is packed and no lanes are added up. Eight accumulators, which is what two
 * multiply-adds a cycle of four cycles each keep busy. See {@link MatrixKernels#queriesAbove}.
 */
final class QueryTile {
  private QueryTile() {}

  /** Eight rows by one panel; bit r when row r was written to {@code out[outOff + 2r·LANES]}. */
  static int one(
      float[] panel,
      int pOff,
      float[] y,
      int yOff,
      int n,
      int d,
      float[] bias,
      int biasOff,
      float[] limit,
      int limitOff,
      float[] out,
      int outOff) {
    int last = n - 1;
    int step = d;
    int o0 = yOff;
    FloatVector s0 = FloatVector.broadcast(SPECIES, bias[biasOff]);
    int o1 = yOff + step * Math.min(1, last);
    FloatVector s1 = FloatVector.broadcast(SPECIES, bias[biasOff + 1]);
    int o2 = yOff + step * Math.min(2, last);
    FloatVector s2 = FloatVector.broadcast(SPECIES, bias[biasOff + 2]);
    int o3 = yOff + step * Math.min(3, last);
    FloatVector s3 = FloatVector.broadcast(SPECIES, bias[biasOff + 3]);
    int o4 = yOff + step * Math.min(4, last);
    FloatVector s4 = FloatVector.broadcast(SPECIES, bias[biasOff + 4]);
    int o5 = yOff + step * Math.min(5, last);
    FloatVector s5 = FloatVector.broadcast(SPECIES, bias[biasOff + 5]);
    int o6 = yOff + step * Math.min(6, last);
    FloatVector s6 = FloatVector.broadcast(SPECIES, bias[biasOff + 6]);
    int o7 = yOff + step * Math.min(7, last);
    FloatVector s7 = FloatVector.broadcast(SPECIES, bias[biasOff + 7]);
    int at = pOff;
    for (int i = 0; i < d; i++) {
      FloatVector q = FloatVector.fromArray(SPECIES, panel, at);
      s0 = FloatVector.broadcast(SPECIES, y[o0 + i]).fma(q, s0);
      s1 = FloatVector.broadcast(SPECIES, y[o1 + i]).fma(q, s1);
      s2 = FloatVector.broadcast(SPECIES, y[o2 + i]).fma(q, s2);
      s3 = FloatVector.broadcast(SPECIES, y[o3 + i]).fma(q, s3);
      s4 = FloatVector.broadcast(SPECIES, y[o4 + i]).fma(q, s4);
      s5 = FloatVector.broadcast(SPECIES, y[o5 + i]).fma(q, s5);
      s6 = FloatVector.broadcast(SPECIES, y[o6 + i]).fma(q, s6);
      s7 = FloatVector.broadcast(SPECIES, y[o7 + i]).fma(q, s7);
      at += LANES;
    }
    FloatVector t = FloatVector.fromArray(SPECIES, limit, limitOff);
    int passed = 0;
    if (!s0.compare(LE, t).allTrue()) {
      passed |= 1;
      s0.intoArray(out, outOff + 0 * LANES);
    }
    if (!s1.compare(LE, t).allTrue()) {
      passed |= 2;
      s1.intoArray(out, outOff + 2 * LANES);
    }
    if (!s2.compare(LE, t).allTrue()) {
      passed |= 4;
      s2.intoArray(out, outOff + 4 * LANES);
    }
    if (!s3.compare(LE, t).allTrue()) {
      passed |= 8;
      s3.intoArray(out, outOff + 6 * LANES);
    }
    if (!s4.compare(LE, t).allTrue()) {
      passed |= 16;
      s4.intoArray(out, outOff + 8 * LANES);
    }
    if (!s5.compare(LE, t).allTrue()) {
      passed |= 32;
      s5.intoArray(out, outOff + 10 * LANES);
    }
    if (!s6.compare(LE, t).allTrue()) {
      passed |= 64;
      s6.intoArray(out, outOff + 12 * LANES);
    }
    if (!s7.compare(LE, t).allTrue()) {
      passed |= 128;
      s7.intoArray(out, outOff + 14 * LANES);
    }
    return passed;
  }

  /** Four rows by two panels, the second d·LANES behind the first; otherwise as {@link #one}. */
  static int two(
      float[] panel,
      int pOff,
      float[] y,
      int yOff,
      int n,
      int d,
      float[] bias,
      int biasOff,
      float[] limit,
      int limitOff,
      float[] out,
      int outOff) {
    int last = n - 1;
    int step = d;
    int o0 = yOff;
    FloatVector a0 = FloatVector.broadcast(SPECIES, bias[biasOff]);
    FloatVector b0 = a0;
    int o1 = yOff + step * Math.min(1, last);
    FloatVector a1 = FloatVector.broadcast(SPECIES, bias[biasOff + 1]);
    FloatVector b1 = a1;
    int o2 = yOff + step * Math.min(2, last);
    FloatVector a2 = FloatVector.broadcast(SPECIES, bias[biasOff + 2]);
    FloatVector b2 = a2;
    int o3 = yOff + step * Math.min(3, last);
    FloatVector a3 = FloatVector.broadcast(SPECIES, bias[biasOff + 3]);
    FloatVector b3 = a3;
    int at = pOff;
    int second = pOff + d * LANES;
    for (int i = 0; i < d; i++) {
      FloatVector p = FloatVector.fromArray(SPECIES, panel, at);
      FloatVector q = FloatVector.fromArray(SPECIES, panel, second);
      FloatVector x0 = FloatVector.broadcast(SPECIES, y[o0 + i]);
      a0 = x0.fma(p, a0);
      b0 = x0.fma(q, b0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, y[o1 + i]);
      a1 = x1.fma(p, a1);
      b1 = x1.fma(q, b1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, y[o2 + i]);
      a2 = x2.fma(p, a2);
      b2 = x2.fma(q, b2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, y[o3 + i]);
      a3 = x3.fma(p, a3);
      b3 = x3.fma(q, b3);
      at += LANES;
      second += LANES;
    }
    FloatVector t = FloatVector.fromArray(SPECIES, limit, limitOff);
    FloatVector u = FloatVector.fromArray(SPECIES, limit, limitOff + LANES);
    int passed = 0;
    if (!a0.compare(LE, t).and(b0.compare(LE, u)).allTrue()) {
      passed |= 1;
      a0.intoArray(out, outOff + 0 * LANES);
      b0.intoArray(out, outOff + 1 * LANES);
    }
    if (!a1.compare(LE, t).and(b1.compare(LE, u)).allTrue()) {
      passed |= 2;
      a1.intoArray(out, outOff + 2 * LANES);
      b1.intoArray(out, outOff + 3 * LANES);
    }
    if (!a2.compare(LE, t).and(b2.compare(LE, u)).allTrue()) {
      passed |= 4;
      a2.intoArray(out, outOff + 4 * LANES);
      b2.intoArray(out, outOff + 5 * LANES);
    }
    if (!a3.compare(LE, t).and(b3.compare(LE, u)).allTrue()) {
      passed |= 8;
      a3.intoArray(out, outOff + 6 * LANES);
      b3.intoArray(out, outOff + 7 * LANES);
    }
    return passed;
  }
}
