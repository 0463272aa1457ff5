package io.sagitta.core.linalg;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.MatrixProducts;
import io.sagitta.core.kernel.PackedQueries;
import io.sagitta.core.kernel.PackedRows;
import java.lang.foreign.MemorySegment;

/**
 * Sums of products over many rows: the mean, the scatter matrix Σ (x−m)(x−m)ᵀ, and cross products Σ
 * y·xᵀ. Blocks of rows are multiplied in float32 by the matrix kernels and added up in float64.
 *
 * <p>Stateless; safe for all threads.
 */
public final class Scatter {
  private static final int BLOCK = 512;

  private Scatter() {}

  /** The mean of the rows, d elements; zeros if there are none. */
  public static float[] mean(Vectors x) {
    double[] sums = new double[x.d()];
    float[] row = new float[x.d()];
    for (long i = 0; i < x.n(); i++) {
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), row, 0, x.d());
      for (int j = 0; j < row.length; j++) {
        sums[j] += row[j];
      }
    }
    for (int j = 0; j < row.length; j++) {
      row[j] = x.n() == 0 ? 0 : (float) (sums[j] / x.n());
    }
    return row;
  }

  /**
   * Σ (x−m)(x−m)ᵀ, not divided by n.
   *
   * @param mean d elements, subtracted from each row before multiplying
   * @return d × d, row-major, symmetric
   */
  public static double[] around(float[] mean, Vectors x, ProgressListener listener) {
    return cross(x, mean, x, mean, listener);
  }

  /**
   * Σ (y−my)(x−mx)ᵀ over the rows of both.
   *
   * @param y n rows
   * @param x n rows
   * @return y.d × x.d, row-major
   */
  public static double[] cross(
      Vectors y, float[] my, Vectors x, float[] mx, ProgressListener listener) {
    int dy = y.d();
    int dx = x.d();
    double[] out = new double[Math.multiplyExact(dy, dx)];
    float[] products = new float[dy * dx];
    float[] columnsY = new float[BLOCK * dy];
    float[] columnsX = new float[BLOCK * dx];
    PackedQueries left = new PackedQueries();
    PackedRows right = new PackedRows();
    MatrixProducts kernels = new MatrixProducts();
    for (long at = 0; at < x.n(); at += BLOCK) {
      listener.report("scatter matrix", at, x.n());
      int n = (int) Math.min(BLOCK, x.n() - at);
      columns(y, my, at, n, columnsY);
      columns(x, mx, at, n, columnsX);
      left.pack(columnsY, 0, dy, n);
      right.pack(MemorySegment.ofArray(columnsX), 0, dx, n);
      kernels.innerProducts(left, right, products, 0, dx);
      for (int i = 0; i < out.length; i++) {
        out[i] += products[i];
      }
    }
    return out;
  }

  /** Rows [from, from + n) column by column: n elements each, without the mean. */
  private static void columns(Vectors x, float[] mean, long from, int n, float[] out) {
    float[] row = new float[x.d()];
    for (int i = 0; i < n; i++) {
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(from + i), row, 0, row.length);
      for (int j = 0; j < row.length; j++) {
        out[j * n + i] = row[j] - mean[j];
      }
    }
  }
}
