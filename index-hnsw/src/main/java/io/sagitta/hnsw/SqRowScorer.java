package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CodeScorer;
import io.sagitta.core.codec.ScalarQuantizer;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/**
 * {@link RowScorer} over scalar-quantizer codes for the metrics they have kernels for, L2 and inner
 * product.
 *
 * <p>Distances between stored rows, which a build needs more of than of others (each candidate
 * against those kept so far), make one of the two a query: it is decoded once, and the others are
 * scored as codes, four at a time. Decoding both for each pair took most of a build: 784 components
 * are 784 table look-ups either way, but their products then take 49 vector operations.
 */
final class SqRowScorer extends RowScorer {
  private static final int FOUR = 4;

  private final ScalarQuantizer codec;
  private final CodeScorer scorer;
  private final CodeScorer pairs;
  private final boolean similarity;
  private final float[] pivot;
  private final MemorySegment pivotSegment;
  private final float[] closer = new float[FOUR];
  private CodeRows rows;

  SqRowScorer(ScalarQuantizer codec, MetricType metric, float metricArg, CodeRows rows) {
    this.codec = codec;
    this.rows = rows;
    similarity = metric.isSimilarity();
    scorer = codec.scorer(metric, metricArg);
    pairs = codec.scorer(metric, metricArg);
    pivot = new float[codec.d()];
    pivotSegment = MemorySegment.ofArray(pivot);
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

  private void aim(int row) {
    codec.decodeRows(1, rows.chunk(row), rows.offset(row), pivot);
    pairs.setQuery(pivotSegment, 0);
  }

  @Override
  void between(int row, int[] ids, int n, float[] out) {
    aim(row);
    score(pairs, ids, 0, n, out);
  }

  @Override
  boolean anyCloser(int row, int[] ids, int n, float key) {
    if (n == 0) {
      return false;
    }
    aim(row);
    for (int i = 0; i < n; i += FOUR) {
      int m = Math.min(FOUR, n - i);
      score(pairs, ids, i, m, closer);
      for (int j = 0; j < m; j++) {
        if (closer[j] < key) {
          return true;
        }
      }
    }
    return false;
  }
}
