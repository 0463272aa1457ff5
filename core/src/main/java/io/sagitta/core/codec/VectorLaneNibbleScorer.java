package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scores codes of four bits a component; see {@link SqScorer} and {@link VectorLaneScorer}.
 *
 * <p>Nibble 8·l + k of a load is lane l of register k. The high nibble of a byte stays where it is,
 * 16 times too large: its factor is divided by 16, which is exact. The last load of a row overlaps
 * the one before it; what it brings again has factors of zero.
 */
final class VectorLaneNibbleScorer extends VectorLaneScorer {
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Lanes.COUNT * 32));

  /** Components of a load. */
  private static final int STEP = 2 * LOAD;

  VectorLaneNibbleScorer(ScalarQuantizer quantizer, boolean innerProduct) {
    super(quantizer, innerProduct);
  }

  /** Whether vectors of d components are for this scorer. */
  static boolean suits(int d) {
    return SUITS && d >= STEP && d % 2 == 0;
  }

  @Override
  int tableSize() {
    return (d + STEP - 1) / STEP * STEP;
  }

  @Override
  int place(int j) {
    int block = j / STEP * STEP;
    int within = j - Math.min(block, d - STEP);
    return block + (within >> 3) + (within & 7) * Lanes.COUNT;
  }

  @Override
  float factor(int j) {
    return (j & 1) == 0 ? 1f : 0x1p-4f;
  }

  @Override
  void lanes(MemorySegment s, int o, float[] into, int at) {
    if (innerProduct) {
      products(scale, s, o, codeSize, into, at);
    } else {
      distances(shift, scale, s, o, codeSize, into, at);
    }
  }

  private static void distances(
      float[] shift, float[] scale, MemorySegment s, int o, int size, float[] into, int at) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    for (int j = 0; j < size; j += LOAD) {
      int from = Math.min(j, size - LOAD);
      IntVector w =
          ByteVector.fromMemorySegment(BYTES, s, o + from, Lanes.ORDER).reinterpretAsInts();
      for (int k = 2 * j; k < 2 * j + STEP; k += 2 * Lanes.COUNT) {
        FloatVector c = (FloatVector) w.and(0xf).convert(VectorOperators.I2F, 0);
        c =
            FloatVector.fromArray(Lanes.FLOATS, scale, k)
                .fma(c, FloatVector.fromArray(Lanes.FLOATS, shift, k));
        even = c.fma(c, even);
        c = (FloatVector) w.and(0xf0).convert(VectorOperators.I2F, 0);
        c =
            FloatVector.fromArray(Lanes.FLOATS, scale, k + Lanes.COUNT)
                .fma(c, FloatVector.fromArray(Lanes.FLOATS, shift, k + Lanes.COUNT));
        odd = c.fma(c, odd);
        w = w.lanewise(VectorOperators.LSHR, 8);
      }
    }
    even.add(odd).intoArray(into, at);
  }

  private static void products(
      float[] scale, MemorySegment s, int o, int size, float[] into, int at) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    for (int j = 0; j < size; j += LOAD) {
      int from = Math.min(j, size - LOAD);
      IntVector w =
          ByteVector.fromMemorySegment(BYTES, s, o + from, Lanes.ORDER).reinterpretAsInts();
      for (int k = 2 * j; k < 2 * j + STEP; k += 2 * Lanes.COUNT) {
        FloatVector c = (FloatVector) w.and(0xf).convert(VectorOperators.I2F, 0);
        even = FloatVector.fromArray(Lanes.FLOATS, scale, k).fma(c, even);
        c = (FloatVector) w.and(0xf0).convert(VectorOperators.I2F, 0);
        odd = FloatVector.fromArray(Lanes.FLOATS, scale, k + Lanes.COUNT).fma(c, odd);
        w = w.lanewise(VectorOperators.LSHR, 8);
      }
    }
    even.add(odd).intoArray(into, at);
  }
}
