package io.sagitta.core.cluster;

import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the nearest of a fixed set of centroids for many vectors: k-means assignment, PQ encoding,
 * coarse quantisation with k = 1.
 *
 * <p>Distances are formed as in FAISS: through products (‖x‖² + ‖c‖² − 2x·c, negative results set
 * to 0), or, in <em>direct</em> mode, from the differences. Among equal scores the lowest centroid
 * wins.
 *
 * <p>Immutable; safe for all threads. Holds the centroids once more, on heap, in packed form.
 */
public final class NearestCentroids {
  /** Elements of the row scratch: 48 KB, so that rows, best scores and a panel pair stay in L2. */
  private static final int SCRATCH_ELEMENTS = 12288;

  private static final int MAX_CHUNK = 384;

  private static final NearestKernel KERNEL = NearestKernels.KERNEL;
  private static final int ROW_BLOCK = KERNEL.rowBlock();

  private final CentroidPanels panels;
  private final MetricType metric;
  private final boolean direct;
  private final int chunk;

  private NearestCentroids(CentroidPanels panels, MetricType metric, boolean direct) {
    this.panels = panels;
    this.metric = metric;
    this.direct = direct;
    int rows = Math.min(SCRATCH_ELEMENTS / panels.d, MAX_CHUNK);
    chunk = Math.max(1, rows / ROW_BLOCK) * ROW_BLOCK;
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
      throw new IllegalArgumentException(
          "nearest centroids need L2 or inner product, not " + metric);
    }
    if (k < 1 || d < 1 || offset < 0 || (long) k * d > centroids.length - offset) {
      throw new IllegalArgumentException(
          k
              + " centroids of "
              + d
              + " components do not fit into "
              + centroids.length
              + " elements from "
              + offset);
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
    assign(x, null, labels, distances);
  }

  /**
   * As {@link #assign(Vectors, int[], float[])}, with the rows' squared norms if they are known.
   *
   * @param squaredNorms n elements from {@link #squaredNorms}, or null; read for L2 only
   */
  public void assign(Vectors x, float @Nullable [] squaredNorms, int[] labels, float[] distances) {
    if (x.d() != panels.d) {
      throw new IllegalArgumentException(
          "vectors have dimension " + x.d() + ", the centroids " + panels.d);
    }
    if (labels.length < x.n() || distances.length < x.n()) {
      throw new IllegalArgumentException(
          x.n()
              + " rows need as many labels and distances, got "
              + labels.length
              + " and "
              + distances.length);
    }
    float[] norms = direct || metric != MetricType.L2 ? null : squaredNorms;
    long perRow = (long) panels.k * panels.d;
    long grain = Math.max(chunk, (1L << 26) / perRow / chunk * chunk);
    Parallelism.forRange(
        x.n(), grain, (from, to) -> assignRange(x, norms, (int) from, (int) to, labels, distances));
  }

  private void assignRange(
      Vectors x, float @Nullable [] norms, int from, int to, int[] labels, float[] distances) {
    Scan scan = new Scan(chunk);
    float[] rows = new float[chunk * panels.d];
    for (int at = from; at < to; at += chunk) {
      int count = Math.min(chunk, to - at);
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(at), rows, 0, count * panels.d);
      scan.run(rows, 0, panels.d, count);
      for (int r = 0; r < count; r++) {
        labels[at + r] = scan.label(r);
        distances[at + r] = norms == null ? scan.distance(r) : scan.distance(r, norms[at + r]);
      }
    }
  }

  /** ‖x‖² of the d elements from {@code at} on. */
  private static float squaredNorm(float[] x, int at, int d) {
    float even = 0;
    float odd = 0;
    int j = at;
    for (; j + 1 < at + d; j += 2) {
      even += x[j] * x[j];
      odd += x[j + 1] * x[j + 1];
    }
    if (j < at + d) {
      even += x[j] * x[j];
    }
    return even + odd;
  }

  /**
   * The squared norms of rows, to be handed to {@link #assign(Vectors, float[], int[], float[])}
   * when the same rows are assigned again and again.
   *
   * @return n elements
   */
  public static float[] squaredNorms(Vectors x) {
    float[] norms = new float[Math.toIntExact(x.n())];
    Parallelism.forRange(
        x.n(),
        4096,
        (from, to) -> {
          float[] row = new float[x.d()];
          for (int i = (int) from; i < to; i++) {
            MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), row, 0, x.d());
            norms[i] = squaredNorm(row, 0, x.d());
          }
        });
    return norms;
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
     * Scores a block of rows. The array must be readable for {@link #padded} rows; what stands in
     * the extra rows does not matter.
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
      KERNEL.reduce(best, ids, count);
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
      return Math.max(0f, squaredNorm(rows, offset + r * stride, panels.d) - 2 * score);
    }

    private float distance(int r, float squaredNorm) {
      return Math.max(0f, squaredNorm - 2 * best[r * panels.lanes]);
    }
  }

  /** Rows that must be readable when {@code count} rows are scanned. */
  public static int padded(int count) {
    return (count + ROW_BLOCK - 1) / ROW_BLOCK * ROW_BLOCK;
  }
}
