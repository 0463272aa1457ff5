package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CodeScorer;
import io.sagitta.core.codec.ScalarQuantizer;
import io.sagitta.core.kernel.RowScratch;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/**
 * {@link RowScorer} over scalar-quantizer codes for the metrics they have kernels for, L2 and inner
 * product.
 *
 * <p>Distances of one stored row to others make it a query: it is decoded once, and the others are
 * scored as codes. The neighbour heuristic, which asks for most of a build's distances, works on
 * decoded rows: each candidate is decoded once and, if it is kept, stays so ({@link KeptRows}).
 */
final class SqRowScorer extends RowScorer {
  private final ScalarQuantizer codec;
  private final CodeScorer scorer;
  private final CodeScorer pairs;
  private final boolean similarity;
  private final float[] pivot;
  private final MemorySegment pivotSegment;
  private final KeptRows kept;
  private CodeRows rows;

  SqRowScorer(ScalarQuantizer codec, MetricType metric, float metricArg, CodeRows rows) {
    this.codec = codec;
    this.rows = rows;
    similarity = metric.isSimilarity();
    scorer = codec.scorer(metric, metricArg);
    pairs = codec.scorer(metric, metricArg);
    pivot = new float[codec.d()];
    pivotSegment = MemorySegment.ofArray(pivot);
    kept = new KeptRows(codec.d(), similarity, new RowScratch());
  }

  @Override
  void bind(CodeRows r) {
    rows = r;
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    scorer.setQuery(x, offset);
  }

  @Override
  float score(int row) {
    float v = scorer.score(rows.chunk(row), rows.offset(row));
    return similarity ? -v : v;
  }

  @Override
  void score(int[] ids, int n, float[] out) {
    score(scorer, ids, 0, n, out);
  }

  private void score(CodeScorer s, int[] ids, int from, int n, float[] out) {
    s.scoreRows(rows, ids, from, n, out);
    if (similarity) {
      for (int j = 0; j < n; j++) {
        out[j] = -out[j];
      }
    }
  }

  private void decode(int row) {
    codec.decodeRows(1, rows.chunk(row), rows.offset(row), pivot);
  }

  @Override
  void between(int row, int[] ids, int n, float[] out) {
    decode(row);
    pairs.setQuery(pivotSegment, 0);
    score(pairs, ids, 0, n, out);
  }

  @Override
  void clearKept() {
    kept.clear();
  }

  @Override
  void keep(int row) {
    decode(row);
    kept.add(pivot);
  }

  @Override
  boolean keepUnlessCloser(int row, float key) {
    decode(row);
    if (kept.anyCloser(pivot, key)) {
      return false;
    }
    kept.add(pivot);
    return true;
  }
}
