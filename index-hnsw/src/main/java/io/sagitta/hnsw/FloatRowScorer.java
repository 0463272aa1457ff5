package io.sagitta.hnsw;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.RowScratch;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/**
 * {@link RowScorer} over raw float32 rows for the metrics with kernels for scattered rows, L2 and
 * inner product. Two final subclasses, so that each one's loop is bound to its kernel.
 */
abstract class FloatRowScorer extends RowScorer {
  final int d;
  final float[] query;
  private final float[] pivot;
  final RowScratch scratch = new RowScratch();
  private final KeptRows kept;
  CodeRows rows;

  FloatRowScorer(int d, boolean similarity, CodeRows rows) {
    this.d = d;
    this.rows = rows;
    query = new float[d];
    pivot = new float[d];
    kept = new KeptRows(d, similarity, scratch);
  }

  abstract void scoreFrom(float[] x, int[] ids, int from, int n, float[] out);

  @Override
  final void bind(CodeRows r) {
    rows = r;
  }

  @Override
  final void setQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, d);
  }

  private void loadPivot(int row) {
    MemorySegment.copy(rows.chunk(row), Vectors.FLOAT, rows.offset(row), pivot, 0, d);
  }

  @Override
  final void between(int row, int[] ids, int n, float[] out) {
    loadPivot(row);
    scoreFrom(pivot, ids, 0, n, out);
  }

  @Override
  final void clearKept() {
    kept.clear();
  }

  @Override
  final void keep(int row) {
    loadPivot(row);
    kept.add(pivot);
  }

  @Override
  final boolean keepUnlessCloser(int row, float key) {
    loadPivot(row);
    if (kept.anyCloser(pivot, key)) {
      return false;
    }
    kept.add(pivot);
    return true;
  }

  /** Squared Euclidean distance. */
  static final class L2 extends FloatRowScorer {
    L2(int d, CodeRows rows) {
      super(d, false, rows);
    }

    @Override
    float score(int row) {
      CodeRows r = rows;
      return Kernels.DISTANCES.l2(query, 0, r.chunk(row), r.offset(row), d);
    }

    @Override
    void score(int[] ids, int n, float[] out) {
      Kernels.DISTANCES.l2Rows(query, 0, rows, ids, 0, n, d, scratch, out, 0);
    }

    @Override
    void scoreFrom(float[] x, int[] ids, int from, int n, float[] out) {
      Kernels.DISTANCES.l2Rows(x, 0, rows, ids, from, n, d, scratch, out, 0);
    }
  }

  /** Inner product, negated. */
  static final class InnerProduct extends FloatRowScorer {
    InnerProduct(int d, CodeRows rows) {
      super(d, true, rows);
    }

    @Override
    float score(int row) {
      CodeRows r = rows;
      return -Kernels.DISTANCES.ip(query, 0, r.chunk(row), r.offset(row), d);
    }

    @Override
    void score(int[] ids, int n, float[] out) {
      scoreFrom(query, ids, 0, n, out);
    }

    @Override
    void scoreFrom(float[] x, int[] ids, int from, int n, float[] out) {
      Kernels.DISTANCES.ipRows(x, 0, rows, ids, from, n, d, scratch, out, 0);
      for (int j = 0; j < n; j++) {
        out[j] = -out[j];
      }
    }
  }
}
