package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;
import static io.sagitta.core.kernel.Simd.sumFour;

import jdk.incubator.vector.FloatVector;

/**
 * Two queries by four rows, none of them packed: six loads for eight multiply-adds, and the sums of
 * four rows in one go. Packing a row of 128 floats takes as long as some 30 of its products, so up
 * to two dozen queries a row are faster this way.
 */
final class RowTile {
  private RowTile() {}

  /**
   * Products of queries at {@code q[qOff]} and {@code q[qOff + d]} with the four rows from {@code
   * y[yOff]} on: {@code out[at .. at+3]} and {@code out[at + ld .. at+ld+3]}.
   */
  static void products(
      float[] q, int qOff, float[] y, int yOff, int d, float[] out, int at, int ld) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    int p = qOff + d;
    int y1 = yOff + d;
    int y2 = y1 + d;
    int y3 = y2 + d;
    int whole = d & -LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector u = FloatVector.fromArray(SPECIES, q, qOff + i);
      FloatVector v = FloatVector.fromArray(SPECIES, q, p + i);
      FloatVector r0 = FloatVector.fromArray(SPECIES, y, yOff + i);
      a0 = u.fma(r0, a0);
      b0 = v.fma(r0, b0);
      FloatVector r1 = FloatVector.fromArray(SPECIES, y, y1 + i);
      a1 = u.fma(r1, a1);
      b1 = v.fma(r1, b1);
      FloatVector r2 = FloatVector.fromArray(SPECIES, y, y2 + i);
      a2 = u.fma(r2, a2);
      b2 = v.fma(r2, b2);
      FloatVector r3 = FloatVector.fromArray(SPECIES, y, y3 + i);
      a3 = u.fma(r3, a3);
      b3 = v.fma(r3, b3);
    }
    sumFour(a0, a1, a2, a3, out, at);
    sumFour(b0, b1, b2, b3, out, at + ld);
    for (int i = whole; i < d; i++) {
      float u = q[qOff + i];
      float v = q[p + i];
      out[at] = Math.fma(u, y[yOff + i], out[at]);
      out[at + 1] = Math.fma(u, y[y1 + i], out[at + 1]);
      out[at + 2] = Math.fma(u, y[y2 + i], out[at + 2]);
      out[at + 3] = Math.fma(u, y[y3 + i], out[at + 3]);
      out[at + ld] = Math.fma(v, y[yOff + i], out[at + ld]);
      out[at + ld + 1] = Math.fma(v, y[y1 + i], out[at + ld + 1]);
      out[at + ld + 2] = Math.fma(v, y[y2 + i], out[at + ld + 2]);
      out[at + ld + 3] = Math.fma(v, y[y3 + i], out[at + ld + 3]);
    }
  }

  /** Squared norms of the four rows from {@code y[yOff]} on. */
  static void norms(float[] y, int yOff, int d, float[] out, int at) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    int y1 = yOff + d;
    int y2 = y1 + d;
    int y3 = y2 + d;
    int whole = d & -LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector r0 = FloatVector.fromArray(SPECIES, y, yOff + i);
      a0 = r0.fma(r0, a0);
      FloatVector r1 = FloatVector.fromArray(SPECIES, y, y1 + i);
      a1 = r1.fma(r1, a1);
      FloatVector r2 = FloatVector.fromArray(SPECIES, y, y2 + i);
      a2 = r2.fma(r2, a2);
      FloatVector r3 = FloatVector.fromArray(SPECIES, y, y3 + i);
      a3 = r3.fma(r3, a3);
    }
    sumFour(a0, a1, a2, a3, out, at);
    for (int i = whole; i < d; i++) {
      out[at] = Math.fma(y[yOff + i], y[yOff + i], out[at]);
      out[at + 1] = Math.fma(y[y1 + i], y[y1 + i], out[at + 1]);
      out[at + 2] = Math.fma(y[y2 + i], y[y2 + i], out[at + 2]);
      out[at + 3] = Math.fma(y[y3 + i], y[y3 + i], out[at + 3]);
    }
  }
}
