package io.sagitta.flat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.FastScanTables;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one thread needs for fast-scan searches, kept from search to search. */
final class FastScanScan {
  final FastScanTables tables;
  final TopK top;
  final SumSink.Best best;
  private final int m;
  private final boolean similarity;
  private final float[] query;
  private final float[] table;
  private final short[] sums = new short[FastScanKernels.BLOCK];

  FastScanScan(int d, int m, MetricType metric) {
    this.m = m;
    similarity = metric.isSimilarity();
    tables = new FastScanTables(m);
    top = new TopK(metric);
    best = new SumSink.Best(top);
    query = new float[d];
    table = new float[m * 16];
  }

  /** Computes and quantises the look-up tables of a query. */
  void setQuery(ProductQuantizer quantizer, MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
    quantizer.computeTable(query, 0, similarity, table, 0);
    tables.quantise(table, 0);
  }

  /** Offers all vectors, in the order of their ids. */
  void scan(FastScanState s, @Nullable IDSelector selector, SumSink sink) {
    CodeRows blocks = s.blocks();
    FastScanKernels kernels = Kernels.FAST_SCAN;
    short[] entries = tables.entries();
    long b = 0;
    for (long first = 0; first < s.n(); first += FastScanKernels.BLOCK, b++) {
      int count = (int) Math.min(FastScanKernels.BLOCK, s.n() - first);
      int groups = (count + FastScanKernels.GROUP - 1) / FastScanKernels.GROUP;
      MemorySegment chunk = blocks.chunk(b);
      long at = blocks.offset(b);
      boolean open = sink.open();
      int bound =
          open ? (similarity ? SumSink.NO_BOUND_ABOVE : SumSink.NO_BOUND_BELOW) : sink.bound();
      boolean hit =
          similarity
              ? kernels.above(chunk, at, m, entries, 0, 0, groups, bound, sums)
              : kernels.below(chunk, at, m, entries, 0, 0, groups, bound, sums);
      if (!hit) {
        if (!open) {
          continue;
        }
        // All sums equal the bound itself, and the kernel need not have written them.
        Arrays.fill(sums, (short) bound);
      }
      for (int i = 0; i < count; i++) {
        int sum = sums[i] & 0xffff;
        if ((open || (similarity ? sum > bound : sum < bound))
            && (selector == null || selector.isMember(first + i))) {
          sink.offer(sum, first + i);
        }
      }
    }
  }
}
