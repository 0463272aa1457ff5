package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FastScanKernels} with 512-bit registers of 16-bit lanes.
 *
 * <p>The sums stay in registers until the comparison: four accumulators, one table and one load.
 * Partial blocks (the end of a list) look up only the groups they have. Byte offsets are {@code
 * int} inside, see {@link VectorL2}.
 */
final class Vector512FastScanKernels implements FastScanKernels {
  private static final VectorSpecies<Short> S = ShortVector.SPECIES_512;
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
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
    return groups <= 2
        ? belowTwo(s, at, m, tables, tablesAt, bias, t, hits, sums)
        : belowFour(s, at, m, tables, tablesAt, bias, t, hits, sums);
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
    return groups <= 2
        ? aboveTwo(s, at, m, tables, tablesAt, bias, t, hits, sums)
        : aboveFour(s, at, m, tables, tablesAt, bias, t, hits, sums);
  }

  @Override
  public int firstBelow(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      int stride,
      int blocks,
      int threshold,
      long[] hits,
      short[] sums) {
    short t = (short) threshold;
    MemorySegment s = codes;
    int at = (int) offset;
    if (codes.byteSize() > Integer.MAX_VALUE) {
      s = codes.asSlice(offset, (long) stride * blocks);
      at = 0;
    }
    for (int b = 0; b < blocks; b++, at += stride) {
      if (belowFour(s, at, m, tables, tablesAt, bias, t, hits, sums)) {
        return b;
      }
    }
    return blocks;
  }

  @Override
  public int firstAbove(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      int stride,
      int blocks,
      int threshold,
      long[] hits,
      short[] sums) {
    short t = (short) threshold;
    MemorySegment s = codes;
    int at = (int) offset;
    if (codes.byteSize() > Integer.MAX_VALUE) {
      s = codes.asSlice(offset, (long) stride * blocks);
      at = 0;
    }
    for (int b = 0; b < blocks; b++, at += stride) {
      if (aboveFour(s, at, m, tables, tablesAt, bias, t, hits, sums)) {
        return b;
      }
    }
    return blocks;
  }

  @Override
  public boolean floatsBelow(
      MemorySegment codes,
      long offset,
      int m,
      float[] tables,
      float bias,
      float threshold,
      long[] hits,
      float[] sums) {
    if (codes.byteSize() > Integer.MAX_VALUE) {
      return floats(
          codes.asSlice(offset, (long) ROW_BYTES * m), 0, m, tables, bias, threshold, hits, sums);
    }
    return floats(codes, (int) offset, m, tables, bias, threshold, hits, sums);
  }

  /**
   * A row of 64 bytes as 16 lanes of 32 bits: the low half of a lane has the codes of the even
   * slots, the high half those of the odd ones. The table, sixteen floats seen as integers, is one
   * register, and an index is taken modulo sixteen.
   */
  private static boolean floats(
      MemorySegment codes,
      int offset,
      int m,
      float[] tables,
      float bias,
      float threshold,
      long[] hits,
      float[] sums) {
    FloatVector a0 = FloatVector.broadcast(F, bias);
    FloatVector a1 = FloatVector.broadcast(F, bias);
    FloatVector a2 = FloatVector.broadcast(F, bias);
    FloatVector a3 = FloatVector.broadcast(F, bias);
    FloatVector a4 = FloatVector.broadcast(F, bias);
    FloatVector a5 = FloatVector.broadcast(F, bias);
    FloatVector a6 = FloatVector.broadcast(F, bias);
    FloatVector a7 = FloatVector.broadcast(F, bias);
    for (int s = 0; s < m; s++) {
      IntVector c =
          ShortVector.fromMemorySegment(S, codes, offset + ROW_BYTES * s, ORDER)
              .reinterpretAsInts();
      IntVector table = FloatVector.fromArray(F, tables, 16 * s).reinterpretAsInts();
      a0 = a0.add(c.selectFrom(table).reinterpretAsFloats());
      a1 = a1.add(c.lanewise(VectorOperators.LSHR, 16).selectFrom(table).reinterpretAsFloats());
      a2 = a2.add(c.lanewise(VectorOperators.LSHR, 4).selectFrom(table).reinterpretAsFloats());
      a3 = a3.add(c.lanewise(VectorOperators.LSHR, 20).selectFrom(table).reinterpretAsFloats());
      a4 = a4.add(c.lanewise(VectorOperators.LSHR, 8).selectFrom(table).reinterpretAsFloats());
      a5 = a5.add(c.lanewise(VectorOperators.LSHR, 24).selectFrom(table).reinterpretAsFloats());
      a6 = a6.add(c.lanewise(VectorOperators.LSHR, 12).selectFrom(table).reinterpretAsFloats());
      a7 = a7.add(c.lanewise(VectorOperators.LSHR, 28).selectFrom(table).reinterpretAsFloats());
    }
    long first =
        a0.compare(VectorOperators.LT, threshold).toLong()
            | a1.compare(VectorOperators.LT, threshold).toLong() << 16
            | a2.compare(VectorOperators.LT, threshold).toLong() << 32
            | a3.compare(VectorOperators.LT, threshold).toLong() << 48;
    long second =
        a4.compare(VectorOperators.LT, threshold).toLong()
            | a5.compare(VectorOperators.LT, threshold).toLong() << 16
            | a6.compare(VectorOperators.LT, threshold).toLong() << 32
            | a7.compare(VectorOperators.LT, threshold).toLong() << 48;
    hits[0] = first;
    hits[1] = second;
    boolean any = (first | second) != 0;
    if (any) {
      a0.intoArray(sums, 0);
      a1.intoArray(sums, 16);
      a2.intoArray(sums, 32);
      a3.intoArray(sums, 48);
      a4.intoArray(sums, 64);
      a5.intoArray(sums, 80);
      a6.intoArray(sums, 96);
      a7.intoArray(sums, 112);
    }
    return any;
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
      short[] sums) {
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
    hits[0] = first;
    hits[1] = second;
    boolean any = (first | second) != 0;
    if (any) {
      a0.intoArray(sums, 0);
      a1.intoArray(sums, 32);
      a2.intoArray(sums, 64);
      a3.intoArray(sums, 96);
    }
    return any;
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
      short[] sums) {
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
    hits[0] = first;
    hits[1] = 0;
    boolean any = (first) != 0;
    if (any) {
      a0.intoArray(sums, 0);
      a1.intoArray(sums, 32);
    }
    return any;
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
      short[] sums) {
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
    hits[0] = first;
    hits[1] = second;
    boolean any = (first | second) != 0;
    if (any) {
      a0.intoArray(sums, 0);
      a1.intoArray(sums, 32);
      a2.intoArray(sums, 64);
      a3.intoArray(sums, 96);
    }
    return any;
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
      short[] sums) {
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
    hits[0] = first;
    hits[1] = 0;
    boolean any = (first) != 0;
    if (any) {
      a0.intoArray(sums, 0);
      a1.intoArray(sums, 32);
    }
    return any;
  }
}
