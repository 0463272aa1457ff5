package io.sagitta.flat;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CodeScorer;
import io.sagitta.core.collect.TopK;

/** What one thread needs to scan rows, kept from search to search. */
final class FlatScratch {
  /** Rows scored at a time. */
  static final int BLOCK = 256;

  final CodeScorer scorer;
  final TopK topK;
  final boolean similarity;
  final float[] distances = new float[BLOCK];
  final int[] positions = new int[BLOCK];
  final long[] ids = new long[BLOCK];

  FlatScratch(CodeScorer scorer, MetricType metric) {
    this.scorer = scorer;
    topK = new TopK(metric);
    similarity = metric.isSimilarity();
  }
}
