package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.memory.CodeRows;
import org.jspecify.annotations.Nullable;

/** What one search needs besides the index; reused. For one thread at a time. */
final class HnswScratch {
  final GraphSearch search = new GraphSearch();
  final SearchPlan plan = new SearchPlan();
  final TopK top;
  private @Nullable VectorCodec codec;
  private @Nullable RowScorer scorer;

  HnswScratch(MetricType metric) {
    top = new TopK(metric);
  }

  /** A scorer of a state's rows. */
  RowScorer scorer(VectorCodec wanted, CodeRows rows, MetricType metric, float metricArg) {
    RowScorer s = scorer;
    if (s == null || codec != wanted) {
      s = HnswWriter.scorer(wanted, metric, metricArg, rows);
      codec = wanted;
      scorer = s;
    } else {
      s.bind(rows);
    }
    return s;
  }

  /** Lets go of the caller's selector and of the state's rows. */
  void release() {
    plan.selector = null;
    if (scorer != null) {
      scorer.bind(HnswWriter.NO_ROWS);
    }
  }
}
