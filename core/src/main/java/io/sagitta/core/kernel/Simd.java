package io.sagitta.core.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
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

  private static final VectorShuffle<Float> TURN8 = turn(8);
  private static final VectorShuffle<Float> TURN4 = turn(4);
  private static final VectorShuffle<Float> TURN2 = turn(2);
  private static final VectorShuffle<Float> TURN1 = turn(1);

  private Simd() {}

  /**
   * Sum of all lanes in one fixed order. {@code reduceLanes} leaves the order open, and compiled
   * code indeed adds in another order than interpreted code: equal vectors would then differ.
   */
  static float sum(FloatVector v) {
    FloatVector s = v;
    if (LANES >= 16) {
      s = s.add(s.rearrange(TURN8));
    }
    if (LANES >= 8) {
      s = s.add(s.rearrange(TURN4));
    }
    s = s.add(s.rearrange(TURN2));
    s = s.add(s.rearrange(TURN1));
    return s.lane(0);
  }

  /** A copy, off heap, of the {@code d} floats at byte {@code off}; freed by the collector. */
  static MemorySegment offHeap(MemorySegment y, long off, int d) {
    MemorySegment copy = Arena.ofAuto().allocate(4L * d, 64);
    MemorySegment.copy(y, off, copy, 0, 4L * d);
    return copy;
  }

  private static VectorShuffle<Float> turn(int by) {
    return VectorShuffle.fromOp(SPECIES, i -> (i + by) & (LANES - 1));
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
