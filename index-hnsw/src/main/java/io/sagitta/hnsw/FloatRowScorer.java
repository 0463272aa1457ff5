package io.sagitta.hnsw;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/**
 * {@link RowScorer} over raw float32 rows for the metrics with four-at-a-time kernels, L2 and inner
 * product. Two final subclasses, so that each one's loop is bound to its kernel.
 */
abstract class FloatRowScorer extends RowScorer {
  final int d;
  final float[] query;
  private final float[] pivot;
  private final float[] four = new float[4];
  CodeRows rows;

  FloatRowScorer(int d, CodeRows rows) {
    this.d = d;
    this.rows = rows;
    query = new float[d];
    pivot = new float[d];
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
  final boolean anyCloser(int row, int[] ids, int n, float key) {
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

  /** Squared Euclidean distance. */
  static final class L2 extends FloatRowScorer {
    L2(int d, CodeRows rows) {
      super(d, rows);
    }

    @Override
    float score(int row) {
      CodeRows r = rows;
      return Kernels.DISTANCES.l2(query, 0, r.chunk(row), r.offset(row), d);
    }

    @Override
    void score(int[] ids, int n, float[] out) {
      scoreFrom(query, ids, 0, n, out);
    }

    @Override
    void scoreFrom(float[] x, int[] ids, int from, int n, float[] out) {
      CodeRows r = rows;
      int i = 0;
      for (; i + 4 <= n; i += 4) {
        int a = ids[from + i];
        int b = ids[from + i + 1];
        int c = ids[from + i + 2];
        int e = ids[from + i + 3];
        Kernels.DISTANCES.l2x4(
            x,
            0,
            r.chunk(a),
            r.offset(a),
            r.chunk(b),
            r.offset(b),
            r.chunk(c),
            r.offset(c),
            r.chunk(e),
            r.offset(e),
            d,
            out,
            i);
      }
      for (; i < n; i++) {
        int a = ids[from + i];
        out[i] = Kernels.DISTANCES.l2(x, 0, r.chunk(a), r.offset(a), d);
      }
    }
  }

  /** Inner product, negated. */
  static final class InnerProduct extends FloatRowScorer {
    InnerProduct(int d, CodeRows rows) {
      super(d, rows);
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
      CodeRows r = rows;
      int i = 0;
      for (; i + 4 <= n; i += 4) {
        int a = ids[from + i];
        int b = ids[from + i + 1];
        int c = ids[from + i + 2];
        int e = ids[from + i + 3];
        Kernels.DISTANCES.ipx4(
            x,
            0,
            r.chunk(a),
            r.offset(a),
            r.chunk(b),
            r.offset(b),
            r.chunk(c),
            r.offset(c),
            r.chunk(e),
            r.offset(e),
            d,
            out,
            i);
      }
      for (; i < n; i++) {
        int a = ids[from + i];
        out[i] = Kernels.DISTANCES.ip(x, 0, r.chunk(a), r.offset(a), d);
      }
      for (int j = 0; j < n; j++) {
        out[j] = -out[j];
      }
    }
  }
}
