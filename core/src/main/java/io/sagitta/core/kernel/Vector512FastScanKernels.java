package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FastScanKernels} with 512-bit registers of 16-bit lanes.
 *
 * <p>The sums stay in registers until the comparison: four accumulators, one table and one load.
 * Partial blocks (the end of a list) look up only the groups they have.
 */
final class Vector512FastScanKernels implements FastScanKernels {
  private static final VectorSpecies<Short> S = ShortVector.SPECIES_512;
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
    if (groups <= 2) {
      return belowTwo(codes, offset, m, tables, tablesAt, bias, t, sums);
    }
    return belowFour(codes, offset, m, tables, tablesAt, bias, t, sums);
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
    if (groups <= 2) {
      return aboveTwo(codes, offset, m, tables, tablesAt, bias, t, sums);
    }
    return aboveFour(codes, offset, m, tables, tablesAt, bias, t, sums);
  }

  private static boolean belowFour(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      short[] sums) {
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
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      short[] sums) {
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
    if (any) {
      a0.intoArray(sums, 0);
      a1.intoArray(sums, 32);
    }
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
      short[] sums) {
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
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      short t,
      short[] sums) {
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
    if (any) {
      a0.intoArray(sums, 0);
      a1.intoArray(sums, 32);
    }
    return any;
  }
}
