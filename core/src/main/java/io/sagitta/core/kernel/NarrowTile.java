package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;
import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;

/**
 * Five queries by two registers, for shapes with 16 vector registers. Two multiply-adds a cycle of
 * four cycles each need eight accumulators at least. Six queries would take 12 accumulators, 2
 * loads and a broadcast, which is 15 registers, but C2 loads two broadcasts ahead and keeps an
 * accumulator in memory. At 256 bits, where multiply-adds alone do 60 GFLOP/s beside a busy
 * neighbour and 90 on a core to itself: six queries 38 and 38, five 54 and 89, four 47 and 88.
 */
final class NarrowTile {
  private NarrowTile() {}

  /** Queries of one tile. */
  static final int QUERIES = 5;

  /** Queries of a group: a panel is still in the nearest cache for the second tile. */
  static final int GROUP = 2 * QUERIES;

  /**
   * See {@link MatrixKernels#tileAbove}; {@code q[qOff]} is the first of the 5 queries, and bit 0
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
      at += GROUP;
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
    return passed;
  }
}
