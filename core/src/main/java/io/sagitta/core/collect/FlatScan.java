package io.sagitta.core.collect;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.RangeResult;
import io.sagitta.core.Vectors;

/**
 * Exhaustive search over float32 rows: the engine of flat indexes and of {@code Distances}.
 *
 * <p><b>One answer.</b> Every distance that reaches a result is computed by the direct formula of
 * {@link io.sagitta.core.kernel.PairDistance}. Batches find their candidates with matrix tiles, but
 * a tile only excludes what provably cannot enter (its rounding error is bounded and added to the
 * limit); what may enter is measured directly. So an answer depends neither on the size of the
 * batch nor on the number of threads, and its error is that of the direct formula (FAISS's batches
 * have the larger error of ‖x‖² + ‖y‖² − 2x·y).
 *
 * <p><b>Ties</b> follow {@link TopK} with rows in ascending order of id, for every k and path.
 *
 * <p><b>NaN</b> distances are never admitted; nor is anything not strictly better than ±FLT_MAX.
 *
 * <p><b>Threads.</b> One query runs on the caller's thread, a batch is cut by queries ({@link
 * Parallelism}). Stateless; the caller keeps the rows alive and unchanged. Scratch is pooled: a
 * warm search allocates nothing but what grows.
 */
public final class FlatScan {
  /** Fewer queries than this are scanned one by one: packing rows would not pay. */
  static final int MIN_BATCH = 4;

  /** Most queries of one pass over the rows: bounds the scratch. */
  private static final int MAX_QUERIES = 4096;

  /** Most collector slots of one pass: 48 MB. */
  private static final int MAX_SLOTS = 1 << 22;

  private FlatScan() {}

  /**
   * The k nearest rows of each query.
   *
   * @param argument p of {@link MetricType#LP}, ignored by the others
   * @param queries nq × d, d that of the rows
   * @param out prepared for nq × k by the caller
   */
  public static void knn(
      MetricType metric, float argument, Vectors queries, RowSource rows, KnnResult out) {
    int nq = out.nq();
    int slots = (int) Math.max(1, Math.min(out.k(), rows.size()));
    int grain = grain(nq, slots, queries.d());
    if (grain >= nq) {
      knnPart(metric, argument, queries, 0, nq, rows, slots, out);
      return;
    }
    Parallelism.forRange(
        nq,
        grain,
        (from, to) ->
            knnPart(metric, argument, queries, (int) from, (int) (to - from), rows, slots, out));
  }

  private static void knnPart(
      MetricType metric,
      float argument,
      Vectors queries,
      int from,
      int n,
      RowSource rows,
      int slots,
      KnnResult out) {
    ScanScratch scratch = ScanScratch.take();
    try {
      TopK[] best = scratch.topK(metric, n, slots);
      for (int q = 0; q < n; q++) {
        best[q].begin(slots);
      }
      scan(metric, argument, queries, from, n, rows, best, scratch);
      for (int q = 0; q < n; q++) {
        best[q].finish(out, from + q);
      }
    } finally {
      scratch.giveBack();
    }
  }

  /**
   * All rows strictly inside {@code radius} of each query (similarities: scoring above it), per
   * query in ascending order of id.
   *
   * @throws IllegalArgumentException if there are more results than an array holds
   */
  public static RangeResult range(
      MetricType metric, float argument, Vectors queries, float radius, RowSource rows) {
    int nq = Math.toIntExact(queries.n());
    RangeCollector[] found = new RangeCollector[nq];
    for (int q = 0; q < nq; q++) {
      found[q] = new RangeCollector(metric, radius);
    }
    Parallelism.forRange(
        nq,
        grain(nq, 1, queries.d()),
        (from, to) -> {
          ScanScratch scratch = ScanScratch.take();
          try {
            int n = (int) (to - from);
            ResultCollector[] part = new ResultCollector[n];
            System.arraycopy(found, (int) from, part, 0, n);
            scan(metric, argument, queries, (int) from, n, rows, part, scratch);
          } finally {
            scratch.giveBack();
          }
        });
    long[] lims = new long[nq + 1];
    for (int q = 0; q < nq; q++) {
      lims[q + 1] = lims[q] + found[q].size();
    }
    if (lims[nq] > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          lims[nq] + " results of a range search do not fit into an array; search in batches");
    }
    long[] ids = new long[(int) lims[nq]];
    float[] distances = new float[(int) lims[nq]];
    for (int q = 0; q < nq; q++) {
      found[q].copyTo(ids, distances, (int) lims[q]);
    }
    return new RangeResult(lims, ids, distances);
  }

  /**
   * Offers every row that beats the collector's threshold, in ascending order of id.
   *
   * @param query 1 × d
   */
  public static void one(
      MetricType metric, float argument, Vectors query, RowSource rows, ResultCollector collector) {
    ScanScratch scratch = ScanScratch.take();
    try {
      ResultCollector[] only = {collector};
      scan(metric, argument, query, 0, 1, rows, only, scratch);
    } finally {
      scratch.giveBack();
    }
  }

  /**
   * Every distance, by the direct formula: element {@code q·n + id} of {@code out}.
   *
   * @param n number of ids; every id of {@code rows} is below it
   */
  public static void pairwise(
      MetricType metric, float argument, Vectors queries, RowSource rows, int n, float[] out) {
    int d = queries.d();
    Parallelism.forRange(
        queries.n(),
        grain(Math.toIntExact(queries.n()), 1, d),
        (from, to) -> {
          ScanScratch scratch = ScanScratch.take();
          try {
            int part = (int) (to - from);
            float[] x = scratch.queries(queries, (int) from, part);
            DirectScan.all(metric, argument, x, part, d, rows, out, (int) from * n, n, scratch);
          } finally {
            scratch.giveBack();
          }
        });
  }

  private static void scan(
      MetricType metric,
      float argument,
      Vectors queries,
      int from,
      int n,
      RowSource rows,
      ResultCollector[] collectors,
      ScanScratch scratch) {
    if (n == 0 || rows.blocks() == 0) {
      return;
    }
    float[] x = scratch.queries(queries, from, n);
    boolean tiles = metric == MetricType.L2 || metric == MetricType.INNER_PRODUCT;
    if (!tiles) {
      PairScan.run(metric, argument, x, n, queries.d(), rows, collectors, scratch);
    } else if (n < MIN_BATCH) {
      DirectScan.run(metric, x, n, queries.d(), rows, collectors, scratch);
    } else {
      TileScan.run(metric, x, n, queries.d(), rows, collectors, scratch);
    }
  }

  /**
   * Queries per pass: each thread one equal share, as every pass packs all rows again, unless
   * scratch would grow too large.
   */
  private static int grain(int nq, int slots, int d) {
    int threads = Parallelism.current().threads();
    long share = (nq + threads - 1L) / threads;
    long most = Math.min(MAX_QUERIES, Math.max(1, MAX_SLOTS / slots));
    most = Math.min(most, Math.max(1, (1 << 24) / d));
    return (int) Math.max(1, Math.min(share, most));
  }
}
