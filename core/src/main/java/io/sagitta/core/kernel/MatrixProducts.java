package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Kernels.QUERY_GROUP;

/**
 * Whole blocks of products from packed queries and packed vectors: every inner product or every
 * squared distance, row-major.
 *
 * <p>L2 is ‖x‖² + ‖y‖² − 2x·y, clamped at 0 (negative values are rounding only; NaN stays). Its
 * error is proportional to ‖x‖² + ‖y‖²; where that is too much, use {@link DistanceKernels}.
 *
 * <p>Scratch of the caller: one instance per thread at a time.
 */
public final class MatrixProducts {
  private static final MatrixKernels KERNELS = Kernels.MATRIX;
  private static final int WIDTH = KERNELS.panelWidth();
  private static final float[] NO_BIAS = new float[WIDTH];

  private final float[] tile = new float[QUERY_GROUP * WIDTH];
  private final float[] single = new float[WIDTH];

  /** One thread's scratch: 13 panels' width of floats. */
  public MatrixProducts() {}

  /**
   * {@code out[outOff + j·ld + v] = x_j · y_v} for every query j and vector v.
   *
   * @param ld elements from one query's row of {@code out} to the next, at least {@code y.count()}
   */
  public void innerProducts(PackedQueries x, PackedRows y, float[] out, int outOff, int ld) {
    for (int p = 0; p < y.panels(); p++) {
      int wide = Math.min(WIDTH, y.count() - p * WIDTH);
      for (int g = 0; g < x.groups(); g++) {
        KERNELS.tile(x.data(), x.offset(g), y.data(), y.offset(p), y.d(), NO_BIAS, 0, tile, 0);
        int high = Math.min(QUERY_GROUP, x.count() - g * QUERY_GROUP);
        for (int j = 0; j < high; j++) {
          int to = outOff + (g * QUERY_GROUP + j) * ld + p * WIDTH;
          System.arraycopy(tile, j * WIDTH, out, to, wide);
        }
      }
    }
  }

  /**
   * {@code out[outOff + j·ld + v] = max(0, ‖x_j‖² + ‖y_v‖² − 2·x_j·y_v)} for every query j and
   * vector v.
   *
   * @param xNorms squared norms of the queries from {@code xNormsOff}
   */
  public void squaredDistances(
      PackedQueries x,
      float[] xNorms,
      int xNormsOff,
      PackedRows y,
      float[] out,
      int outOff,
      int ld) {
    for (int p = 0; p < y.panels(); p++) {
      int wide = Math.min(WIDTH, y.count() - p * WIDTH);
      for (int g = 0; g < x.groups(); g++) {
        KERNELS.tile(x.data(), x.offset(g), y.data(), y.offset(p), y.d(), NO_BIAS, 0, tile, 0);
        int high = Math.min(QUERY_GROUP, x.count() - g * QUERY_GROUP);
        for (int j = 0; j < high; j++) {
          int to = outOff + (g * QUERY_GROUP + j) * ld + p * WIDTH;
          float xx = xNorms[xNormsOff + g * QUERY_GROUP + j];
          for (int v = 0; v < wide; v++) {
            float s = xx + y.norms()[p * WIDTH + v] - 2 * tile[j * WIDTH + v];
            out[to + v] = Math.max(0, s);
          }
        }
      }
    }
  }

  /**
   * Squared distances of one query to all vectors by the direct formula, each summed over the
   * components in ascending order: {@code out[outOff + v]}. The way to PQ tables and to encoding,
   * where d is small.
   */
  public void directL2(float[] x, int xOff, PackedRows y, float[] out, int outOff) {
    int full = y.count() / WIDTH;
    for (int p = 0; p < full; p++) {
      KERNELS.l2Panel(x, xOff, y.data(), y.offset(p), y.d(), out, outOff + p * WIDTH);
    }
    int rest = y.count() - full * WIDTH;
    if (rest > 0) {
      KERNELS.l2Panel(x, xOff, y.data(), y.offset(full), y.d(), single, 0);
      System.arraycopy(single, 0, out, outOff + full * WIDTH, rest);
    }
  }

  /** Inner products of one query with all vectors; otherwise as {@link #directL2}. */
  public void directInnerProducts(float[] x, int xOff, PackedRows y, float[] out, int outOff) {
    int full = y.count() / WIDTH;
    for (int p = 0; p < full; p++) {
      KERNELS.ipPanel(x, xOff, y.data(), y.offset(p), y.d(), out, outOff + p * WIDTH);
    }
    int rest = y.count() - full * WIDTH;
    if (rest > 0) {
      KERNELS.ipPanel(x, xOff, y.data(), y.offset(full), y.d(), single, 0);
      System.arraycopy(single, 0, out, outOff + full * WIDTH, rest);
    }
  }
}
