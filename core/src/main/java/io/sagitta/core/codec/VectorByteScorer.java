package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Scores codes of one byte a component; see {@link SqScorer} for the arithmetic.
 *
 * <p>A class of its own, with loops of its own: one loop shared by several code forms would call
 * its loads instead of inlining them.
 */
final class VectorByteScorer extends SqScorer {
  VectorByteScorer(ScalarQuantizer quantizer, boolean innerProduct) {
    super(quantizer, innerProduct);
  }

  /** Dimensions of one step of the loops. */
  private static final int STEP = Lanes.COUNT;

  @Override
  public float score(MemorySegment codes, long offset) {
    if (isLarge(codes)) {
      return score(codes.asSlice(offset, codeSize), 0);
    }
    return one(codes, (int) offset);
  }

  private float one(MemorySegment codes, int o) {
    return innerProduct ? bias + product(codes, o) : distance(codes, o);
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    if (isLarge(codes)) {
      runLarge(codes, offset, n, out, at);
      return;
    }
    int o = (int) offset;
    for (int i = 0; i < n; i++) {
      out[at + i] = one(codes, o);
      o += codeSize;
    }
  }

  @Override
  public void scoreFour(
      MemorySegment s0,
      long o0,
      MemorySegment s1,
      long o1,
      MemorySegment s2,
      long o2,
      MemorySegment s3,
      long o3,
      float[] out,
      int at) {
    if (isLarge(s0) || isLarge(s1) || isLarge(s2) || isLarge(s3)) {
      out[at] = score(s0, o0);
      out[at + 1] = score(s1, o1);
      out[at + 2] = score(s2, o2);
      out[at + 3] = score(s3, o3);
      return;
    }
    four(s0, (int) o0, s1, (int) o1, s2, (int) o2, s3, (int) o3, out, at);
  }

  private void four(
      MemorySegment s0,
      int o0,
      MemorySegment s1,
      int o1,
      MemorySegment s2,
      int o2,
      MemorySegment s3,
      int o3,
      float[] out,
      int at) {
    if (innerProduct) {
      fourProducts(s0, o0, s1, o1, s2, o2, s3, o3, out, at);
    } else {
      fourDistances(s0, o0, s1, o1, s2, o2, s3, o3, out, at);
    }
  }

  private float distance(MemorySegment s, int o) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    int whole = d / STEP * STEP;
    for (int j = 0; j < whole; j += STEP) {
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, shift, j);
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scale, j);
      FloatVector t = b.fma(Lanes.byteValues(s, o + j), a);
      sum = t.fma(t, sum);
    }
    float rest = 0;
    for (int j = whole; j < d; j++) {
      float t = Math.fma(scale[place(j)], value(s, o, j), shift[place(j)]);
      rest = Math.fma(t, t, rest);
    }
    return Lanes.sum(sum) + rest;
  }

  private float product(MemorySegment s, int o) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    int whole = d / STEP * STEP;
    for (int j = 0; j < whole; j += STEP) {
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scale, j);
      sum = b.fma(Lanes.byteValues(s, o + j), sum);
    }
    float rest = 0;
    for (int j = whole; j < d; j++) {
      rest = Math.fma(scale[place(j)], value(s, o, j), rest);
    }
    return Lanes.sum(sum) + rest;
  }

  private void fourDistances(
      MemorySegment s0,
      int o0,
      MemorySegment s1,
      int o1,
      MemorySegment s2,
      int o2,
      MemorySegment s3,
      int o3,
      float[] out,
      int at) {
    FloatVector sum0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int whole = d / STEP * STEP;
    for (int j = 0; j < whole; j += STEP) {
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, shift, j);
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scale, j);
      FloatVector t = b.fma(Lanes.byteValues(s0, o0 + j), a);
      sum0 = t.fma(t, sum0);
      t = b.fma(Lanes.byteValues(s1, o1 + j), a);
      sum1 = t.fma(t, sum1);
      t = b.fma(Lanes.byteValues(s2, o2 + j), a);
      sum2 = t.fma(t, sum2);
      t = b.fma(Lanes.byteValues(s3, o3 + j), a);
      sum3 = t.fma(t, sum3);
    }
    float r0 = 0;
    float r1 = 0;
    float r2 = 0;
    float r3 = 0;
    for (int j = whole; j < d; j++) {
      float a = shift[place(j)];
      float b = scale[place(j)];
      float t = Math.fma(b, value(s0, o0, j), a);
      r0 = Math.fma(t, t, r0);
      t = Math.fma(b, value(s1, o1, j), a);
      r1 = Math.fma(t, t, r1);
      t = Math.fma(b, value(s2, o2, j), a);
      r2 = Math.fma(t, t, r2);
      t = Math.fma(b, value(s3, o3, j), a);
      r3 = Math.fma(t, t, r3);
    }
    sum0.intoArray(sums, 0);
    sum1.intoArray(sums, Lanes.COUNT);
    sum2.intoArray(sums, 2 * Lanes.COUNT);
    sum3.intoArray(sums, 3 * Lanes.COUNT);
    out[at] = Lanes.sum(sums, 0) + r0;
    out[at + 1] = Lanes.sum(sums, Lanes.COUNT) + r1;
    out[at + 2] = Lanes.sum(sums, 2 * Lanes.COUNT) + r2;
    out[at + 3] = Lanes.sum(sums, 3 * Lanes.COUNT) + r3;
  }

  private void fourProducts(
      MemorySegment s0,
      int o0,
      MemorySegment s1,
      int o1,
      MemorySegment s2,
      int o2,
      MemorySegment s3,
      int o3,
      float[] out,
      int at) {
    FloatVector sum0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int whole = d / STEP * STEP;
    for (int j = 0; j < whole; j += STEP) {
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scale, j);
      sum0 = b.fma(Lanes.byteValues(s0, o0 + j), sum0);
      sum1 = b.fma(Lanes.byteValues(s1, o1 + j), sum1);
      sum2 = b.fma(Lanes.byteValues(s2, o2 + j), sum2);
      sum3 = b.fma(Lanes.byteValues(s3, o3 + j), sum3);
    }
    float r0 = 0;
    float r1 = 0;
    float r2 = 0;
    float r3 = 0;
    for (int j = whole; j < d; j++) {
      float b = scale[place(j)];
      r0 = Math.fma(b, value(s0, o0, j), r0);
      r1 = Math.fma(b, value(s1, o1, j), r1);
      r2 = Math.fma(b, value(s2, o2, j), r2);
      r3 = Math.fma(b, value(s3, o3, j), r3);
    }
    sum0.intoArray(sums, 0);
    sum1.intoArray(sums, Lanes.COUNT);
    sum2.intoArray(sums, 2 * Lanes.COUNT);
    sum3.intoArray(sums, 3 * Lanes.COUNT);
    out[at] = bias + (Lanes.sum(sums, 0) + r0);
    out[at + 1] = bias + (Lanes.sum(sums, Lanes.COUNT) + r1);
    out[at + 2] = bias + (Lanes.sum(sums, 2 * Lanes.COUNT) + r2);
    out[at + 3] = bias + (Lanes.sum(sums, 3 * Lanes.COUNT) + r3);
  }

  /** The code value of dimension j, for the dimensions that fill no vector. */
  private static float value(MemorySegment s, int o, int j) {
    return s.get(ValueLayout.JAVA_BYTE, o + j) & 0xff;
  }
}
