package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner products of runs of codes of one byte a component, with the query's table in registers: the
 * arithmetic of {@link VectorShortByteScorer}, bit for bit.
 *
 * <p>Implementation note. For 128 components at 512 bits a row is 2 loads, 6 shifts, 6 masks, 8
 * conversions and 8 multiply-adds. Row by row, 8 loads of the table and a chain of ten operations
 * that adds up the lanes come on top: 8.1 ns in the caches, 8.7 ns from memory. With the table of
 * two loads in eight registers, a row as a slice of constant length (one range check) and the lanes
 * added in a second pass it is 3.6 and 4.8 ns. Squared distances need sixteen tables: that the
 * compiler boxed (568 bytes and 60 ns a row); in two passes of eight they took 5.9 ns in the caches
 * but 9.6 from memory, because each pass reads every other line, against 7.6 and 8.2 row by row. So
 * they are not here.
 */
final class VectorByteRows {
  /** Rows of one call at most. */
  static final int ROWS = 64;

  private static final int COUNT = Lanes.COUNT;

  /** Components, and bytes, of a load. */
  private static final int LOAD = 4 * COUNT;

  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(COUNT * 32));

  private VectorByteRows() {}

  /** Room for the sums of {@link #ROWS} rows. */
  static float[] room() {
    return new float[2 * COUNT * ROWS];
  }

  /**
   * {@code bias} plus inner products of n rows that lie one after the other from byte {@code o} on.
   *
   * @param d a multiple of a load's components
   * @param partial from {@link #room}
   */
  static void products(
      float[] scale,
      float bias,
      MemorySegment s,
      long o,
      int d,
      int n,
      float[] partial,
      float[] out,
      int at) {
    int done = 0;
    if (d >= 2 * LOAD) {
      twoProducts(scale, s, o, d, n, partial);
      done = 2 * LOAD;
    } else {
      Arrays.fill(partial, 0, 2 * COUNT * n, 0);
    }
    for (; done < d; done += LOAD) {
      oneMoreProduct(scale, done, s, o, d, n, partial);
    }
    sums(partial, n, bias, out, at);
  }

  private static void sums(float[] partial, int n, float bias, float[] out, int at) {
    for (int r = 0; r < n; r++) {
      FloatVector even = FloatVector.fromArray(Lanes.FLOATS, partial, 2 * COUNT * r);
      FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, partial, 2 * COUNT * r + COUNT);
      out[at + r] = bias + Lanes.sum(even.add(odd));
    }
  }

  private static void twoProducts(
      float[] scale, MemorySegment s, long o, int d, int n, float[] partial) {
    FloatVector b0 = table(scale, 0 * COUNT);
    FloatVector b1 = table(scale, 1 * COUNT);
    FloatVector b2 = table(scale, 2 * COUNT);
    FloatVector b3 = table(scale, 3 * COUNT);
    FloatVector b4 = table(scale, 4 * COUNT);
    FloatVector b5 = table(scale, 5 * COUNT);
    FloatVector b6 = table(scale, 6 * COUNT);
    FloatVector b7 = table(scale, 7 * COUNT);
    for (int r = 0; r < n; r++) {
      MemorySegment row = s.asSlice(o + (long) r * d, 2 * LOAD);
      FloatVector even = FloatVector.zero(Lanes.FLOATS);
      FloatVector odd = FloatVector.zero(Lanes.FLOATS);
      IntVector w0 = words(row, 0 * LOAD);
      even = b0.fma(Lanes.floats(w0.and(255)), even);
      odd = b1.fma(Lanes.floats(w0.lanewise(VectorOperators.LSHR, 8).and(255)), odd);
      even = b2.fma(Lanes.floats(w0.lanewise(VectorOperators.LSHR, 16).and(255)), even);
      odd = b3.fma(Lanes.floats(w0.lanewise(VectorOperators.LSHR, 24)), odd);
      IntVector w1 = words(row, 1 * LOAD);
      even = b4.fma(Lanes.floats(w1.and(255)), even);
      odd = b5.fma(Lanes.floats(w1.lanewise(VectorOperators.LSHR, 8).and(255)), odd);
      even = b6.fma(Lanes.floats(w1.lanewise(VectorOperators.LSHR, 16).and(255)), even);
      odd = b7.fma(Lanes.floats(w1.lanewise(VectorOperators.LSHR, 24)), odd);
      even.intoArray(partial, 2 * COUNT * r);
      odd.intoArray(partial, 2 * COUNT * r + COUNT);
    }
  }

  private static void oneMoreProduct(
      float[] scale, int j, MemorySegment s, long o, int d, int n, float[] partial) {
    FloatVector b0 = table(scale, j + 0 * COUNT);
    FloatVector b1 = table(scale, j + 1 * COUNT);
    FloatVector b2 = table(scale, j + 2 * COUNT);
    FloatVector b3 = table(scale, j + 3 * COUNT);
    for (int r = 0; r < n; r++) {
      MemorySegment row = s.asSlice(o + (long) r * d + j, LOAD);
      FloatVector even = FloatVector.fromArray(Lanes.FLOATS, partial, 2 * COUNT * r);
      FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, partial, 2 * COUNT * r + COUNT);
      IntVector w = words(row, 0);
      even = b0.fma(Lanes.floats(w.and(255)), even);
      odd = b1.fma(Lanes.floats(w.lanewise(VectorOperators.LSHR, 8).and(255)), odd);
      even = b2.fma(Lanes.floats(w.lanewise(VectorOperators.LSHR, 16).and(255)), even);
      odd = b3.fma(Lanes.floats(w.lanewise(VectorOperators.LSHR, 24)), odd);
      even.intoArray(partial, 2 * COUNT * r);
      odd.intoArray(partial, 2 * COUNT * r + COUNT);
    }
  }

  private static IntVector words(MemorySegment row, long o) {
    return ByteVector.fromMemorySegment(BYTES, row, o, Lanes.ORDER).reinterpretAsInts();
  }

  private static FloatVector table(float[] values, int j) {
    return FloatVector.fromArray(Lanes.FLOATS, values, j);
  }
}
