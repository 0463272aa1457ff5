package io.sagitta.core.collect;

import static io.sagitta.core.kernel.Kernels.QUERY_GROUP;

import io.sagitta.core.MetricType;
import io.sagitta.core.kernel.DistanceKernels;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.MatrixKernels;
import io.sagitta.core.kernel.PackedQueries;
import io.sagitta.core.kernel.PackedRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Flat scan of a batch by matrix tiles, for L2 and inner product.
 *
 * <p><b>First rows.</b> Against an empty collector every row passes, and against one that has seen
 * n rows the next passes with probability k/n: k·(1 + ln(n/k)) rows in all, each measured and
 * sifted through a heap. So the first {@value #FIRST_ROWS} rows, which is all of a coarse quantizer
 * as a rule, are multiplied as a whole, and a limit is taken from the k-th largest product: little
 * more than k rows are measured. Of 1,024 centroids and k = 32 that took 9.7 us a query to 4.
 *
 * <p>A tile gives s = x·y + bias for 12 queries by a panel of rows, and only values above a query's
 * limit are looked at; those rows are measured by the direct formula and offered to the collector.
 *
 * <p><b>Limits.</b> Let u = 2⁻²⁴ and g = 1.1·(d + 16)·u, a bound of the relative rounding error of
 * any sum of d products in any order (Higham, Accuracy and Stability, §3.1), taken against the sum
 * of absolute terms. With t the threshold:
 *
 * <ul>
 *   <li>L2: bias = −½‖y‖²(1 − 4g), limit = ½(‖x‖²(1 − 4g) − t(1 + 4g)). If the direct distance is
 *       below t, then exactly x·y − ½‖y‖² &gt; ½(‖x‖² − t(1 + 2g)); the tile errs by at most g(‖y‖²
 *       + ½‖x‖²), as |x·y| ≤ ½(‖x‖² + ‖y‖²), and the norms by g; so s &gt; limit.
 *   <li>Inner product: bias = 0, limit = t − 4g·‖x‖·max‖y‖ over the block; tile and direct value
 *       both err by at most g·‖x‖‖y‖.
 * </ul>
 *
 * The other way round, k rows whose s reaches c have direct distances of at most (‖x‖²(1 + 8g) − 2c
 * + 16g·max‖y‖²)(1 + 4g), or similarities of at least c − 3g·‖x‖·max‖y‖: a threshold that the final
 * one cannot be worse than.
 *
 * <p>An absolute 10⁻³⁵ covers underflow. Where products could overflow the limit is NaN, which lets
 * everything through. Rows and queries with a NaN component never have a result and are blanked.
 */
final class TileScan {
  private static final MatrixKernels TILES = Kernels.MATRIX;
  private static final DistanceKernels PAIRS = Kernels.DISTANCES;
  private static final int WIDTH = TILES.panelWidth();

  /** Packed rows of a round: a quarter of a common 1 MB L2 cache, beside the queries. */
  private static final int ROUND_BYTES = 1 << 18;

  /** Rows at the beginning that are multiplied before any is measured; 196 KB of products. */
  private static final int FIRST_ROWS = 4096;

  /** Packed rows of a first round: they stay in the second or third level of the caches. */
  private static final int FIRST_BYTES = 1 << 21;

  private static final double UNDERFLOW = 1e-35;
  private static final double OVERFLOW = 1e38;

  private final boolean l2;
  private final float[] x;
  private final int d;
  private final double g;
  private final ResultCollector[] collectors;
  private final PackedQueries queries;
  private final PackedRows panels;
  private final float[] norms;
  private final float[] limits;
  private final float[] bias;
  private final ScanScratch scratch;
  private float[] tile;
  private int seen;
  private final int[] waiting;
  private final int[] waitingCount;
  private final float[] four;
  private final int round;

  /** Largest squared norm of a row of the present round. */
  private float maxNorm;

  private TileScan(
      boolean l2, float[] x, int n, int d, ResultCollector[] collectors, ScanScratch scratch) {
    this.l2 = l2;
    this.x = x;
    this.d = d;
    this.collectors = collectors;
    this.scratch = scratch;
    g = 1.1 * (d + 16) * 0x1p-24;
    waiting = scratch.waiting;
    waitingCount = scratch.waitingCount;
    four = scratch.four;
    queries = scratch.packedQueries;
    panels = scratch.packedRows;
    queries.pack(x, 0, n, d);
    int padded = queries.groups() * QUERY_GROUP;
    norms = scratch.norms(padded);
    limits = scratch.limits(padded);
    for (int q = 0; q < padded; q++) {
      norms[q] = q < n ? PAIRS.squaredNorm(x, q * d, d) : Float.NaN;
    }
    round = Math.max(1, Math.min(RowBlock.MAX_ROWS, ROUND_BYTES / 4 / d) / WIDTH) * WIDTH;
    bias = scratch.bias(Math.max(round, FIRST_ROWS));
    tile = scratch.values(QUERY_GROUP * WIDTH);
  }

  /**
   * @param x n × d queries
   * @param collectors one per query
   */
  static void run(
      MetricType metric,
      float[] x,
      int n,
      int d,
      RowSource rows,
      ResultCollector[] collectors,
      ScanScratch scratch) {
    TileScan scan = new TileScan(metric == MetricType.L2, x, n, d, collectors, scratch);
    int blocks = rows.blocks();
    for (int b = 0; b < blocks; b++) {
      RowBlock block = scratch.load(rows, b, d);
      int from = scan.first(block);
      for (; from < block.count(); from += scan.round) {
        scan.round(block, from, Math.min(scan.round, block.count() - from));
      }
    }
  }

  private void pack(RowBlock block, int from, int m) {
    if (block.isDense()) {
      panels.pack(block.segment(), block.byteOf(from), block.stride(), null, 0, m, d);
    } else {
      panels.pack(block.segment(), block.offset(), block.stride(), block.places(), from, m, d);
    }
    setBias(m);
  }

  /** Multiplies rows of a block that are among the first of all; returns how many. */
  private int first(RowBlock block) {
    int most = Math.max(WIDTH, Math.min(FIRST_ROWS - seen, FIRST_BYTES / 4 / d));
    int m = Math.min(most, block.count());
    if (seen >= FIRST_ROWS || !(collectors[0] instanceof TopK top) || m < 4L * top.k()) {
      return 0;
    }
    seen += m;
    pack(block, 0, m);
    int strips = panels.panels();
    tile = scratch.values(strips * QUERY_GROUP * WIDTH);
    int[] passed = scratch.passed(strips * WIDTH);
    for (int group = 0; group < queries.groups(); group++) {
      for (int p = 0; p < strips; p++) {
        TILES.tile(
            queries.data(),
            queries.offset(group),
            panels.data(),
            panels.offset(p),
            d,
            bias,
            p * WIDTH,
            tile,
            p * QUERY_GROUP * WIDTH);
      }
      for (int j = 0; j < QUERY_GROUP; j++) {
        int q = group * QUERY_GROUP + j;
        if (!Float.isNaN(norms[q])) {
          select(q, j, strips, top.k(), m, passed, block);
        }
      }
    }
    return m;
  }

  /** Measures the rows whose products say that they may be among the k best of the block. */
  private void select(int q, int j, int strips, int k, int m, int[] passed, RowBlock block) {
    int step = QUERY_GROUP * WIDTH;
    double t = collectors[q].threshold();
    float cut = TILES.cut(tile, j * WIDTH, step, strips, k);
    if (Float.isFinite(cut)) {
      double xx = norms[q];
      if (l2) {
        double reach = (xx * (1 + 8 * g) - 2.0 * cut + 16 * g * maxNorm) * (1 + 4 * g);
        t = Math.min(t, reach + 1e-30);
      } else {
        t = Math.max(t, cut - 3 * g * Math.sqrt(xx * maxNorm) - 1e-30);
      }
    }
    int n = TILES.stripsAbove(tile, j * WIDTH, step, strips, limit(q, t), passed);
    while (n > 0 && passed[n - 1] >= m) {
      n--;
    }
    int at = 0;
    for (; at + 4 <= n; at += 4) {
      measureFour(q, passed, at, block);
    }
    measure(q, passed, at, n, block);
  }

  private void round(RowBlock block, int from, int m) {
    pack(block, from, m);
    for (int group = 0; group < queries.groups(); group++) {
      int first = group * QUERY_GROUP;
      int alive = 0;
      for (int q = first; q < first + QUERY_GROUP; q++) {
        if (Float.isNaN(norms[q])) {
          limits[q] = Float.POSITIVE_INFINITY;
        } else {
          limits[q] = limit(q);
          alive |= 1 << (q - first);
        }
      }
      for (int p = 0; p < panels.panels(); p++) {
        int passed =
            alive
                & TILES.tileAbove(
                    queries.data(),
                    queries.offset(group),
                    panels.data(),
                    panels.offset(p),
                    d,
                    bias,
                    p * WIDTH,
                    limits,
                    first,
                    tile,
                    0);
        if (passed != 0) {
          offer(passed, first, block, from + p * WIDTH, Math.min(WIDTH, m - p * WIDTH));
        }
      }
      measureRest(first, block);
    }
  }

  /**
   * Notes the rows that passed; each query's are measured when four wait. Measuring is bound by the
   * latency of one row's sum, so four take little longer than one; that the limit is a few rows old
   * meanwhile only lets a few more through.
   */
  private void offer(int passed, int first, RowBlock block, int position, int wide) {
    for (int left = passed; left != 0; left &= left - 1) {
      int j = Integer.numberOfTrailingZeros(left);
      float limit = limits[first + j];
      for (int v = 0; v < wide; v++) {
        if (!(tile[j * WIDTH + v] <= limit)) {
          waiting[4 * j + waitingCount[j]++] = position + v;
          if (waitingCount[j] == 4) {
            if (measureFour(first + j, waiting, 4 * j, block)) {
              limit = limit(first + j);
              limits[first + j] = limit;
            }
            waitingCount[j] = 0;
          }
        }
      }
    }
  }

  /** Measures and offers rows {@code places[at .. at+3]}; returns whether the threshold moved. */
  private boolean measureFour(int q, int[] places, int at, RowBlock block) {
    MemorySegment rows = block.segment();
    long a = block.byteOf(places[at]);
    long b = block.byteOf(places[at + 1]);
    long c = block.byteOf(places[at + 2]);
    long e = block.byteOf(places[at + 3]);
    if (l2) {
      PAIRS.l2x4(x, q * d, rows, a, rows, b, rows, c, rows, e, d, four, 0);
    } else {
      PAIRS.ipx4(x, q * d, rows, a, rows, b, rows, c, rows, e, d, four, 0);
    }
    boolean better = false;
    for (int i = 0; i < 4; i++) {
      better |= collectors[q].add(four[i], block.id(places[at + i]));
    }
    return better;
  }

  private void measure(int q, int[] places, int from, int to, RowBlock block) {
    for (int i = from; i < to; i++) {
      long at = block.byteOf(places[i]);
      float value =
          l2
              ? PAIRS.l2(x, q * d, block.segment(), at, d)
              : PAIRS.ip(x, q * d, block.segment(), at, d);
      collectors[q].add(value, block.id(places[i]));
    }
  }

  /** Measures what still waits of a group. */
  private void measureRest(int first, RowBlock block) {
    for (int j = 0; j < QUERY_GROUP; j++) {
      int q = first + j;
      measure(q, waiting, 4 * j, 4 * j + waitingCount[j], block);
      waitingCount[j] = 0;
    }
  }

  private void setBias(int m) {
    float[] rowNorms = panels.norms();
    float max = 0;
    for (int r = 0; r < m; r++) {
      float norm = rowNorms[r];
      if (Float.isNaN(norm)) {
        blank(r);
        bias[r] = Float.NEGATIVE_INFINITY;
        continue;
      }
      max = Math.max(max, norm);
      bias[r] = l2 ? (float) (-0.5 * norm * (1 - 4 * g)) : 0;
    }
    Arrays.fill(bias, m, panels.panels() * WIDTH, Float.NEGATIVE_INFINITY);
    maxNorm = max;
  }

  private void blank(int r) {
    float[] data = panels.data();
    int at = panels.offset(r / WIDTH) + r % WIDTH;
    for (int i = 0; i < d; i++) {
      data[at + i * WIDTH] = 0;
    }
  }

  private float limit(int q) {
    return limit(q, collectors[q].threshold());
  }

  private float limit(int q, double t) {
    double xx = norms[q];
    if (!(xx + maxNorm < OVERFLOW)) {
      return Float.NaN;
    }
    if (l2) {
      return (float) (0.5 * (xx * (1 - 4 * g) - t * (1 + 4 * g)) - UNDERFLOW);
    }
    return (float) (t - 4 * g * Math.sqrt(xx * maxNorm) - UNDERFLOW);
  }
}
