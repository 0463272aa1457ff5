package io.sagitta.hnsw;

import io.sagitta.core.Vectors;
import io.sagitta.core.codec.CosineCodec;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.RowScratch;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/**
 * {@link RowScorer} over codes of {@link CosineCodec}: negated cosines. The pivot or query is
 * scaled to length 1 once, so a row costs an inner product and one multiplication.
 */
final class CosineRowScorer extends PairwiseScorer {
  private final int d;
  private final long tail;
  private final float[] query;
  private final float[] pivot;
  private final float[] four = new float[4];
  private final RowScratch scratch = new RowScratch();
  private CodeRows rows;

  CosineRowScorer(int d, CodeRows rows) {
    this.d = d;
    this.tail = 4L * d;
    this.rows = rows;
    query = new float[d];
    pivot = new float[d];
  }

  @Override
  void bind(CodeRows r) {
    rows = r;
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    load(x, offset, CosineCodec.reciprocal(x, offset, d), query);
  }

  private void load(MemorySegment x, long offset, float scale, float[] target) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, target, 0, d);
    for (int j = 0; j < d; j++) {
      target[j] *= scale;
    }
  }

  private void loadPivot(int row) {
    MemorySegment s = rows.chunk(row);
    long offset = rows.offset(row);
    load(s, offset, s.get(Vectors.FLOAT, offset + tail), pivot);
  }

  private float reciprocalOf(int row) {
    return rows.chunk(row).get(Vectors.FLOAT, rows.offset(row) + tail);
  }

  @Override
  float score(int row) {
    CodeRows r = rows;
    return -Kernels.DISTANCES.ip(query, 0, r.chunk(row), r.offset(row), d) * reciprocalOf(row);
  }

  @Override
  void score(int[] ids, int n, float[] out) {
    scoreFrom(query, ids, 0, n, out);
  }

  @Override
  void between(int row, int[] ids, int n, float[] out) {
    loadPivot(row);
    scoreFrom(pivot, ids, 0, n, out);
  }

  @Override
  boolean anyCloser(int row, int[] ids, int n, float key) {
    if (n == 0) {
      return false;
    }
    loadPivot(row);
    for (int i = 0; i < n; i += 4) {
      int m = Math.min(4, n - i);
      scoreFrom(pivot, ids, i, m, four);
      for (int j = 0; j < m; j++) {
        if (four[j] < key) {
          return true;
        }
      }
    }
    return false;
  }

  private void scoreFrom(float[] x, int[] ids, int from, int n, float[] out) {
    Kernels.DISTANCES.ipRows(x, 0, rows, ids, from, n, d, scratch, out, 0);
    for (int j = 0; j < n; j++) {
      out[j] *= -reciprocalOf(ids[from + j]);
    }
  }
}
