package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FastScanKernels} with 256-bit registers of 16-bit lanes.
 *
 * <p>The sums stay in registers until the comparison: each half of a row is a pass of its own with
 * four accumulators, since 16 lanes hold half a row. Partial blocks (the end of a list) look up
 * only the groups they have.
 */
final class Vector256FastScanKernels implements FastScanKernels {
  private static final VectorSpecies<Short> S = ShortVector.SPECIES_256;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  @Override
  public boolean below(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      int groups,
      int threshold,
      short[] sums) {
    short t = (short) threshold;
    boolean low;
    boolean high;
    if (groups <= 2) {
      low = belowTwo(codes, offset, m, tables, tablesAt, bias, t, sums, 0);
      high = belowTwo(codes, offset + 32, m, tables, tablesAt, bias, t, sums, 16);
    } else {
      low = belowFour(codes, offset, m, tables, tablesAt, bias, t, sums, 0);
      high = belowFour(codes, offset + 32, m, tables, tablesAt, bias, t, sums, 16);
    }
    return low | high;
  }

  @Override
  public boolean above(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      int groups,
      int threshold,
      short[] sums) {
    short t = (short) threshold;
    boolean low;
    boolean high;
    if (groups <= 2) {
      low = aboveTwo(codes, offset, m, tables, tablesAt, bias, t, sums, 0);
      high = aboveTwo(codes, offset + 32, m, tables, tablesAt, bias, t, sums, 16);
    } else {
      low = aboveFour(codes, offset, m, tables, tablesAt, bias, t, sums, 0);
      high = aboveFour(codes, offset + 32, m, tables, tablesAt, bias, t, sums, 16);
    }
    return low | high;
  }

  private static boolean belowFour(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      short[] sums,
      int at) {
    ShortVector a0 = ShortVector.broadcast(S, (short) bias);
    ShortVector a1 = ShortVector.broadcast(S, (short) bias);
    ShortVector a2 = ShortVector.broadcast(S, (short) bias);
    ShortVector a3 = ShortVector.broadcast(S, (short) bias);
    for (int s = 0; s < m; s++) {
      ShortVector c = ShortVector.fromMemorySegment(S, codes, offset + 64L * s, ORDER);
      ShortVector table = ShortVector.fromArray(S, tables, tablesAt + TABLE * s);
      a0 = a0.add(c.selectFrom(table));
      a1 = a1.add(c.lanewise(VectorOperators.LSHR, 4).selectFrom(table));
      a2 = a2.add(c.lanewise(VectorOperators.LSHR, 8).selectFrom(table));
      a3 = a3.add(c.lanewise(VectorOperators.LSHR, 12).selectFrom(table));
    }
    boolean any =
        a0.compare(VectorOperators.ULT, t).anyTrue()
            || a1.compare(VectorOperators.ULT, t).anyTrue()
            || a2.compare(VectorOperators.ULT, t).anyTrue()
            || a3.compare(VectorOperators.ULT, t).anyTrue();
    a0.intoArray(sums, at + 0);
    a1.intoArray(sums, at + 32);
    a2.intoArray(sums, at + 64);
    a3.intoArray(sums, at + 96);
    return any;
  }

  private static boolean belowTwo(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      short[] sums,
      int at) {
    ShortVector a0 = ShortVector.broadcast(S, (short) bias);
    ShortVector a1 = ShortVector.broadcast(S, (short) bias);
    for (int s = 0; s < m; s++) {
      ShortVector c = ShortVector.fromMemorySegment(S, codes, offset + 64L * s, ORDER);
      ShortVector table = ShortVector.fromArray(S, tables, tablesAt + TABLE * s);
      a0 = a0.add(c.selectFrom(table));
      a1 = a1.add(c.lanewise(VectorOperators.LSHR, 4).selectFrom(table));
    }
    boolean any =
        a0.compare(VectorOperators.ULT, t).anyTrue()
            || a1.compare(VectorOperators.ULT, t).anyTrue();
    a0.intoArray(sums, at + 0);
    a1.intoArray(sums, at + 32);
    return any;
  }

  private static boolean aboveFour(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      short[] sums,
      int at) {
    ShortVector a0 = ShortVector.broadcast(S, (short) bias);
    ShortVector a1 = ShortVector.broadcast(S, (short) bias);
    ShortVector a2 = ShortVector.broadcast(S, (short) bias);
    ShortVector a3 = ShortVector.broadcast(S, (short) bias);
    for (int s = 0; s < m; s++) {
      ShortVector c = ShortVector.fromMemorySegment(S, codes, offset + 64L * s, ORDER);
      ShortVector table = ShortVector.fromArray(S, tables, tablesAt + TABLE * s);
      a0 = a0.add(c.selectFrom(table));
      a1 = a1.add(c.lanewise(VectorOperators.LSHR, 4).selectFrom(table));
      a2 = a2.add(c.lanewise(VectorOperators.LSHR, 8).selectFrom(table));
      a3 = a3.add(c.lanewise(VectorOperators.LSHR, 12).selectFrom(table));
    }
    boolean any =
        a0.compare(VectorOperators.UGT, t).anyTrue()
            || a1.compare(VectorOperators.UGT, t).anyTrue()
            || a2.compare(VectorOperators.UGT, t).anyTrue()
            || a3.compare(VectorOperators.UGT, t).anyTrue();
    a0.intoArray(sums, at + 0);
    a1.intoArray(sums, at + 32);
    a2.intoArray(sums, at + 64);
    a3.intoArray(sums, at + 96);
    return any;
  }

  private static boolean aboveTwo(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      short[] sums,
      int at) {
    ShortVector a0 = ShortVector.broadcast(S, (short) bias);
    ShortVector a1 = ShortVector.broadcast(S, (short) bias);
    for (int s = 0; s < m; s++) {
      ShortVector c = ShortVector.fromMemorySegment(S, codes, offset + 64L * s, ORDER);
      ShortVector table = ShortVector.fromArray(S, tables, tablesAt + TABLE * s);
      a0 = a0.add(c.selectFrom(table));
      a1 = a1.add(c.lanewise(VectorOperators.LSHR, 4).selectFrom(table));
    }
    boolean any =
        a0.compare(VectorOperators.UGT, t).anyTrue()
            || a1.compare(VectorOperators.UGT, t).anyTrue();
    a0.intoArray(sums, at + 0);
    a1.intoArray(sums, at + 32);
    return any;
  }
}
