package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scores bfloat16 codes of vectors that fill whole loads; see {@link SqScorer} and {@link
 * VectorLaneScorer}.
 *
 * <p>Each word of a load holds two components: the even ones become floats by a shift, the odd ones
 * by a mask, one operation each. Memory is the limit of longer scans.
 */
final class VectorLaneBfloatScorer extends VectorLaneScorer {
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Lanes.COUNT * 32));

  /** Components of a load. */
  private static final int STEP = LOAD / 2;

  VectorLaneBfloatScorer(ScalarQuantizer quantizer, boolean innerProduct) {
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
  void lanes(MemorySegment s, int o, float[] into, int at) {
    if (innerProduct) {
      products(scale, s, o, into, at);
    } else {
      distances(shift, s, o, into, at);
    }
  }

  private static void distances(float[] shift, MemorySegment s, int o, float[] into, int at) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    for (int j = 0; j < shift.length; j += STEP) {
      IntVector w =
          ByteVector.fromMemorySegment(BYTES, s, o + 2 * j, Lanes.ORDER).reinterpretAsInts();
      FloatVector c =
          FloatVector.fromArray(Lanes.FLOATS, shift, j)
              .sub(w.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats());
      even = c.fma(c, even);
      c =
          FloatVector.fromArray(Lanes.FLOATS, shift, j + Lanes.COUNT)
              .sub(w.and(0xffff0000).reinterpretAsFloats());
      odd = c.fma(c, odd);
    }
    even.add(odd).intoArray(into, at);
  }

  private static void products(float[] scale, MemorySegment s, int o, float[] into, int at) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    for (int j = 0; j < scale.length; j += STEP) {
      IntVector w =
          ByteVector.fromMemorySegment(BYTES, s, o + 2 * j, Lanes.ORDER).reinterpretAsInts();
      even =
          FloatVector.fromArray(Lanes.FLOATS, scale, j)
              .fma(w.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), even);
      odd =
          FloatVector.fromArray(Lanes.FLOATS, scale, j + Lanes.COUNT)
              .fma(w.and(0xffff0000).reinterpretAsFloats(), odd);
    }
    even.add(odd).intoArray(into, at);
  }
}
