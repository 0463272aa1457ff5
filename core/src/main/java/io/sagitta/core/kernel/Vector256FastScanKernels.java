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
 * four accumulators, since 16 lanes hold half a row. Float tables go by plain Java: eight lanes
 * hold half a table. Partial blocks (the end of a list) look up only the groups they have. Byte
 * offsets are {@code int} inside, see {@link VectorL2}.
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
      long[] hits,
      short[] sums) {
    short t = (short) threshold;
    MemorySegment s = codes;
    int at = (int) offset;
    if (codes.byteSize() > Integer.MAX_VALUE) {
      s = codes.asSlice(offset, (long) ROW_BYTES * m);
      at = 0;
    }
    hits[0] = 0;
    hits[1] = 0;
    boolean low;
    boolean high;
    if (groups <= 2) {
      low = belowTwo(s, at, m, tables, tablesAt, bias, t, hits, sums, 0);
      high = belowTwo(s, at + 32, m, tables, tablesAt, bias, t, hits, sums, 16);
    } else {
      low = belowFour(s, at, m, tables, tablesAt, bias, t, hits, sums, 0);
      high = belowFour(s, at + 32, m, tables, tablesAt, bias, t, hits, sums, 16);
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
      long[] hits,
      short[] sums) {
    short t = (short) threshold;
    MemorySegment s = codes;
    int at = (int) offset;
    if (codes.byteSize() > Integer.MAX_VALUE) {
      s = codes.asSlice(offset, (long) ROW_BYTES * m);
      at = 0;
    }
    hits[0] = 0;
    hits[1] = 0;
    boolean low;
    boolean high;
    if (groups <= 2) {
      low = aboveTwo(s, at, m, tables, tablesAt, bias, t, hits, sums, 0);
      high = aboveTwo(s, at + 32, m, tables, tablesAt, bias, t, hits, sums, 16);
    } else {
      low = aboveFour(s, at, m, tables, tablesAt, bias, t, hits, sums, 0);
      high = aboveFour(s, at + 32, m, tables, tablesAt, bias, t, hits, sums, 16);
    }
    return low | high;
  }

  private static boolean belowFour(
      MemorySegment codes,
      int offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      long[] hits,
      short[] sums,
      int at) {
    ShortVector a0 = ShortVector.broadcast(S, (short) bias);
    ShortVector a1 = ShortVector.broadcast(S, (short) bias);
    ShortVector a2 = ShortVector.broadcast(S, (short) bias);
    ShortVector a3 = ShortVector.broadcast(S, (short) bias);
    for (int s = 0; s < m; s++) {
      ShortVector c = ShortVector.fromMemorySegment(S, codes, offset + ROW_BYTES * s, ORDER);
      ShortVector table = ShortVector.fromArray(S, tables, tablesAt + TABLE * s);
      a0 = a0.add(c.selectFrom(table));
      a1 = a1.add(c.lanewise(VectorOperators.LSHR, 4).selectFrom(table));
      a2 = a2.add(c.lanewise(VectorOperators.LSHR, 8).selectFrom(table));
      a3 = a3.add(c.lanewise(VectorOperators.LSHR, 12).selectFrom(table));
    }
    long first =
        a0.compare(VectorOperators.ULT, t).toLong()
            | a1.compare(VectorOperators.ULT, t).toLong() << 32;
    long second =
        a2.compare(VectorOperators.ULT, t).toLong()
            | a3.compare(VectorOperators.ULT, t).toLong() << 32;
    hits[0] |= first << at;
    hits[1] |= second << at;
    a0.intoArray(sums, at + 0);
    a1.intoArray(sums, at + 32);
    a2.intoArray(sums, at + 64);
    a3.intoArray(sums, at + 96);
    return (first | second) != 0;
  }

  private static boolean belowTwo(
      MemorySegment codes,
      int offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      long[] hits,
      short[] sums,
      int at) {
    ShortVector a0 = ShortVector.broadcast(S, (short) bias);
    ShortVector a1 = ShortVector.broadcast(S, (short) bias);
    for (int s = 0; s < m; s++) {
      ShortVector c = ShortVector.fromMemorySegment(S, codes, offset + ROW_BYTES * s, ORDER);
      ShortVector table = ShortVector.fromArray(S, tables, tablesAt + TABLE * s);
      a0 = a0.add(c.selectFrom(table));
      a1 = a1.add(c.lanewise(VectorOperators.LSHR, 4).selectFrom(table));
    }
    long first =
        a0.compare(VectorOperators.ULT, t).toLong()
            | a1.compare(VectorOperators.ULT, t).toLong() << 32;
    hits[0] |= first << at;
    a0.intoArray(sums, at + 0);
    a1.intoArray(sums, at + 32);
    return (first) != 0;
  }

  private static boolean aboveFour(
      MemorySegment codes,
      int offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      long[] hits,
      short[] sums,
      int at) {
    ShortVector a0 = ShortVector.broadcast(S, (short) bias);
    ShortVector a1 = ShortVector.broadcast(S, (short) bias);
    ShortVector a2 = ShortVector.broadcast(S, (short) bias);
    ShortVector a3 = ShortVector.broadcast(S, (short) bias);
    for (int s = 0; s < m; s++) {
      ShortVector c = ShortVector.fromMemorySegment(S, codes, offset + ROW_BYTES * s, ORDER);
      ShortVector table = ShortVector.fromArray(S, tables, tablesAt + TABLE * s);
      a0 = a0.add(c.selectFrom(table));
      a1 = a1.add(c.lanewise(VectorOperators.LSHR, 4).selectFrom(table));
      a2 = a2.add(c.lanewise(VectorOperators.LSHR, 8).selectFrom(table));
      a3 = a3.add(c.lanewise(VectorOperators.LSHR, 12).selectFrom(table));
    }
    long first =
        a0.compare(VectorOperators.UGT, t).toLong()
            | a1.compare(VectorOperators.UGT, t).toLong() << 32;
    long second =
        a2.compare(VectorOperators.UGT, t).toLong()
            | a3.compare(VectorOperators.UGT, t).toLong() << 32;
    hits[0] |= first << at;
    hits[1] |= second << at;
    a0.intoArray(sums, at + 0);
    a1.intoArray(sums, at + 32);
    a2.intoArray(sums, at + 64);
    a3.intoArray(sums, at + 96);
    return (first | second) != 0;
  }

  private static boolean aboveTwo(
      MemorySegment codes,
      int offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      long[] hits,
      short[] sums,
      int at) {
    ShortVector a0 = ShortVector.broadcast(S, (short) bias);
    ShortVector a1 = ShortVector.broadcast(S, (short) bias);
    for (int s = 0; s < m; s++) {
      ShortVector c = ShortVector.fromMemorySegment(S, codes, offset + ROW_BYTES * s, ORDER);
      ShortVector table = ShortVector.fromArray(S, tables, tablesAt + TABLE * s);
      a0 = a0.add(c.selectFrom(table));
      a1 = a1.add(c.lanewise(VectorOperators.LSHR, 4).selectFrom(table));
    }
    long first =
        a0.compare(VectorOperators.UGT, t).toLong()
            | a1.compare(VectorOperators.UGT, t).toLong() << 32;
    hits[0] |= first << at;
    a0.intoArray(sums, at + 0);
    a1.intoArray(sums, at + 32);
    return (first) != 0;
  }
}
