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
  private final float[] distances = new float[BLOCK];
  private final float[] bases = new float[BLOCK];
  private final float[] multipliers = new float[BLOCK];
  private final MemorySegment plain;

  /** The id of a slot, or a negative number for one that takes no part. */
  @FunctionalInterface
  public interface SlotIds {
    /** The id of a slot, negative = takes no part. */
    long id(int slot);
  }

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
        codes, block, blocks.m(), tables.entries(), 0, 0, groups, 0xffff, sums)) {
      Arrays.fill(sums, (short) 0xffff);
    }
    MemorySegment.copy(codes, Vectors.FLOAT, block + blocks.basesAt(), bases, 0, count);
    MemorySegment.copy(codes, Vectors.FLOAT, block + blocks.multipliersAt(), multipliers, 0, count);
    scorer.distances(sums, tables, bases, multipliers, count, distances);
    if (blocks.quantizer().bits() == 1) {
      offer(count, ids, collector);
    } else {
      refine(codes, block, count, ids, collector);
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

  private void offer(int count, SlotIds ids, ResultCollector collector) {
    float threshold = collector.threshold();
    for (int i = 0; i < count; i++) {
      float v = distances[i];
      if (similarity ? v > threshold : v < threshold) {
        long id = ids.id(i);
        if (id >= 0) {
          collector.add(v, id);
          threshold = collector.threshold();
        }
      }
    }
  }

  private void refine(
      MemorySegment codes, long block, int count, SlotIds ids, ResultCollector collector) {
    for (int i = 0; i < count; i++) {
      float error = codes.get(Vectors.FLOAT, block + blocks.extraAt(i)) * scorer.errorScale();
      float threshold = collector.threshold();
      boolean may =
          similarity
              ? distances[i] + error > threshold
              : Math.max(0f, distances[i] - error) < threshold;
      if (may) {
        long id = ids.id(i);
        if (id >= 0) {
          blocks.take(codes, block, i, plain, 0);
          float v = scorer.refine(plain, 0);
          if (similarity ? v > threshold : v < threshold) {
            collector.add(v, id);
          }
        }
      }
    }
  }
}
