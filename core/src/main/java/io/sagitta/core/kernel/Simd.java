package io.sagitta.core.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one place where the vector shape is decided: the widest the CPU has, capped by {@code
 * -Dsagitta.simd.width}. Everything is {@code static final}, because a species that is not a
 * compile-time constant makes every operation a slow call.
 */
final class Simd {
  static final VectorSpecies<Float> SPECIES = species();
  static final int LANES = SPECIES.length();
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private static final VectorShuffle<Float> SWAP8 = swap(8);
  private static final VectorShuffle<Float> SWAP4 = swap(4);
  private static final VectorShuffle<Float> SWAP2 = swap(2);
  private static final VectorShuffle<Float> SWAP1 = swap(1);

  private static final VectorMask<Float> UPPER_HALF = having(LANES / 2);
  private static final VectorMask<Float> ODD_QUARTER = having(LANES / 4);

  /** Where {@link #sumFour} finds its four sums. */
  private static final VectorShuffle<Float> FOUR =
      VectorShuffle.fromOp(SPECIES, i -> (i & 1) * (LANES / 2) + (i >> 1 & 1) * (LANES / 4));

  private Simd() {}

  /**
   * Sum of all lanes in one fixed order. {@code reduceLanes} leaves the order open, and compiled
   * code indeed adds in another order than interpreted code: equal vectors would then differ.
   */
  static float sum(FloatVector v) {
    FloatVector s = v;
    if (LANES >= 16) {
      s = s.add(s.rearrange(SWAP8));
    }
    if (LANES >= 8) {
      s = s.add(s.rearrange(SWAP4));
    }
    s = s.add(s.rearrange(SWAP2));
    s = s.add(s.rearrange(SWAP1));
    return s.lane(0);
  }

  /**
   * Writes the sums of a, b, c and e to {@code out[at .. at+3]}, each bit for bit as {@link #sum}
   * gives it: the first two steps of the tree leave half and three quarters of a register free, so
   * the four share one from there on.
   */
  static void sumFour(
      FloatVector a, FloatVector b, FloatVector c, FloatVector e, float[] out, int at) {
    VectorShuffle<Float> half = LANES == 16 ? SWAP8 : LANES == 8 ? SWAP4 : SWAP2;
    VectorShuffle<Float> quarter = LANES == 16 ? SWAP4 : LANES == 8 ? SWAP2 : SWAP1;
    FloatVector ab = a.add(a.rearrange(half)).blend(b.add(b.rearrange(half)), UPPER_HALF);
    FloatVector ce = c.add(c.rearrange(half)).blend(e.add(e.rearrange(half)), UPPER_HALF);
    FloatVector s = ab.add(ab.rearrange(quarter)).blend(ce.add(ce.rearrange(quarter)), ODD_QUARTER);
    if (LANES >= 16) {
      s = s.add(s.rearrange(SWAP2));
    }
    if (LANES >= 8) {
      s = s.add(s.rearrange(SWAP1));
    }
    ((FloatVector) s.rearrange(FOUR).castShape(FloatVector.SPECIES_128, 0)).intoArray(out, at);
  }

  /** A copy, off heap, of the {@code d} floats at byte {@code off}; freed by the collector. */
  static MemorySegment offHeap(MemorySegment y, long off, int d) {
    MemorySegment copy = Arena.ofAuto().allocate(4L * d, 64);
    MemorySegment.copy(y, off, copy, 0, 4L * d);
    return copy;
  }

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(SPECIES, i -> (i ^ distance) & (LANES - 1));
  }

  private static VectorMask<Float> having(int bit) {
    boolean[] set = new boolean[LANES];
    for (int i = 0; i < LANES; i++) {
      set[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(SPECIES, set, 0);
  }

  private static VectorSpecies<Float> species() {
    VectorSpecies<Float> widest = FloatVector.SPECIES_PREFERRED;
    int bits = Math.min(KernelSettings.WIDTH, widest.vectorBitSize());
    return switch (bits) {
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default -> bits > 512 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_128;
    };
  }
}
