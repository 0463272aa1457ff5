package io.sagitta.core.collect;

import io.sagitta.core.MetricType;
import io.sagitta.core.kernel.DistanceKernels;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.MatrixKernels;
import io.sagitta.core.kernel.PairDistance;
import io.sagitta.core.kernel.RowScratch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Flat scan of one or a few queries by the direct formula of L2 and inner product.
 *
 * <p>The first rows are measured as a whole and a limit is taken from the k-th best, so that little
 * more than k of them go through the heap; see {@link TileScan}.
 */
final class DirectScan {
  private static final DistanceKernels KERNELS = Kernels.DISTANCES;
  private static final MatrixKernels STRIPS = Kernels.MATRIX;
  private static final int WIDTH = STRIPS.panelWidth();

  /** Rows at the beginning that are measured before any is offered; their values stay in L1. */
  private static final int FIRST_ROWS = 4096;

  /**
   * Rows per kernel call; the values stay in L1. Rows are not given up half way at the bound: the
   * look waits for memory, and what is skipped breaks the stream (Fashion-MNIST 113 queries/s with
   * it, 130 without).
   */
  private static final int RUN = 256;

  /** Bytes of rows that a search after the other is taken to find in the caches. */
  private static final long CACHED = 8L << 20;

  private DirectScan() {}

  /**
   * @param x n × d queries
   * @param collectors one per query
   */
  static void run(
      MetricType metric,
      float[] x,
      int n,
      int d,
      RowSource rows,
      ResultCollector[] collectors,
      ScanScratch scratch) {
    boolean l2 = metric == MetricType.L2;
    float[] values = scratch.values(FIRST_ROWS);
    RowScratch sums = sums(rows, d, scratch);
    int blocks = rows.blocks();
    int seen = 0;
    for (int b = 0; b < blocks; b++) {
      RowBlock block = scratch.load(rows, b, d);
      int done = 0;
      int m0 = Math.min(FIRST_ROWS - seen, block.count());
      if (collectors[0] instanceof TopK top && m0 >= 4L * top.k()) {
        for (int q = 0; q < n; q++) {
          first(l2, x, q * d, block, m0, d, (TopK) collectors[q], sums, scratch);
        }
        done = m0;
        seen += m0;
      }
      for (int from = done; from < block.count(); from += RUN) {
        int m = Math.min(RUN, block.count() - from);
        for (int q = 0; q < n; q++) {
          ResultCollector c = collectors[q];
          measure(l2, x, q * d, block, from, m, d, sums, values);
          if (l2) {
            offerSmaller(values, m, block, from, c);
          } else {
            offerLarger(values, m, block, from, c);
          }
        }
      }
    }
  }

  /** Measures the first m rows of a block and offers those that may be among its k best. */
  private static void first(
      boolean l2,
      float[] x,
      int xOff,
      RowBlock block,
      int m,
      int d,
      TopK collector,
      @Nullable RowScratch sums,
      ScanScratch scratch) {
    int strips = (m + WIDTH - 1) / WIDTH;
    float[] values = scratch.values(FIRST_ROWS);
    measure(l2, x, xOff, block, 0, m, d, sums, values);
    if (l2) {
      for (int p = 0; p < m; p++) {
        values[p] = -values[p];
      }
    }
    Arrays.fill(values, m, strips * WIDTH, Float.NEGATIVE_INFINITY);
    float limit = l2 ? -collector.threshold() : collector.threshold();
    // Nothing is at or below NaN, which lets every row through to be judged by the collector.
    limit = Math.max(limit, Math.nextDown(STRIPS.cut(values, 0, WIDTH, strips, collector.k())));
    int[] passed = scratch.passed(FIRST_ROWS);
    int n = STRIPS.stripsAbove(values, 0, WIDTH, strips, limit, passed);
    for (int i = 0; i < n && passed[i] < m; i++) {
      float v = values[passed[i]];
      collector.add(l2 ? 0f - v : v, block.id(passed[i]));
    }
  }

  /** Writes the distance of query q and the row of id r to {@code out[outOff + q·ld + r]}. */
  static void all(
      MetricType metric,
      float argument,
      float[] x,
      int n,
      int d,
      RowSource rows,
      float[] out,
      int outOff,
      int ld,
      ScanScratch scratch) {
    boolean l2 = metric == MetricType.L2;
    PairDistance pair =
        l2 || metric == MetricType.INNER_PRODUCT ? null : PairDistance.of(metric, argument);
    float[] values = scratch.values(RUN);
    RowScratch sums = sums(rows, d, scratch);
    int blocks = rows.blocks();
    for (int b = 0; b < blocks; b++) {
      RowBlock block = scratch.load(rows, b, d);
      for (int from = 0; from < block.count(); from += RUN) {
        int m = Math.min(RUN, block.count() - from);
        for (int q = 0; q < n; q++) {
          if (pair == null) {
            measure(l2, x, q * d, block, from, m, d, sums, values);
          } else {
            for (int p = 0; p < m; p++) {
              values[p] = pair.between(x, q * d, block.segment(), block.byteOf(from + p), d);
            }
          }
          for (int p = 0; p < m; p++) {
            out[outOff + q * ld + (int) block.id(from + p)] = values[p];
          }
        }
      }
    }
  }

  /** Scratch for rows that may be in the caches; null if they are too many. */
  private static @Nullable RowScratch sums(RowSource rows, int d, ScanScratch scratch) {
    return rows.size() * 4 * d <= CACHED ? scratch.sums : null;
  }

  private static void measure(
      boolean l2,
      float[] x,
      int xOff,
      RowBlock block,
      int from,
      int m,
      int d,
      @Nullable RowScratch sums,
      float[] values) {
    if (block.isDense()) {
      long at = block.byteOf(from);
      if (l2) {
        if (sums != null) {
          KERNELS.l2Run(x, xOff, block.segment(), at, block.stride(), m, d, sums, values, 0);
        } else {
          KERNELS.l2Scan(x, xOff, block.segment(), at, block.stride(), m, d, values, 0);
        }
      } else if (sums != null) {
        KERNELS.ipRun(x, xOff, block.segment(), at, block.stride(), m, d, sums, values, 0);
      } else {
        KERNELS.ipScan(x, xOff, block.segment(), at, block.stride(), m, d, values, 0);
      }
      return;
    }
    int p = 0;
    for (; p + 4 <= m; p += 4) {
      long a0 = block.byteOf(from + p);
      long a1 = block.byteOf(from + p + 1);
      long a2 = block.byteOf(from + p + 2);
      long a3 = block.byteOf(from + p + 3);
      var s = block.segment();
      if (l2) {
        KERNELS.l2x4(x, xOff, s, a0, s, a1, s, a2, s, a3, d, values, p);
      } else {
        KERNELS.ipx4(x, xOff, s, a0, s, a1, s, a2, s, a3, d, values, p);
      }
    }
    for (; p < m; p++) {
      long at = block.byteOf(from + p);
      values[p] =
          l2
              ? KERNELS.l2(x, xOff, block.segment(), at, d)
              : KERNELS.ip(x, xOff, block.segment(), at, d);
    }
  }

  private static void offerSmaller(
      float[] values, int m, RowBlock block, int from, ResultCollector c) {
    int p = KERNELS.firstBelow(values, 0, m, c.threshold());
    while (p < m) {
      c.add(values[p], block.id(from + p));
      p = KERNELS.firstBelow(values, p + 1, m, c.threshold());
    }
  }

  private static void offerLarger(
      float[] values, int m, RowBlock block, int from, ResultCollector c) {
    int p = KERNELS.firstAbove(values, 0, m, c.threshold());
    while (p < m) {
      c.add(values[p], block.id(from + p));
      p = KERNELS.firstAbove(values, p + 1, m, c.threshold());
    }
  }
}
