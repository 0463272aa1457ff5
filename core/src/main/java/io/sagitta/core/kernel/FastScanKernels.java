package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;

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
  /** Vectors of a block. */
  int BLOCK = 128;

  /** Vectors of a group: one nibble of all lanes. */
  int GROUP = 32;

  /** Bytes of one sub-quantizer in a block. */
  int ROW_BYTES = 64;

  /** Entries a sub-quantizer's table takes: its 16, twice. */
  int TABLE = 32;

  /**
   * Sums the first {@code groups} groups of a block; stops early only in what it writes.
   *
   * @param codes the block at byte {@code offset}, m·64 bytes
   * @param m sub-quantizers
   * @param tables m·32 entries at {@code tablesAt}
   * @param bias added to each sum (16 bits, wrapping)
   * @param groups 1..4
   * @param threshold unsigned 16 bits
   * @param sums receives groups·32 sums if any of them is below the threshold; otherwise
   *     unspecified
   * @return whether any sum is below the threshold (unsigned)
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
      short[] sums);
}
