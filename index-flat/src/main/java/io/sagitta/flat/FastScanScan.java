package io.sagitta.flat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.FastScanFloats;
import io.sagitta.core.codec.FastScanTables;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.collect.ResultCollector;
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
  private final long[] hits = new long[2];
  private final FastScanFloats floats;
  private final BlockSlots slots = new BlockSlots();

  FastScanScan(int d, int m, MetricType metric) {
    this.m = m;
    similarity = metric.isSimilarity();
    tables = new FastScanTables(m);
    top = new TopK(metric);
    best = new SumSink.Best(top);
    query = new float[d];
    table = new float[m * 16];
    floats = new FastScanFloats(m, metric);
  }

  /** Computes the unquantised tables of a query, for {@link #scanFloats}. */
  void setFloatQuery(ProductQuantizer quantizer, MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
    floats.setQuery(quantizer, query, 0);
  }

  /** Computes and quantises the look-up tables of a query. */
  void setQuery(ProductQuantizer quantizer, MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
    quantizer.computeTable(query, 0, similarity, table, 0);
    tables.quantise(table, 0);
  }

  /** Offers all vectors, in the order of their ids. */
  void scan(FastScanState s, @Nullable IDSelector selector, SumSink sink) {
    scan(s, selector, sink, 0, s.blocks().size());
  }

  /** Offers the vectors of blocks [from, to). */
  void scan(FastScanState s, @Nullable IDSelector selector, SumSink sink, long from, long to) {
    CodeRows blocks = s.blocks();
    FastScanKernels kernels = Kernels.FAST_SCAN;
    short[] entries = tables.entries();
    for (long b = from; b < to; ) {
      int whole = wholeBlocks(s, b, to);
      if (whole == 0 || sink.open()) {
        one(s, b++, selector, sink);
        continue;
      }
      MemorySegment chunk = blocks.chunk(b);
      long at = blocks.offset(b);
      int stride = blocks.rowBytes();
      int bound = sink.bound();
      int passed =
          similarity
              ? kernels.firstAbove(chunk, at, m, entries, 0, 0, stride, whole, bound, hits, sums)
              : kernels.firstBelow(chunk, at, m, entries, 0, 0, stride, whole, bound, hits, sums);
      b += passed;
      if (passed < whole) {
        some(b++ * FastScanKernels.BLOCK, FastScanKernels.BLOCK, selector, sink);
      }
    }
  }

  /** Blocks from b on, before {@code to}, that are full and lie one behind the other. */
  private static int wholeBlocks(FastScanState s, long b, long to) {
    long perChunk = s.blocks().chunkRows();
    long end = Math.min(Math.min(to, s.n() / FastScanKernels.BLOCK), (b / perChunk + 1) * perChunk);
    return (int) Math.max(0, end - b);
  }

  private void one(FastScanState s, long b, @Nullable IDSelector selector, SumSink sink) {
    FastScanKernels kernels = Kernels.FAST_SCAN;
    short[] entries = tables.entries();
    long first = b * FastScanKernels.BLOCK;
    int count = (int) Math.min(FastScanKernels.BLOCK, s.n() - first);
    int groups = (count + FastScanKernels.GROUP - 1) / FastScanKernels.GROUP;
    MemorySegment chunk = s.blocks().chunk(b);
    long at = s.blocks().offset(b);
    boolean open = sink.open();
    int bound =
        open ? (similarity ? SumSink.NO_BOUND_ABOVE : SumSink.NO_BOUND_BELOW) : sink.bound();
    boolean hit =
        similarity
            ? kernels.above(chunk, at, m, entries, 0, 0, groups, bound, hits, sums)
            : kernels.below(chunk, at, m, entries, 0, 0, groups, bound, hits, sums);
    if (open) {
      if (!hit) {
        // All sums equal the bound itself, and the kernel need not have written them.
        Arrays.fill(sums, (short) bound);
      }
      all(first, count, selector, sink);
    } else if (hit) {
      some(first, count, selector, sink);
    }
  }

  private void all(long first, int count, @Nullable IDSelector selector, SumSink sink) {
    for (int i = 0; i < count; i++) {
      if (selector == null || selector.isMember(first + i)) {
        sink.offer(sums[i] & 0xffff, first + i);
      }
    }
  }

  private void some(long first, int count, @Nullable IDSelector selector, SumSink sink) {
    for (int w = 0; w < 2; w++) {
      for (long bits = hits[w] & FastScanKernels.valid(count, w); bits != 0; bits &= bits - 1) {
        int i = 64 * w + Long.numberOfTrailingZeros(bits);
        if (selector == null || selector.isMember(first + i)) {
          sink.offer(sums[i] & 0xffff, first + i);
        }
      }
    }
  }

  /** Offers all vectors by their unquantised distances. */
  void scanFloats(FastScanState s, @Nullable IDSelector selector, ResultCollector out) {
    CodeRows blocks = s.blocks();
    slots.selector = selector;
    long b = 0;
    for (long first = 0; first < s.n(); first += FastScanKernels.BLOCK, b++) {
      slots.first = first;
      int count = (int) Math.min(FastScanKernels.BLOCK, s.n() - first);
      floats.scan(blocks.chunk(b), blocks.offset(b), count, 0f, slots, out);
    }
    slots.selector = null;
  }
}
