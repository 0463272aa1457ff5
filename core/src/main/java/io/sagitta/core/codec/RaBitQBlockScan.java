package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Scans {@link RaBitQBlocks} for one query: the dot products with the sign bits come from fast-scan
 * tables (each nibble's contribution, quantised to 8 bits), the distances of a block from one loop
 * over its factors; multi-bit codes are refined when their estimate, less its error bound, beats
 * the threshold.
 *
 * <p>Scratch of one thread; allocates nothing after construction. Source: FAISS {@code
 * IndexRaBitQFastScan}.
 */
public final class RaBitQBlockScan {
  private static final int BLOCK = FastScanKernels.BLOCK;

  private final RaBitQBlocks blocks;
  private final RaBitQScorer scorer;
  private final boolean similarity;
  private final FastScanTables tables;
  private final float[] table;
  private final short[] sums = new short[BLOCK];
  private final float[] keys = new float[BLOCK];
  private final long[] hits = new long[2];
  private final MemorySegment plain;

  /**
   * @param scorer quantises the query (qb ≥ 1) and refines
   */
  public RaBitQBlockScan(RaBitQBlocks blocks, RaBitQScorer scorer) {
    this.blocks = blocks;
    this.scorer = scorer;
    similarity = blocks.quantizer().metric().isSimilarity();
    tables = new FastScanTables(blocks.m());
    table = new float[16 * blocks.m()];
    plain = MemorySegment.ofArray(new byte[blocks.codeSize()]);
  }

  /** Sets the query: d floats at byte {@code offset}, around the scorer's centre. */
  public void setQuery(MemorySegment x, long offset) {
    scorer.setQuery(x, offset);
    quantiseFlat();
  }

  /** The scorer, to set a query and a centre on; then call {@link #quantiseFlat}. */
  public RaBitQScorer scorer() {
    return scorer;
  }

  /** Makes the tables of the scorer's present query and centre. */
  public void quantiseFlat() {
    scorer.nibbleTable(table);
    tables.quantise(table, 0);
  }

  /**
   * Offers the vectors of a block, in slot order.
   *
   * @param count vectors in the block
   */
  public void scan(
      MemorySegment codes, long block, int count, SlotIds ids, ResultCollector collector) {
    int groups = (count + FastScanKernels.GROUP - 1) / FastScanKernels.GROUP;
    if (!Kernels.FAST_SCAN.below(
        codes, block, blocks.m(), tables.entries(), 0, 0, groups, 0xffff, hits, sums)) {
      Arrays.fill(sums, (short) 0xffff);
    }
    scorer.keys(
        codes, block + blocks.basesAt(), block + blocks.multipliersAt(), sums, tables, keys);
    boolean refines = blocks.quantizer().bits() > 1;
    float slack = refines ? scorer.errorScale() : 0f;
    float threshold = threshold(collector);
    if (!Kernels.CODES.below(keys, codes, block + blocks.errorsAt(), slack, threshold, hits)) {
      return;
    }
    for (int w = 0; w < 2; w++) {
      for (long bits = hits[w] & FastScanKernels.valid(count, w); bits != 0; bits &= bits - 1) {
        int slot = 64 * w + Long.numberOfTrailingZeros(bits);
        if (refines) {
          refine(codes, block, slot, slack, ids, collector);
        } else if (keys[slot] < threshold && ids.accepts(slot)) {
          collector.add(similarity ? 0f - keys[slot] : keys[slot], ids.id(slot));
          threshold = threshold(collector);
        }
      }
    }
  }

  private float threshold(ResultCollector collector) {
    return similarity ? -collector.threshold() : collector.threshold();
  }

  /** Measures a multi-bit code in full if it may still beat the threshold. */
  private void refine(
      MemorySegment codes,
      long block,
      int slot,
      float slack,
      SlotIds ids,
      ResultCollector collector) {
    float error = codes.get(Vectors.FLOAT, block + blocks.errorsAt() + 4L * slot) * slack;
    float threshold = threshold(collector);
    float best = keys[slot] - error;
    if (!((similarity ? best : Math.max(0f, best)) < threshold) || !ids.accepts(slot)) {
      return;
    }
    blocks.take(codes, block, slot, plain, 0);
    float v = scorer.refine(plain, 0);
    if (similarity ? -v < threshold : v < threshold) {
      collector.add(v, ids.id(slot));
    }
  }

  /** The best distances of the first {@code count} slots of a block. */
  public void distances(MemorySegment codes, long block, int count, float[] out, int at) {
    for (int i = 0; i < count; i++) {
      out[at + i] = distance(codes, block, i);
    }
  }

  /** The best distance of a slot: refined for multi-bit codes; without look-up tables. */
  public float distance(MemorySegment codes, long block, int slot) {
    blocks.take(codes, block, slot, plain, 0);
    return scorer.score(plain, 0);
  }
}
