package io.sagitta.hnsw;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.collect.RangeCollector;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.memory.CodeRows;
import org.jspecify.annotations.Nullable;

/**
 * Searches over a state: batches shared out to threads, one query into a collector, ranges; each
 * with ids or with rows. Scratch is kept for the next call. Safe for all threads; a warm search
 * allocates nothing.
 */
final class HnswSearcher {
  /** Queries of a range search handed to a thread at once: their cost differs. */
  private static final int RANGE_GRAIN = 4;

  /** Most queries handed to a thread at once. */
  private static final int MOST_GRAIN = 32;

  private final String name;
  private final MetricType metric;
  private final float metricArg;
  private final HnswSettings settings;
  private final Reuse<HnswScratch> scratch;

  /**
   * @param name of the index, for messages
   */
  HnswSearcher(String name, MetricType metric, float metricArg, HnswSettings settings) {
    this.name = name;
    this.metric = metric;
    this.metricArg = metricArg;
    this.settings = settings;
    this.scratch = new Reuse<>(() -> new HnswScratch(metric));
  }

  /**
   * How a state's vectors are coded.
   *
   * @throws IllegalStateException if it was read without its storage
   */
  VectorCodec codecOf(HnswState s) {
    VectorCodec codec = s.codec();
    if (codec == null) {
      throw noStorage();
    }
    return codec;
  }

  /**
   * A state's codes.
   *
   * @throws IllegalStateException if it was read without its storage
   */
  CodeRows codesOf(HnswState s) {
    CodeRows codes = s.codes();
    if (codes == null) {
      throw noStorage();
    }
    return codes;
  }

  private IllegalStateException noStorage() {
    return new IllegalStateException(
        name + " was read without its storage and cannot measure distances");
  }

  private HnswScratch borrow(SearchParameters p) {
    HnswScratch w = scratch.take();
    w.plan.set(name, settings, p);
    return w;
  }

  private RowScorer scorer(HnswScratch w, HnswState s) {
    return w.scorer(codecOf(s), codesOf(s), metric, metricArg);
  }

  private void giveBack(HnswScratch w) {
    w.release();
    scratch.give(w);
  }

  private void some(
      HnswState s,
      Vectors queries,
      long from,
      long to,
      int k,
      SearchParameters p,
      KnnResult out,
      boolean rows,
      @Nullable HnswStatistics statistics) {
    HnswScratch w = borrow(p);
    RowScorer scorer = scorer(w, s);
    boolean similarity = metric.isSimilarity();
    for (long q = from; q < to; q++) {
      scorer.setQuery(queries.data(), queries.offset(q));
      w.top.begin(k);
      FilterStrategy ran = w.search.search(s, scorer, similarity, w.plan, k, w.top, rows);
      if (statistics != null) {
        statistics.add(w.search, ran);
      }
      w.top.finish(out, (int) q);
    }
    giveBack(w);
  }

  /**
   * The k nearest of each query.
   *
   * @param out prepared
   * @param rows whether labels and the selector's questions are rows instead of ids
   * @param statistics added to, or null
   */
  void batch(
      HnswState s,
      Vectors queries,
      int k,
      SearchParameters p,
      KnnResult out,
      boolean rows,
      @Nullable HnswStatistics statistics) {
    long n = queries.n();
    int threads = Parallelism.current().threads();
    if (n <= 1 || threads == 1) {
      some(s, queries, 0, n, k, p, out, rows, statistics);
      return;
    }
    long grain = Math.max(1, Math.min(MOST_GRAIN, n / (4L * threads)));
    Parallelism.forRange(
        n, grain, (from, to) -> some(s, queries, from, to, k, p, out, rows, statistics));
  }

  /** One query into a collector. */
  void one(
      HnswState s,
      Vectors queries,
      long q,
      ResultCollector collector,
      SearchParameters p,
      boolean rows) {
    HnswScratch w = borrow(p);
    RowScorer scorer = scorer(w, s);
    scorer.setQuery(queries.data(), queries.offset(q));
    int k = collector instanceof TopK t ? Math.max(1, t.k()) : 1;
    w.search.search(s, scorer, metric.isSimilarity(), w.plan, k, collector, rows);
    giveBack(w);
  }

  /** All vectors met within a radius of each query. */
  RangeResult range(HnswState s, Vectors queries, float radius, SearchParameters p, boolean rows) {
    int nq = Math.toIntExact(queries.n());
    RangeCollector[] found = new RangeCollector[nq];
    Parallelism.forRange(
        nq,
        RANGE_GRAIN,
        (from, to) -> {
          for (long q = from; q < to; q++) {
            RangeCollector c = new RangeCollector(metric, radius);
            one(s, queries, q, c, p, rows);
            found[(int) q] = c;
          }
        });
    return RangeResults.join(found);
  }
}
