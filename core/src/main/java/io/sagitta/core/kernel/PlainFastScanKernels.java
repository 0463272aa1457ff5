package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** {@link FastScanKernels} in plain Java. */
final class PlainFastScanKernels implements FastScanKernels {
  private static void sum(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      int groups,
      short[] sums) {
    Arrays.fill(sums, 0, groups * GROUP, (short) bias);
    for (int s = 0; s < m; s++) {
      int table = tablesAt + s * TABLE;
      for (int lane = 0; lane < GROUP; lane++) {
        int word = codes.get(SHORT, offset + (long) s * ROW_BYTES + 2L * lane);
        for (int g = 0; g < groups; g++) {
          sums[g * GROUP + lane] += tables[table + (word >>> 4 * g & 15)];
        }
      }
    }
  }

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
    sum(codes, offset, m, tables, tablesAt, bias, groups, sums);
    hits[0] = 0;
    hits[1] = 0;
    for (int i = 0; i < groups * GROUP; i++) {
      if ((sums[i] & 0xffff) < threshold) {
        hits[i >>> 6] |= 1L << i;
      }
    }
    return (hits[0] | hits[1]) != 0;
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
    sum(codes, offset, m, tables, tablesAt, bias, groups, sums);
    hits[0] = 0;
    hits[1] = 0;
    for (int i = 0; i < groups * GROUP; i++) {
      if ((sums[i] & 0xffff) > threshold) {
        hits[i >>> 6] |= 1L << i;
      }
    }
    return (hits[0] | hits[1]) != 0;
  }
}
