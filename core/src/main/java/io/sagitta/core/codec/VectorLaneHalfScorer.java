package io.sagitta.core.codec;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scores half precision codes of vectors that fill whole loads; see {@link SqScorer} and {@link
 * VectorLaneScorer}, and for halves read without conversion {@link VectorHalfScorer}.
 *
 * <p>Each word of a load holds two components; a shift that spreads the sign and a mask make the
 * odd one a float times 2^−112, one shift more the even one. Rows that may hold infinity or NaN,
 * and those of queries too large, are scored exactly, in the same order and so with the same bits.
 */
final class VectorLaneHalfScorer extends VectorLaneScorer {
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Lanes.COUNT * 32));

  /** Components of a load. */
  private static final int STEP = LOAD / 2;

  private static final float SCALE = 0x1p112f;

  /** No component of a query may be larger. */
  private static final float LARGEST = 0x1p15f;

  /** A distance below it holds no wrong term. */
  private static final float CERTAIN = 0x1p29f;

  /** What a half's exponent keeps: all of it set says infinity or NaN. */
  private static final int EXPONENTS = 0x7c007c00;

  /** Carries into the sign's place from an exponent that is all set. */
  private static final int CARRY = 0x04000400;

  private static final int SIGNS = 0x80008000;

  /** Sign, exponent and mantissa where a float has them. */
  private static final int PLACES = 0x8fffe000;

  /** {@link #scale} times 2^112. */
  private final float[] scaled = new float[d];

  /** Whether the query allows the short way. */
  private boolean isShort;

  VectorLaneHalfScorer(ScalarQuantizer quantizer, boolean innerProduct) {
    super(quantizer, innerProduct);
  }

  /** Whether vectors of d components are for this scorer. */
  static boolean suits(int d) {
    return SUITS && d % STEP == 0;
  }

  @Override
  int place(int j) {
    int within = j % STEP;
    return j - within + (within >> 1) + (within & 1) * Lanes.COUNT;
  }

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
  void lanes(MemorySegment s, int o, float[] into, int at) {
    if (innerProduct) {
      products(scaled, s, o, into, at);
    } else {
      distances(shift, s, o, into, at);
    }
  }

  @Override
  float settle(float v, MemorySegment s, int o) {
    return isShort && (innerProduct ? !Float.isNaN(v) : v < CERTAIN) ? v : exact(s, o);
  }

  @Override
  void settleRun(MemorySegment s, int o, int n, float[] out, int at) {
    for (int r = 0; r < n; r++) {
      out[at + r] = settle(out[at + r], s, o + r * codeSize);
    }
  }

  @Override
  void settleRows(CodeRows rows, int[] ids, int from, int n, float[] out) {
    for (int r = 0; r < n; r++) {
      int id = ids[from + r];
      MemorySegment s = rows.chunk(id);
      long o = rows.offset(id);
      out[r] = isLarge(s) ? settle(out[r], s.asSlice(o, codeSize), 0) : settle(out[r], s, (int) o);
    }
  }

  private static void distances(float[] shift, MemorySegment s, int o, float[] into, int at) {
    FloatVector minus = FloatVector.broadcast(Lanes.FLOATS, -SCALE);
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    for (int j = 0; j < shift.length; j += STEP) {
      IntVector w =
          ByteVector.fromMemorySegment(BYTES, s, o + 2 * j, Lanes.ORDER).reinterpretAsInts();
      FloatVector c = w.lanewise(VectorOperators.ASHR, 3).and(PLACES).reinterpretAsFloats();
      c = minus.fma(c, FloatVector.fromArray(Lanes.FLOATS, shift, j + Lanes.COUNT));
      odd = c.fma(c, odd);
      w = w.lanewise(VectorOperators.LSHL, 16);
      c = w.lanewise(VectorOperators.ASHR, 3).and(PLACES).reinterpretAsFloats();
      c = minus.fma(c, FloatVector.fromArray(Lanes.FLOATS, shift, j));
      even = c.fma(c, even);
    }
    even.add(odd).intoArray(into, at);
  }

  /** Makes the sum NaN where a code may hold infinity or NaN. */
  private static void products(float[] scaled, MemorySegment s, int o, float[] into, int at) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    IntVector carried = IntVector.zero(Lanes.INTS);
    for (int j = 0; j < scaled.length; j += STEP) {
      IntVector w =
          ByteVector.fromMemorySegment(BYTES, s, o + 2 * j, Lanes.ORDER).reinterpretAsInts();
      carried = carried.or(w.and(EXPONENTS).add(CARRY));
      FloatVector c = w.lanewise(VectorOperators.ASHR, 3).and(PLACES).reinterpretAsFloats();
      odd = FloatVector.fromArray(Lanes.FLOATS, scaled, j + Lanes.COUNT).fma(c, odd);
      w = w.lanewise(VectorOperators.LSHL, 16);
      c = w.lanewise(VectorOperators.ASHR, 3).and(PLACES).reinterpretAsFloats();
      even = FloatVector.fromArray(Lanes.FLOATS, scaled, j).fma(c, even);
    }
    even.add(odd).intoArray(into, at);
    if (!carried.and(SIGNS).compare(VectorOperators.EQ, 0).allTrue()) {
      into[at] = Float.NaN;
    }
  }

  private float exact(MemorySegment s, int o) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    for (int j = 0; j < d; j += STEP) {
      IntVector w =
          ByteVector.fromMemorySegment(BYTES, s, o + 2 * j, Lanes.ORDER).reinterpretAsInts();
      even = term(even, Lanes.highHalves(w.lanewise(VectorOperators.LSHL, 16)), j);
      odd = term(odd, Lanes.highHalves(w), j + Lanes.COUNT);
    }
    float sum = Lanes.sum(even.add(odd));
    return innerProduct ? bias + sum : sum;
  }

  private FloatVector term(FloatVector sum, FloatVector c, int j) {
    FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scale, j);
    if (innerProduct) {
      return b.fma(c, sum);
    }
    FloatVector t = b.fma(c, FloatVector.fromArray(Lanes.FLOATS, shift, j));
    return t.fma(t, sum);
  }
}
