package io.sagitta.core.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one place where the vector shape is decided: the widest the CPU has, capped by {@code
 * -Dsagitta.simd.width}. Everything is {@code static final}, because a species that is not a
 * compile-time constant makes every operation a slow call.
 *
 * <p>What takes or gives a vector has at most 35 bytes of bytecode: C2 inlines a larger method only
 * where it is called often enough, and a vector that crosses a call is an object (64 bytes here,
 * and the loads and stores of its lanes).
 */
final class Simd {
  static final VectorSpecies<Float> SPECIES = species();
  static final int LANES = SPECIES.length();
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  static final VectorSpecies<Double> DOUBLES = SPECIES.withLanes(double.class);
  static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);

  static final VectorShuffle<Float> SWAP8 = swap(8);
  static final VectorShuffle<Float> SWAP4 = swap(4);
  static final VectorShuffle<Float> SWAP2 = swap(2);
  static final VectorShuffle<Float> SWAP1 = swap(1);

  /** Changes the halves of a register. */
  static final VectorShuffle<Float> HALVES = swap(LANES / 2);

  /** Changes the quarters of each half. */
  private static final VectorShuffle<Float> QUARTERS = swap(LANES / 4);

  private static final VectorMask<Float> UPPER_HALF = having(LANES / 2);
  private static final VectorMask<Float> ODD_QUARTER = having(LANES / 4);

  /** Where {@link #sumFour} finds its four sums. */
  private static final VectorShuffle<Float> FOUR =
      VectorShuffle.fromOp(SPECIES, i -> (i & 1) * (LANES / 2) + (i >> 1 & 1) * (LANES / 4));

  static final VectorShuffle<Double> WIDE4 = wideSwap(4);
  static final VectorShuffle<Double> WIDE2 = wideSwap(2);
  static final VectorShuffle<Double> WIDE1 = wideSwap(1);

  static final VectorMask<Double> WIDE_UPPER_HALF = wideHaving(LANES / 4);
  static final VectorMask<Double> WIDE_ODD_QUARTER = wideHaving(LANES / 8);

  /** Where {@link VectorRowSums} finds its four sums. */
  static final VectorShuffle<Double> WIDE_FOUR =
      VectorShuffle.fromOp(DOUBLES, i -> (i & 1) * (LANES / 4) + (i >> 1 & 1) * (LANES / 8));

  /** A register of zero bits, then one of one bits, see {@link #lastLanes}. */
  static final int[] TAIL = tail();

  private Simd() {}

  /**
   * Sum of all lanes of two accumulators: two steps in float32, the rest in float64, rounded once.
   *
   * <p>A tree of sums in float32 rounds four times at the size of the result, as often as the
   * chains of FMAs of 128 components before it; here two of the four are left. Mean error of a
   * squared distance relative to its size, 128 components: 2.5e-8 instead of 3.3e-8, largest of
   * 48,000 1.1e-7 instead of 1.6e-7. It costs one conversion: with all lanes in float64 (2.3e-8) C2
   * needs so many instructions for the upper halves that a row of 100 components from memory takes
   * 18.5 ns, and so 12.5, as in float32.
   */
  static float total(FloatVector a, FloatVector b) {
    return LANES < 8 ? totalOfPairs(a.add(b)) : totalOfWide(wide(a, b));
  }

  /** C2 has no conversion to a register of two doubles. */
  private static float totalOfPairs(FloatVector four) {
    FloatVector folded = four.add(four.rearrange(SWAP2));
    return (float) ((double) folded.lane(0) + folded.lane(1));
  }

  private static float totalOfWide(DoubleVector s) {
    return totalOfFour(LANES >= 16 ? s.add(s.rearrange(WIDE4)) : s);
  }

  private static float totalOfFour(DoubleVector s) {
    DoubleVector t = s.add(s.rearrange(WIDE2));
    t = t.add(t.rearrange(WIDE1));
    return (float) t.lane(0);
  }

  /**
   * The lanes of two accumulators folded to half a register and widened to float64; from 256 bits
   * on.
   */
  static DoubleVector wide(FloatVector a, FloatVector b) {
    FloatVector s = a.add(b);
    s = s.add(s.rearrange(HALVES));
    return (DoubleVector) s.convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  /**
   * For {@link #keep}: the bits of the last {@code d mod lanes} lanes. A row's last components lie
   * there when its last {@code lanes} components are loaded, of which those before are counted
   * already.
   */
  static IntVector lastLanes(int d) {
    return IntVector.fromArray(INTS, TAIL, d & (LANES - 1));
  }

  /**
   * Zero in the lanes that are not to be kept, whatever lies there (infinity and NaN, too). A mask
   * in an integer register: a {@code VectorMask} is boxed where the compiler stops inlining.
   */
  static FloatVector keep(FloatVector v, IntVector bits) {
    return v.reinterpretAsInts().and(bits).reinterpretAsFloats();
  }

  /**
   * Sum of all lanes in one fixed order. {@code reduceLanes} leaves the order open, and compiled
   * code indeed adds in another order than interpreted code: equal vectors would then differ.
   */
  static float sum(FloatVector v) {
    return sumOfEight(LANES >= 16 ? v.add(v.rearrange(SWAP8)) : v);
  }

  private static float sumOfEight(FloatVector v) {
    return sumOfFour(LANES >= 8 ? v.add(v.rearrange(SWAP4)) : v);
  }

  private static float sumOfFour(FloatVector v) {
    FloatVector s = v.add(v.rearrange(SWAP2));
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
    toFour(rest(quarters(halves(a, b), halves(c, e))), out, at);
  }

  private static FloatVector halves(FloatVector a, FloatVector b) {
    return a.add(a.rearrange(HALVES)).blend(b.add(b.rearrange(HALVES)), UPPER_HALF);
  }

  private static FloatVector quarters(FloatVector a, FloatVector b) {
    return a.add(a.rearrange(QUARTERS)).blend(b.add(b.rearrange(QUARTERS)), ODD_QUARTER);
  }

  private static FloatVector rest(FloatVector s) {
    return restOfTwo(LANES >= 16 ? s.add(s.rearrange(SWAP2)) : s);
  }

  private static FloatVector restOfTwo(FloatVector s) {
    return LANES >= 8 ? s.add(s.rearrange(SWAP1)) : s;
  }

  private static void toFour(FloatVector s, float[] out, int at) {
    FloatVector four = s.rearrange(FOUR);
    twoLanes(four, out, at);
    twoMoreLanes(four, out, at);
  }

  /** By lanes: a shorter vector would be another class for every store to expect. */
  private static void twoLanes(FloatVector s, float[] out, int at) {
    out[at] = s.lane(0);
    out[at + 1] = s.lane(1);
  }

  private static void twoMoreLanes(FloatVector s, float[] out, int at) {
    out[at + 2] = s.lane(2);
    out[at + 3] = s.lane(3);
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

  private static VectorShuffle<Double> wideSwap(int distance) {
    return VectorShuffle.fromOp(DOUBLES, i -> (i ^ distance) & (LANES / 2 - 1));
  }

  private static VectorMask<Double> wideHaving(int bit) {
    boolean[] set = new boolean[LANES / 2];
    for (int i = 0; i < set.length; i++) {
      set[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(DOUBLES, set, 0);
  }

  private static int[] tail() {
    int[] bits = new int[2 * LANES];
    Arrays.fill(bits, LANES, 2 * LANES, -1);
    return bits;
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
