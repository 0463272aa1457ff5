package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;
import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;

/** Twelve queries by two registers: for shapes with 32 vector registers (512 bit). */
final class WideTile {
  private WideTile() {}

  /** Queries of the tile, which is a group. */
  static final int QUERIES = 12;

  /**
   * See {@link MatrixKernels#tileAbove}; {@code q[qOff]} is the first of the 12 queries, and bit 0
   * of the result and the first row of {@code out} belong to it.
   */
  static int above(
      float[] q,
      int qOff,
      float[] panel,
      int pOff,
      int d,
      float[] bias,
      int biasOff,
      float[] limit,
      int limitOff,
      float[] out,
      int outOff) {
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasOff);
    FloatVector b1 = FloatVector.fromArray(SPECIES, bias, biasOff + LANES);
    FloatVector s0a = b0;
    FloatVector s0b = b1;
    FloatVector s1a = b0;
    FloatVector s1b = b1;
    FloatVector s2a = b0;
    FloatVector s2b = b1;
    FloatVector s3a = b0;
    FloatVector s3b = b1;
    FloatVector s4a = b0;
    FloatVector s4b = b1;
    FloatVector s5a = b0;
    FloatVector s5b = b1;
    FloatVector s6a = b0;
    FloatVector s6b = b1;
    FloatVector s7a = b0;
    FloatVector s7b = b1;
    FloatVector s8a = b0;
    FloatVector s8b = b1;
    FloatVector s9a = b0;
    FloatVector s9b = b1;
    FloatVector s10a = b0;
    FloatVector s10b = b1;
    FloatVector s11a = b0;
    FloatVector s11b = b1;
    int at = qOff;
    int from = pOff;
    for (int i = 0; i < d; i++) {
      FloatVector p0 = FloatVector.fromArray(SPECIES, panel, from);
      FloatVector p1 = FloatVector.fromArray(SPECIES, panel, from + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, q[at]);
      s0a = x0.fma(p0, s0a);
      s0b = x0.fma(p1, s0b);
      FloatVector x1 = FloatVector.broadcast(SPECIES, q[at + 1]);
      s1a = x1.fma(p0, s1a);
      s1b = x1.fma(p1, s1b);
      FloatVector x2 = FloatVector.broadcast(SPECIES, q[at + 2]);
      s2a = x2.fma(p0, s2a);
      s2b = x2.fma(p1, s2b);
      FloatVector x3 = FloatVector.broadcast(SPECIES, q[at + 3]);
      s3a = x3.fma(p0, s3a);
      s3b = x3.fma(p1, s3b);
      FloatVector x4 = FloatVector.broadcast(SPECIES, q[at + 4]);
      s4a = x4.fma(p0, s4a);
      s4b = x4.fma(p1, s4b);
      FloatVector x5 = FloatVector.broadcast(SPECIES, q[at + 5]);
      s5a = x5.fma(p0, s5a);
      s5b = x5.fma(p1, s5b);
      FloatVector x6 = FloatVector.broadcast(SPECIES, q[at + 6]);
      s6a = x6.fma(p0, s6a);
      s6b = x6.fma(p1, s6b);
      FloatVector x7 = FloatVector.broadcast(SPECIES, q[at + 7]);
      s7a = x7.fma(p0, s7a);
      s7b = x7.fma(p1, s7b);
      FloatVector x8 = FloatVector.broadcast(SPECIES, q[at + 8]);
      s8a = x8.fma(p0, s8a);
      s8b = x8.fma(p1, s8b);
      FloatVector x9 = FloatVector.broadcast(SPECIES, q[at + 9]);
      s9a = x9.fma(p0, s9a);
      s9b = x9.fma(p1, s9b);
      FloatVector x10 = FloatVector.broadcast(SPECIES, q[at + 10]);
      s10a = x10.fma(p0, s10a);
      s10b = x10.fma(p1, s10b);
      FloatVector x11 = FloatVector.broadcast(SPECIES, q[at + 11]);
      s11a = x11.fma(p0, s11a);
      s11b = x11.fma(p1, s11b);
      at += QUERIES;
      from += 2 * LANES;
    }
    int passed = 0;
    if (!s0a.compare(LE, limit[limitOff]).and(s0b.compare(LE, limit[limitOff])).allTrue()) {
      passed = 1;
      s0a.intoArray(out, outOff);
      s0b.intoArray(out, outOff + 1 * LANES);
    }
    if (!s1a.compare(LE, limit[limitOff + 1]).and(s1b.compare(LE, limit[limitOff + 1])).allTrue()) {
      passed |= 2;
      s1a.intoArray(out, outOff + 2 * LANES);
      s1b.intoArray(out, outOff + 3 * LANES);
    }
    if (!s2a.compare(LE, limit[limitOff + 2]).and(s2b.compare(LE, limit[limitOff + 2])).allTrue()) {
      passed |= 4;
      s2a.intoArray(out, outOff + 4 * LANES);
      s2b.intoArray(out, outOff + 5 * LANES);
    }
    if (!s3a.compare(LE, limit[limitOff + 3]).and(s3b.compare(LE, limit[limitOff + 3])).allTrue()) {
      passed |= 8;
      s3a.intoArray(out, outOff + 6 * LANES);
      s3b.intoArray(out, outOff + 7 * LANES);
    }
    if (!s4a.compare(LE, limit[limitOff + 4]).and(s4b.compare(LE, limit[limitOff + 4])).allTrue()) {
      passed |= 16;
      s4a.intoArray(out, outOff + 8 * LANES);
      s4b.intoArray(out, outOff + 9 * LANES);
    }
    if (!s5a.compare(LE, limit[limitOff + 5]).and(s5b.compare(LE, limit[limitOff + 5])).allTrue()) {
      passed |= 32;
      s5a.intoArray(out, outOff + 10 * LANES);
      s5b.intoArray(out, outOff + 11 * LANES);
    }
    if (!s6a.compare(LE, limit[limitOff + 6]).and(s6b.compare(LE, limit[limitOff + 6])).allTrue()) {
      passed |= 64;
      s6a.intoArray(out, outOff + 12 * LANES);
      s6b.intoArray(out, outOff + 13 * LANES);
    }
    if (!s7a.compare(LE, limit[limitOff + 7]).and(s7b.compare(LE, limit[limitOff + 7])).allTrue()) {
      passed |= 128;
      s7a.intoArray(out, outOff + 14 * LANES);
      s7b.intoArray(out, outOff + 15 * LANES);
    }
    if (!s8a.compare(LE, limit[limitOff + 8]).and(s8b.compare(LE, limit[limitOff + 8])).allTrue()) {
      passed |= 256;
      s8a.intoArray(out, outOff + 16 * LANES);
      s8b.intoArray(out, outOff + 17 * LANES);
    }
    if (!s9a.compare(LE, limit[limitOff + 9]).and(s9b.compare(LE, limit[limitOff + 9])).allTrue()) {
      passed |= 512;
      s9a.intoArray(out, outOff + 18 * LANES);
      s9b.intoArray(out, outOff + 19 * LANES);
    }
    if (!s10a.compare(LE, limit[limitOff + 10])
        .and(s10b.compare(LE, limit[limitOff + 10]))
        .allTrue()) {
      passed |= 1024;
      s10a.intoArray(out, outOff + 20 * LANES);
      s10b.intoArray(out, outOff + 21 * LANES);
    }
    if (!s11a.compare(LE, limit[limitOff + 11])
        .and(s11b.compare(LE, limit[limitOff + 11]))
        .allTrue()) {
      passed |= 2048;
      s11a.intoArray(out, outOff + 22 * LANES);
      s11b.intoArray(out, outOff + 23 * LANES);
    }
    return passed;
  }
}
