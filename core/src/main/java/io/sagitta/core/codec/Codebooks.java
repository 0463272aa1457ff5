package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.cluster.NearestCentroids;
import io.sagitta.core.kernel.CodeKernels;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.MatrixKernels;

/**
 * The centroids of a {@link ProductQuantizer}, packed for its two uses: finding the nearest, and
 * filling a query's table.
 *
 * <p>As in FAISS ({@code ProductQuantizer::compute_codes}), parts of fewer than 16 components find
 * their nearest centroid by the differences, summed in order with fused multiply-adds as its
 * AVX-512 kernels for 2, 4 and 8 components do; longer ones through products. Products lose
 * precision when vectors lie far from the origin, so there both vectors and centroids are moved by
 * the centroids' mean first, rounded to a few bits: whole numbers stay whole, and their ties stay
 * ties.
 *
 * <p>Immutable; safe for all threads.
 */
final class Codebooks {
  private static final MatrixKernels KERNELS = Kernels.MATRIX;
  private static final int WIDTH = KERNELS.panelWidth();

  /**
   * Parts shorter than this are compared by differences. Not for accuracy's sake alone: two
   * centroids that products cannot tell apart are two codes, and FAISS's is the nearer one.
   */
  private static final int DIRECT_BELOW = 16;

  /** Bits kept of the mean: the rest of the offset is below 1/32 of it. */
  private static final int MEAN_BITS = 5;

  private final int ksub;
  private final int dsub;

  /** What vectors are moved by before {@link #nearest}; empty where they stay. */
  private final float[] mean;

  private final NearestCentroids[] nearest;
  private final float[][] panels;

  /** Of 16 centroids: component by component, all 16 side by side; else empty. */
  private final float[] columns;

  Codebooks(float[] centroids, int m, int ksub, int dsub) {
    this.ksub = ksub;
    this.dsub = dsub;
    boolean direct = dsub < DIRECT_BELOW;
    mean = new float[direct ? 0 : m * dsub];
    nearest = new NearestCentroids[m];
    panels = new float[m][];
    columns = new float[ksub == CodeKernels.KSUB ? m * dsub * ksub : 0];
    float[] moved = new float[direct ? 0 : ksub * dsub];
    int panelCount = (ksub + WIDTH - 1) / WIDTH;
    for (int i = 0; i < m; i++) {
      int base = i * ksub * dsub;
      float[] panel = new float[panelCount * WIDTH * dsub];
      for (int c = 0; c < ksub; c++) {
        for (int j = 0; j < dsub; j++) {
          float v = centroids[base + c * dsub + j];
          if (columns.length > 0) {
            columns[base + j * ksub + c] = v;
          }
          panel[c / WIDTH * WIDTH * dsub + j * WIDTH + c % WIDTH] = v;
        }
      }
      panels[i] = panel;
      if (direct) {
        nearest[i] = NearestCentroids.direct(centroids, base, ksub, dsub);
      } else {
        move(centroids, i, moved);
        nearest[i] = NearestCentroids.of(moved, 0, ksub, dsub, MetricType.L2);
      }
    }
  }

  /** Sets the mean of sub-quantizer i, and {@code moved} to its centroids less the mean. */
  private void move(float[] centroids, int i, float[] moved) {
    int base = i * ksub * dsub;
    for (int j = 0; j < dsub; j++) {
      double sum = 0;
      for (int c = 0; c < ksub; c++) {
        sum += centroids[base + c * dsub + j];
      }
      float by = coarse(sum / ksub);
      mean[i * dsub + j] = by;
      for (int c = 0; c < ksub; c++) {
        moved[c * dsub + j] = centroids[base + c * dsub + j] - by;
      }
    }
  }

  private static float coarse(double mean) {
    if (mean == 0 || Double.isNaN(mean) || Double.isInfinite(mean)) {
      return 0;
    }
    double unit = Math.scalb(1.0, Math.getExponent(mean) - MEAN_BITS + 1);
    return (float) (Math.rint(mean / unit) * unit);
  }

  /** Moves rows as the centroids of {@link #nearest} are moved. */
  void centre(float[] rows, int count) {
    int d = mean.length;
    for (int r = 0; r < count; r++) {
      for (int j = 0; j < d; j++) {
        rows[r * d + j] -= mean[j];
      }
    }
  }

  /** The search for the nearest centroid of sub-quantizer i, for rows moved by {@link #centre}. */
  NearestCentroids nearest(int i) {
    return nearest[i];
  }

  /** Fills the tables of all m sub-quantizers for the vector at {@code x[at]}. */
  void tables(int m, float[] x, int at, boolean innerProduct, float[] table, int to) {
    if (columns.length > 0) {
      Kernels.CODES.tables(x, at, columns, m, dsub, innerProduct, table, to);
      return;
    }
    for (int i = 0; i < m; i++) {
      table(i, x, at + i * dsub, innerProduct, table, to + i * ksub);
    }
  }

  /** Fills the ksub table entries of sub-quantizer i for the sub-vector at {@code x[at]}. */
  void table(int i, float[] x, int at, boolean innerProduct, float[] table, int to) {
    float[] panel = panels[i];
    int p = 0;
    for (int c = 0; c + WIDTH <= ksub; c += WIDTH) {
      fill(x, at, panel, p, innerProduct, table, to + c);
      p += WIDTH * dsub;
    }
    int rest = ksub % WIDTH;
    if (rest > 0) {
      float[] last = new float[WIDTH];
      fill(x, at, panel, p, innerProduct, last, 0);
      System.arraycopy(last, 0, table, to + ksub - rest, rest);
    }
  }

  private void fill(
      float[] x, int at, float[] panel, int p, boolean innerProduct, float[] table, int to) {
    if (innerProduct) {
      KERNELS.ipPanel(x, at, panel, p, dsub, table, to);
    } else {
      KERNELS.l2Panel(x, at, panel, p, dsub, table, to);
    }
  }
}
