package io.sagitta.core.collect;

import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.PackedQueries;
import io.sagitta.core.kernel.PackedRows;
import io.sagitta.core.kernel.RowScratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of a scan writes to. Instances are pooled in a few slots, so that a warm search
 * allocates nothing; a thread that finds no free one makes its own, and what does not fit into the
 * pool is left to the collector.
 *
 * <p>A pool and not a thread local: callers may be short-lived or virtual threads.
 */
final class ScanScratch {
  private static final int SLOTS =
      Integer.highestOneBit(Math.max(2, Runtime.getRuntime().availableProcessors()) * 4 - 1);
  private static final AtomicReferenceArray<@Nullable ScanScratch> POOL =
      new AtomicReferenceArray<>(SLOTS);

  /** Larger ones are not kept. */
  private static final long MAX_KEPT_FLOATS = 1 << 23;

  final RowBlock block = new RowBlock();
  final PackedQueries packedQueries = new PackedQueries();
  final PackedRows packedRows = new PackedRows();

  /** Rows of each query of a group that wait to be measured four at a time, and how many wait. */
  final int[] waiting = new int[4 * Kernels.QUERY_GROUP];

  final int[] waitingCount = new int[Kernels.QUERY_GROUP];
  final float[] four = new float[4];

  /** Lanes of the rows of a run. */
  final RowScratch sums = new RowScratch();

  private int[] passed = new int[0];
  private float[] queries = new float[0];
  private float[] values = new float[0];
  private float[] bias = new float[0];
  private float[] norms = new float[0];
  private float[] limits = new float[0];
  private TopK[] distances = new TopK[0];
  private TopK[] similarities = new TopK[0];
  private MemorySegment copy = MemorySegment.NULL;
  private long collectorFloats;

  private ScanScratch() {}

  /** A free one. */
  static ScanScratch take() {
    int at = (int) Thread.currentThread().threadId();
    for (int i = 0; i < SLOTS; i++) {
      int slot = (at + i) & (SLOTS - 1);
      ScanScratch s = POOL.get(slot);
      if (s != null && POOL.compareAndSet(slot, s, null)) {
        return s;
      }
    }
    return new ScanScratch();
  }

  /** Returns it to the pool; the caller forgets it. */
  void giveBack() {
    block.forget();
    if (queries.length + values.length + packedRows.data().length + collectorFloats
        > MAX_KEPT_FLOATS) {
      return;
    }
    int at = (int) Thread.currentThread().threadId();
    for (int i = 0; i < SLOTS; i++) {
      int slot = (at + i) & (SLOTS - 1);
      if (POOL.get(slot) == null && POOL.compareAndSet(slot, null, this)) {
        return;
      }
    }
  }

  /** Queries [from, from + n) as an array, row-major from element 0. */
  float[] queries(Vectors all, int from, int n) {
    int d = all.d();
    if (queries.length < n * d) {
      queries = new float[n * d];
    }
    MemorySegment.copy(all.data(), Vectors.FLOAT, all.offset(from), queries, 0, n * d);
    return queries;
  }

  /** At least {@code n} positions. */
  int[] passed(int n) {
    if (passed.length < n) {
      passed = new int[n];
    }
    return passed;
  }

  /** At least {@code n} values. */
  float[] values(int n) {
    if (values.length < n) {
      values = new float[n];
    }
    return values;
  }

  /** At least {@code n} values, one per row of a panel block. */
  float[] bias(int n) {
    if (bias.length < n) {
      bias = new float[n];
    }
    return bias;
  }

  /** At least {@code n} values, one per query. */
  float[] norms(int n) {
    if (norms.length < n) {
      norms = new float[n];
    }
    return norms;
  }

  /** At least {@code n} values, one per query. */
  float[] limits(int n) {
    if (limits.length < n) {
      limits = new float[n];
    }
    return limits;
  }

  /** At least {@code n} collectors of a metric's direction. */
  TopK[] topK(MetricType metric, int n, int k) {
    TopK[] kept = metric.isSimilarity() ? similarities : distances;
    if (kept.length < n) {
      int had = kept.length;
      kept = Arrays.copyOf(kept, n);
      for (int i = had; i < n; i++) {
        kept[i] = new TopK(metric);
      }
      if (metric.isSimilarity()) {
        similarities = kept;
      } else {
        distances = kept;
      }
    }
    collectorFloats = Math.max(collectorFloats, 3L * n * k);
    return kept;
  }

  /**
   * Loads block b. Rows on the heap are copied off heap, because the kernels want one class of
   * memory only.
   */
  RowBlock load(RowSource rows, int b, int d) {
    rows.load(b, block);
    if (block.count() > 0 && !block.segment().isNative()) {
      long bytes = 4L * d * block.count();
      if (copy.byteSize() < bytes) {
        copy = Arena.ofAuto().allocate(bytes, 64);
      }
      block.compactInto(copy, d);
    }
    return block;
  }
}
