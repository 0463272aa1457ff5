package io.sagitta.core.codec;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Scores half precision codes; see {@link SqScorer} for the arithmetic.
 *
 * <p>Implementation note. A half's bits, moved to their places in a float, are its value times
 * 2^−112, subnormals included; the query's factors are multiplied by 2^112 instead, so that
 * widening takes three operations where the exact one takes ten. What that gets wrong, infinity and
 * NaN, comes out as 65,536 and more: a row that may hold one is scored again exactly. For L2 the
 * distance itself tells, because no component of the query exceeds 2^15: a wrong term is at least
 * (65,536 − 32,768)² = 2^30. Products look at the bits. All other rows have the same bits either
 * way, since each product is exact before it is added.
 *
 * <p>Two rows a loop: with four the compiler runs out of its node budget before the last
 * conversions and boxes what it has not inlined.
 *
 * <p>A class of its own, with loops of its own: one loop shared by several code forms would call
 * its loads instead of inlining them.
 */
final class VectorHalfScorer extends SqScorer {
  VectorHalfScorer(ScalarQuantizer quantizer, boolean innerProduct) {
    super(quantizer, innerProduct);
  }

  /** Dimensions of one step of the loops. */
  private static final int STEP = Lanes.COUNT;

  private static final float SCALE = 0x1p112f;

  /** No component of a query may be larger. */
  private static final float LARGEST = 0x1p15f;

  /** A distance below it holds no wrong term. */
  private static final float CERTAIN = 0x1p29f;

  /** The bits of infinity and all NaN, as {@link Lanes#smallHalves} has them, without the sign. */
  private static final int SPECIAL = 0x7c00 << 14;

  /** {@link #scale} times 2^112. */
  private final float[] scaled = new float[d];

  /** Whether the query allows the short way. */
  private boolean isShort;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(Lanes.ORDER);

  @Override
  public void setQuery(MemorySegment x, long offset) {
    super.setQuery(x, offset);
    boolean small = true;
    for (int j = 0; j < d; j++) {
      scaled[j] = scale[j] * SCALE;
      small &= Math.abs(innerProduct ? scale[j] : shift[j]) <= LARGEST;
    }
    isShort = small;
  }

  @Override
  public float score(MemorySegment codes, long offset) {
    if (isLarge(codes)) {
      return score(codes.asSlice(offset, codeSize), 0);
    }
    return one(codes, (int) offset);
  }

  private float one(MemorySegment codes, int o) {
    if (innerProduct) {
      return bias + (isShort ? shortProduct(codes, o) : product(codes, o));
    }
    if (isShort) {
      float v = shortDistance(codes, o);
      if (v < CERTAIN) {
        return v;
      }
    }
    return distance(codes, o);
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

  @Override
  public void scoreRows(CodeRows rows, int[] ids, int from, int n, float[] out) {
    if (!isShort) {
      super.scoreRows(rows, ids, from, n, out);
      return;
    }
    for (int i = 0; i < n; i++) {
      int id = ids[from + i];
      out[i] = one(rows.chunk(id), (int) rows.offset(id));
    }
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
    if (isShort) {
      out[at] = one(s0, o0);
      out[at + 1] = one(s1, o1);
      out[at + 2] = one(s2, o2);
      out[at + 3] = one(s3, o3);
    } else if (innerProduct) {
      twoProducts(s0, o0, s1, o1, out, at);
      twoProducts(s2, o2, s3, o3, out, at + 2);
    } else {
      twoDistances(s0, o0, s1, o1, out, at);
      twoDistances(s2, o2, s3, o3, out, at + 2);
    }
  }

  private float shortDistance(MemorySegment s, int o) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    int whole = d / STEP * STEP;
    for (int j = 0; j < whole; j += STEP) {
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, shift, j);
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scaled, j);
      FloatVector t = b.fma(Lanes.smallHalves(s, o + 2 * j).reinterpretAsFloats(), a);
      sum = t.fma(t, sum);
    }
    float rest = 0;
    for (int j = whole; j < d; j++) {
      float t = Math.fma(scale[j], value(s, o, j), shift[j]);
      rest = Math.fma(t, t, rest);
    }
    return Lanes.sum(sum) + rest;
  }

  private float shortProduct(MemorySegment s, int o) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    IntVector largest = IntVector.zero(Lanes.INTS);
    int whole = d / STEP * STEP;
    for (int j = 0; j < whole; j += STEP) {
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scaled, j);
      IntVector bits = Lanes.smallHalves(s, o + 2 * j);
      largest = largest.max(bits.lanewise(VectorOperators.LSHL, 1));
      sum = b.fma(bits.reinterpretAsFloats(), sum);
    }
    if (largest.compare(VectorOperators.GE, SPECIAL).anyTrue()) {
      return product(s, o);
    }
    float rest = 0;
    for (int j = whole; j < d; j++) {
      rest = Math.fma(scale[j], value(s, o, j), rest);
    }
    return Lanes.sum(sum) + rest;
  }

  private float distance(MemorySegment s, int o) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    int whole = d / STEP * STEP;
    for (int j = 0; j < whole; j += STEP) {
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, shift, j);
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scale, j);
      FloatVector t = b.fma(Lanes.halves(s, o + 2 * j), a);
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
      sum = b.fma(Lanes.halves(s, o + 2 * j), sum);
    }
    float rest = 0;
    for (int j = whole; j < d; j++) {
      rest = Math.fma(scale[place(j)], value(s, o, j), rest);
    }
    return Lanes.sum(sum) + rest;
  }

  private void twoDistances(
      MemorySegment s0, int o0, MemorySegment s1, int o1, float[] out, int at) {
    FloatVector sum0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector sum1 = sum0;
    int whole = d / STEP * STEP;
    for (int j = 0; j < whole; j += STEP) {
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, shift, j);
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scale, j);
      FloatVector t = b.fma(Lanes.halves(s0, o0 + 2 * j), a);
      sum0 = t.fma(t, sum0);
      t = b.fma(Lanes.halves(s1, o1 + 2 * j), a);
      sum1 = t.fma(t, sum1);
    }
    float r0 = 0;
    float r1 = 0;
    for (int j = whole; j < d; j++) {
      float a = shift[place(j)];
      float b = scale[place(j)];
      float t = Math.fma(b, value(s0, o0, j), a);
      r0 = Math.fma(t, t, r0);
      t = Math.fma(b, value(s1, o1, j), a);
      r1 = Math.fma(t, t, r1);
    }
    sum0.intoArray(sums, 0);
    sum1.intoArray(sums, Lanes.COUNT);
    out[at] = Lanes.sum(sums, 0) + r0;
    out[at + 1] = Lanes.sum(sums, Lanes.COUNT) + r1;
  }

  private void twoProducts(
      MemorySegment s0, int o0, MemorySegment s1, int o1, float[] out, int at) {
    FloatVector sum0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector sum1 = sum0;
    int whole = d / STEP * STEP;
    for (int j = 0; j < whole; j += STEP) {
      FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scale, j);
      sum0 = b.fma(Lanes.halves(s0, o0 + 2 * j), sum0);
      sum1 = b.fma(Lanes.halves(s1, o1 + 2 * j), sum1);
    }
    float r0 = 0;
    float r1 = 0;
    for (int j = whole; j < d; j++) {
      float b = scale[place(j)];
      r0 = Math.fma(b, value(s0, o0, j), r0);
      r1 = Math.fma(b, value(s1, o1, j), r1);
    }
    sum0.intoArray(sums, 0);
    sum1.intoArray(sums, Lanes.COUNT);
    out[at] = bias + (Lanes.sum(sums, 0) + r0);
    out[at + 1] = bias + (Lanes.sum(sums, Lanes.COUNT) + r1);
  }

  /** The code value of dimension j, for the dimensions that fill no vector. */
  private static float value(MemorySegment s, int o, int j) {
    return Float.float16ToFloat(s.get(SHORT, o + 2 * j));
  }
}
