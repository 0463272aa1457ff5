package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Sums of 16-bit table entries chosen by 4-bit codes, 128 vectors at a time: the inner loop of
 * fast-scan.
 *
 * <p>Layout of a block: for each sub-quantizer 64 bytes, seen as 32 little-endian 16-bit lanes;
 * lane l holds the codes of vectors l, l + 32, l + 64 and l + 96 in its nibbles, low to high. One
 * load then gives four look-ups of 32 lanes each, with three shifts and no mask: the look-up takes
 * its index modulo the table's length, and the table is written twice into 32 entries, so the bit
 * above the nibble does not matter.
 *
 * <p>Stateless; safe for all threads. Sources: André et al., "Quicker ADC", 2019; FAISS {@code
 * fast_scan}.
 */
public interface FastScanKernels {
  /** One lane of codes. */
  ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Vectors of a block. */
  int BLOCK = 128;

  /** Vectors of a group: one nibble of all lanes. */
  int GROUP = 32;

  /** Bytes of one sub-quantizer in a block. */
  int ROW_BYTES = 64;

  /** Entries a sub-quantizer's table takes: its 16, twice. */
  int TABLE = 32;

  /**
   * Brings tables of 16 entries (0 … 255), each written twice, to the form that this kernel reads;
   * to be called whenever they were written. Only second halves are changed.
   *
   * @param tables columns·32 entries at {@code at}
   */
  default void arrange(short[] tables, int at, int columns) {}

  /**
   * Sums the first {@code groups} groups of a block.
   *
   * @param codes the block at byte {@code offset}, m·64 bytes
   * @param m sub-quantizers
   * @param tables m·32 entries at {@code tablesAt}, as {@link #arrange} leaves them
   * @param bias added to each sum (16 bits, wrapping)
   * @param groups 1..4
   * @param threshold unsigned 16 bits
   * @param hits receives two words: bit i of the first for slot i, of the second for slot i + 64,
   *     set where the sum is below the threshold; slots beyond the groups may have any bit
   * @param sums receives groups·32 sums if any bit is set; otherwise unspecified
   * @return whether any bit is set
   */
  boolean below(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      int groups,
      int threshold,
      long[] hits,
      short[] sums);

  /** As {@link #below}, for sums above the threshold. */
  boolean above(
      MemorySegment codes,
      long offset,
      int m,
      short[] tables,
      int tablesAt,
      int bias,
      int groups,
      int threshold,
      long[] hits,
      short[] sums);

  /**
   * Looks for the first of several whole blocks, one behind the other, that has a sum below the
   * threshold; {@code hits} and {@code sums} are then that block's.
   *
   * @param stride bytes from one block to the next
   * @param blocks how many
   * @return its number, or {@code blocks} if there is none
   */
  default int firstBelow(
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
    long at = offset;
    for (int b = 0; b < blocks; b++, at += stride) {
      if (below(codes, at, m, tables, tablesAt, bias, 4, threshold, hits, sums)) {
        return b;
      }
    }
    return blocks;
  }

  /** As {@link #firstBelow}, for sums above the threshold. */
  default int firstAbove(
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
    long at = offset;
    for (int b = 0; b < blocks; b++, at += stride) {
      if (above(codes, at, m, tables, tablesAt, bias, 4, threshold, hits, sums)) {
        return b;
      }
    }
    return blocks;
  }

  /**
   * Sums float table entries over a whole block, in the order of the sub-quantizers. The sums come
   * in an order of their own: place j is that of slot {@link #slotOf}.
   *
   * @param tables m·16 entries
   * @param bias what each sum begins with
   * @param hits receives two words: bit j of the first for place j, of the second for place j + 64,
   *     set where the sum is below the threshold
   * @param sums receives 128 sums if any bit is set; otherwise unspecified
   * @return whether any bit is set
   */
  default boolean floatsBelow(
      MemorySegment codes,
      long offset,
      int m,
      float[] tables,
      float bias,
      float threshold,
      long[] hits,
      float[] sums) {
    Arrays.fill(sums, 0, BLOCK, bias);
    for (int s = 0; s < m; s++) {
      for (int lane = 0; lane < GROUP; lane++) {
        int word = codes.get(SHORT, offset + (long) s * ROW_BYTES + 2L * lane);
        int place = (lane & 1) * 16 + (lane >>> 1);
        for (int g = 0; g < 4; g++) {
          sums[g * GROUP + place] += tables[16 * s + (word >>> 4 * g & 15)];
        }
      }
    }
    hits[0] = 0;
    hits[1] = 0;
    for (int j = 0; j < BLOCK; j++) {
      if (sums[j] < threshold) {
        hits[j >>> 6] |= 1L << j;
      }
    }
    return (hits[0] | hits[1]) != 0;
  }

  /** The slot of a place of {@link #floatsBelow}: even lanes of a group first, then odd ones. */
  static int slotOf(int place) {
    return (place & ~31) + 2 * (place & 15) + (place >>> 4 & 1);
  }

  /** The bits of word 0 or 1 of hits that stand for slots below {@code count}. */
  static long valid(int count, int word) {
    int n = count - 64 * word;
    return n >= 64 ? -1L : n <= 0 ? 0 : (1L << n) - 1;
  }
}
