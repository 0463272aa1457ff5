package io.sagitta.core.cluster;

import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Finds the nearest of a fixed set of centroids for many vectors: k-means assignment, PQ encoding,
 * coarse quantisation with k = 1.
 *
 * <p>Distances are formed as in FAISS: through products (‖x‖² + ‖c‖² − 2x·c, negative results set to
 * 0), or, in <em>direct</em> mode, from the differences. Among equal scores the lowest centroid wins.
 *
 * <p>Immutable; safe for all threads. Holds the centroids once more, on heap, in packed form.
 */
public final class NearestCentroids {
  /** Elements of the row scratch: 48 KB, so that rows, best scores and a panel pair stay in L2. */
  private static final int SCRATCH_ELEMENTS = 12288;

  private static final int MAX_CHUNK = 384;

  private static final NearestKernel KERNEL = NearestKernels.KERNEL;

  private final CentroidPanels panels;
  private final MetricType metric;
  private final boolean direct;
  private final int chunk;

  private NearestCentroids(CentroidPanels panels, MetricType metric, boolean direct) {
    this.panels = panels;
    this.metric = metric;
    this.direct = direct;
    int blocks = SCRATCH_ELEMENTS / panels.d / NearestKernel.ROW_BLOCK;
    chunk = Math.clamp(blocks * NearestKernel.ROW_BLOCK, NearestKernel.ROW_BLOCK, MAX_CHUNK);
  }

  /**
   * Packs k centroids for searches through products.
   *
   * @param centroids k × d elements from {@code offset} on, row-major
   * @param metric {@link MetricType#L2} or {@link MetricType#INNER_PRODUCT}
   * @throws IllegalArgumentException for another metric, k or d below 1, or too few elements
   */
  public static NearestCentroids of(
      float[] centroids, int offset, int k, int d, MetricType metric) {
    check(centroids, offset, k, d, metric);
    boolean halfNorms = metric == MetricType.L2;
    return new NearestCentroids(
        new CentroidPanels(centroids, offset, k, d, KERNEL.lanes(), halfNorms), metric, false);
  }

  /**
   * Packs k centroids for L2 searches from the differences: twice the work, and exact where vectors
   * lie far from the origin.
   *
   * @param centroids k × d elements from {@code offset} on, row-major
   * @throws IllegalArgumentException for k or d below 1, or too few elements
   */
  public static NearestCentroids direct(float[] centroids, int offset, int k, int d) {
    check(centroids, offset, k, d, MetricType.L2);
    return new NearestCentroids(
        new CentroidPanels(centroids, offset, k, d, KERNEL.lanes(), false), MetricType.L2, true);
  }

  private static void check(float[] centroids, int offset, int k, int d, MetricType metric) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException("nearest centroids need L2 or inner product, not " + metric);
    }
    if (k < 1 || d < 1 || offset < 0 || (long) k * d > centroids.length - offset) {
      throw new IllegalArgumentException(
          k + " centroids of " + d + " components do not fit into " + centroids.length
              + " elements from " + offset);
    }
  }

  /** Number of centroids. */
  public int k() {
    return panels.k;
  }

  /** Components of a centroid. */
  public int d() {
    return panels.d;
  }

  /**
   * Finds the nearest centroid of every row, on the threads of {@link Parallelism#current()}.
   *
   * @param x n rows of d components
   * @param labels n elements, receives the centroid of each row; −1 where no score is a number
   * @param distances n elements, receives the squared distance or the inner product
   * @throws IllegalArgumentException if x has another dimension or an array is too short
   */
  public void assign(Vectors x, int[] labels, float[] distances) {
    if (x.d() != panels.d) {
      throw new IllegalArgumentException(
          "vectors have dimension " + x.d() + ", the centroids " + panels.d);
    }
    if (labels.length < x.n() || distances.length < x.n()) {
      throw new IllegalArgumentException(
          x.n() + " rows need as many labels and distances, got " + labels.length + " and "
              + distances.length);
    }
    long perRow = (long) panels.k * panels.d;
    long grain = Math.max(chunk, (1L << 26) / perRow / chunk * chunk);
    Parallelism.forRange(
        x.n(), grain, (from, to) -> assignRange(x, (int) from, (int) to, labels, distances));
  }

  private void assignRange(Vectors x, int from, int to, int[] labels, float[] distances) {
    Scan scan = new Scan(chunk);
    float[] rows = new float[chunk * panels.d];
    for (int at = from; at < to; at += chunk) {
      int count = Math.min(chunk, to - at);
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(at), rows, 0, count * panels.d);
      scan.run(rows, 0, panels.d, count);
      for (int r = 0; r < count; r++) {
        labels[at + r] = scan.label(r);
        distances[at + r] = scan.distance(r);
      }
    }
  }

  /** The rows that a scan takes at once when the caller has no reason for another number. */
  public int chunk() {
    return chunk;
  }

  /**
   * A scan with scratch space of its own.
   *
   * @param maxRows the most rows of one {@link Scan#run}
   */
  public Scan scan(int maxRows) {
    return new Scan(maxRows);
  }

  /** One thread's scratch space: runs blocks of rows and holds their answers until the next run. */
  public final class Scan {
    private final float[] best;
    private final int[] ids;
    private float[] rows = {};
    private int offset;
    private int stride;

    private Scan(int maxRows) {
      int padded = padded(maxRows);
      best = new float[padded * panels.lanes];
      ids = new int[padded * panels.lanes];
    }

    /**
     * Scores a block of rows. The array must be readable for {@code count} rounded up to a multiple
     * of 12 rows ({@link #padded}); what stands in the extra rows does not matter.
     *
     * @param rows row r starts at {@code offset + r·stride}
     * @param count at most the scan's row limit
     */
    public void run(float[] rows, int offset, int stride, int count) {
      this.rows = rows;
      this.offset = offset;
      this.stride = stride;
      int used = padded(count) * panels.lanes;
      Arrays.fill(best, 0, used, Float.NEGATIVE_INFINITY);
      Arrays.fill(ids, 0, used, -1);
      for (int g = 0; g < panels.groups; g++) {
        float[] values = panels.values(g);
        float[] bias = panels.bias(g);
        int n = panels.panels(g);
        int first = panels.firstId(g);
        if (direct) {
          KERNEL.scanDirect(
              rows, offset, stride, count, panels.d, values, bias, n, first, best, ids);
        } else {
          KERNEL.scanDot(rows, offset, stride, count, panels.d, values, bias, n, first, best, ids);
        }
      }
      for (int r = 0; r < count; r++) {
        reduce(r * panels.lanes);
      }
    }

    private void reduce(int at) {
      float top = best[at];
      int who = ids[at];
      for (int l = 1; l < panels.lanes; l++) {
        float score = best[at + l];
        int id = ids[at + l];
        if (score > top || (score == top && Integer.compareUnsigned(id, who) < 0)) {
          top = score;
          who = id;
        }
      }
      best[at] = top;
      ids[at] = who;
    }

    /** The centroid of row r of the last run; −1 if no score was a number. */
    public int label(int r) {
      return ids[r * panels.lanes];
    }

    /** The distance (L2, never negative) or inner product of row r of the last run. */
    public float distance(int r) {
      float score = best[r * panels.lanes];
      if (metric == MetricType.INNER_PRODUCT) {
        return score;
      }
      if (direct) {
        return -score;
      }
      float norm = 0;
      int x = offset + r * stride;
      for (int j = 0; j < panels.d; j++) {
        norm += rows[x + j] * rows[x + j];
      }
      return Math.max(0f, norm - 2 * score);
    }
  }

  /** Rows that must be readable when {@code count} rows are scanned. */
  public static int padded(int count) {
    return (count + NearestKernel.ROW_BLOCK - 1)
        / NearestKernel.ROW_BLOCK
        * NearestKernel.ROW_BLOCK;
  }
}
