package io.sagitta.core.codec;

import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector shapes of the codecs and the loads that widen code values to float lanes. Only for 256 and
 * 512 bits; touched by nobody when the Vector API is absent. Byte offsets are {@code int}: C2 then
 * takes the range check of a load out of the loop, which it does not with a {@code long} offset.
 */
final class Lanes {
  private static final VectorShape SHAPE = VectorShape.forBitSize(Kernels.vectorBits());
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  static final int COUNT = FLOATS.length();
  static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(COUNT * 8));
  static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(COUNT * 16));

  /** Two lanes at every width: vectors of one long are objects to the compiler. */
  private static final VectorSpecies<Long> LONGS =
      VectorSpecies.of(long.class, VectorShape.S_128_BIT);

  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
  private static final long SIX_BITS = 0x3f3f3f3f3f3f3f3fL;

  private static final VectorShuffle<Float> TURN8 = turn(8);
  private static final VectorShuffle<Float> TURN4 = turn(4);
  private static final VectorShuffle<Float> TURN2 = turn(2);
  private static final VectorShuffle<Float> TURN1 = turn(1);

  private Lanes() {}

  private static VectorShuffle<Float> turn(int by) {
    return VectorShuffle.fromOp(FLOATS, i -> (i + by) & (COUNT - 1));
  }

  /**
   * Sum of as many elements as there are lanes, in one fixed order; {@code reduceLanes} leaves the
   * order to the compiler. Written out, so that no vector crosses a call where C2 has come to its
   * limit of nodes: {@code HNSW…,SQ8} took 11 KB a query so in a JVM that ran twenty indexes.
   */
  static float sum(float[] lanes, int at) {
    FloatVector s = FloatVector.fromArray(FLOATS, lanes, at);
    if (COUNT >= 16) {
      s = s.add(s.rearrange(TURN8));
    }
    s = s.add(s.rearrange(TURN4));
    s = s.add(s.rearrange(TURN2));
    return s.add(s.rearrange(TURN1)).lane(0);
  }

  /** Sum of the lanes in the order of {@link #sum(float[], int)}, for a register at hand. */
  static float sum(FloatVector lanes) {
    return sumOfEight(COUNT >= 16 ? lanes.add(lanes.rearrange(TURN8)) : lanes);
  }

  private static float sumOfEight(FloatVector lanes) {
    FloatVector s = lanes.add(lanes.rearrange(TURN4));
    return sumOfFour(s.add(s.rearrange(TURN2)));
  }

  private static float sumOfFour(FloatVector lanes) {
    return lanes.add(lanes.rearrange(TURN1)).lane(0);
  }

  /** The unsigned bytes at {@code o}, one a lane. */
  static IntVector bytes(MemorySegment codes, int o) {
    return (IntVector)
        ByteVector.fromMemorySegment(BYTES, codes, o, ORDER)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
  }

  /** The bytes at {@code o} as floats 0 … 255. */
  static FloatVector byteValues(MemorySegment codes, int o) {
    return floats(bytes(codes, o));
  }

  static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }

  /**
   * {@code COUNT} six-bit values of 16 that stand in the 12 bytes at {@code o}, as floats.
   *
   * @param part 0, or 1 for the upper eight where a vector has eight lanes
   */
  static FloatVector sixBitValues(MemorySegment codes, int o, int part) {
    // Two overlapping reads of 8 bytes, so that nothing beyond the 12 is touched.
    LongVector packed;
    if (COUNT == 16) {
      packed =
          LongVector.broadcast(LONGS, Long.expand(codes.get(LONG, o), SIX_BITS))
              .withLane(1, Long.expand(codes.get(LONG, o + 4) >>> 16, SIX_BITS));
    } else {
      long bits = part == 0 ? codes.get(LONG, o) : codes.get(LONG, o + 4) >>> 16;
      packed = LongVector.broadcast(LONGS, Long.expand(bits, SIX_BITS));
    }
    return floats(
        (IntVector)
            packed.reinterpretAsBytes().convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0));
  }

  private static IntVector shorts(MemorySegment codes, int o) {
    return (IntVector)
        ShortVector.fromMemorySegment(SHORTS, codes, o, ORDER)
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
  }

  /** The bfloat16 values at {@code o}. */
  static FloatVector bfloats(MemorySegment codes, int o) {
    return shorts(codes, o).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /**
   * The half precision values at {@code o} times 2^−112, exactly, but for infinity and NaN, which
   * become finite, of 65,536 and more. The sign is spread by the widening; after the shift it
   * stands in bits 28 to 31, of which one is kept.
   */
  static IntVector smallHalves(MemorySegment codes, int o) {
    return ((IntVector)
            ShortVector.fromMemorySegment(SHORTS, codes, o, ORDER)
                .convertShape(VectorOperators.S2I, INTS, 0))
        .lanewise(VectorOperators.LSHL, 13)
        .and(0x8fffe000);
  }

  /**
   * The half precision values at {@code o}, exactly: exponent and mantissa are moved to their float
   * places and the exponent's bias corrected by a product with 2^112, which also makes subnormals
   * right; infinity and NaN get the full exponent back.
   */
  static FloatVector halves(MemorySegment codes, int o) {
    IntVector bits = shorts(codes, o);
    IntVector magnitude = bits.and(0x7fff);
    IntVector value =
        magnitude
            .lanewise(VectorOperators.LSHL, 13)
            .reinterpretAsFloats()
            .mul(0x1p112f)
            .reinterpretAsInts();
    IntVector special = value.or(0x7f800000);
    value = value.blend(special, magnitude.compare(VectorOperators.GE, 0x7c00));
    return value.or(bits.and(0x8000).lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats();
  }

  /** The half precision values in the upper 16 bits of each lane, exactly; see {@link #halves}. */
  static FloatVector highHalves(IntVector bits) {
    IntVector magnitude = bits.and(0x7fff0000).lanewise(VectorOperators.LSHR, 3);
    IntVector value = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
    IntVector special = value.or(0x7f800000);
    value = value.blend(special, magnitude.compare(VectorOperators.GE, 0x7c00 << 13));
    return value.or(bits.and(0x80000000)).reinterpretAsFloats();
  }
}
