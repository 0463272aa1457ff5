package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;

/**
 * Fast-scan with float look-up tables: the distances of the product quantizer itself, bit for bit,
 * instead of FAISS's steps. Costs twice the look-ups of a quantised table, since a register holds
 * half as many sums.
 *
 * <p>Similarities are kept negated, which is exact, so that one kernel serves both directions.
 * Scratch of one thread; allocates nothing after construction.
 */
public final class FastScanFloats {
  private final int m;
  private final boolean similarity;
  private final float[] table;
  private final float[] sums = new float[FastScanKernels.BLOCK];
  private final long[] hits = new long[2];

  /**
   * @param m sub-quantizers
   */
  public FastScanFloats(int m, MetricType metric) {
    this.m = m;
    similarity = metric.isSimilarity();
    table = new float[m * 16];
  }

  /** Makes the table of a query: d floats at {@code query[at]}. */
  public void setQuery(ProductQuantizer quantizer, float[] query, int at) {
    quantizer.computeTable(query, at, similarity, table, 0);
    if (similarity) {
      for (int i = 0; i < table.length; i++) {
        table[i] = -table[i];
      }
    }
  }

  /**
   * Offers the vectors of a block that beat the collector's threshold.
   *
   * @param count vectors in the block
   * @param term added to each distance
   */
  public void scan(
      MemorySegment codes, long block, int count, float term, SlotIds ids, ResultCollector out) {
    float bias = similarity ? -term : term;
    float threshold = similarity ? -out.threshold() : out.threshold();
    if (!Kernels.FAST_SCAN.floatsBelow(codes, block, m, table, bias, threshold, hits, sums)) {
      return;
    }
    for (int w = 0; w < 2; w++) {
      for (long bits = hits[w]; bits != 0; bits &= bits - 1) {
        int place = 64 * w + Long.numberOfTrailingZeros(bits);
        int slot = FastScanKernels.slotOf(place);
        if (slot < count && sums[place] < threshold && ids.accepts(slot)) {
          out.add(similarity ? 0f - sums[place] : sums[place], ids.id(slot));
          threshold = similarity ? -out.threshold() : out.threshold();
        }
      }
    }
  }
}
