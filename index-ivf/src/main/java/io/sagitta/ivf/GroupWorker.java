package io.sagitta.ivf;

import static io.sagitta.core.kernel.MatrixKernels.QUERY_GROUP;

import io.sagitta.core.IDSelector;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.MatrixKernels;
import io.sagitta.core.kernel.PackedQueries;
import io.sagitta.core.kernel.PackedRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One thread's part of a {@link GroupedSearch}: multiplies lists with the queries that probe them
 * and keeps its own candidates of every query.
 */
final class GroupWorker {
  private static final MatrixKernels MATRIX = Kernels.MATRIX;
  private static final int WIDTH = MATRIX.panelWidth();

  /** Rows decoded and packed at once: with d = 128 a quarter of a megabyte. */
  private static final int ROWS = 512;

  /**
   * Up to so many queries a list are multiplied with the rows as they lie, 2 to 3 ns a pair with d
   * = 128; packing a row takes 95 ns before the first product. A multiple of two.
   */
  private static final int FEW = 24;

  /** Rows multiplied with few queries at once: 32 KB with d = 128. At most 64. */
  private static final int FEW_ROWS = 64;

  /** Half a unit in the last place of 1. */
  private static final float EPS = 0x1p-24f;

  private final CandidateHeaps heaps = new CandidateHeaps();
  private final PackedRows packedRows = new PackedRows();
  private final PackedQueries packedQueries = new PackedQueries();
  private final float[] tile = new float[QUERY_GROUP * WIDTH];
  private final int[] chosen = new int[ROWS];
  private final float[] products = new float[FEW * FEW_ROWS];
  private float[] bias = new float[0];
  private float[] gathered = new float[0];
  private float[] gatheredNorms = new float[0];
  private float[] limits = new float[0];
  private int[] members = new int[0];
  private float[] offsets = new float[0];
  private float[] decoded = new float[0];
  private MemorySegment decodedMemory = MemorySegment.NULL;
  private float[] centroid = new float[0];
  private MemorySegment centroidMemory = MemorySegment.NULL;

  private @Nullable IndexIVF index;
  private @Nullable IvfState state;
  private @Nullable IDSelector selector;
  private @Nullable PassingRows passing;
  private int next;
  private float[] x = new float[0];
  private float[] norms = new float[0];
  private float[] coarse = new float[0];
  private int d;
  private int width;
  private boolean pairs;
  private boolean similarity;
  private boolean plain;
  private long scored;
  private int visited;

  void begin(
      IndexIVF ix,
      IvfState s,
      SearchSettings settings,
      float[] queries,
      float[] queryNorms,
      float[] coarseDistances,
      int nq,
      int dim,
      int k,
      int probes,
      boolean storePairs) {
    index = ix;
    state = s;
    selector = settings.selector;
    passing = settings.passing;
    x = queries;
    norms = queryNorms;
    coarse = coarseDistances;
    d = dim;
    width = probes;
    pairs = storePairs;
    similarity = ix.metricType() == MetricType.INNER_PRODUCT;
    plain = s.codec instanceof FloatCodec;
    scored = 0;
    visited = 0;
    heaps.begin(nq, k + 1);
    if (decoded.length < (plain ? FEW_ROWS : ROWS) * d) {
      decoded = new float[(plain ? FEW_ROWS : ROWS) * d];
      decodedMemory = MemorySegment.ofArray(decoded);
    }
    if (bias.length < ROWS + WIDTH) {
      bias = new float[ROWS + WIDTH];
    }
    if (centroid.length != d) {
      centroid = new float[d];
      centroidMemory = MemorySegment.ofArray(centroid);
    }
  }

  /** Forgets references. */
  void end() {
    index = null;
    state = null;
    selector = null;
    passing = null;
  }

  CandidateHeaps heaps() {
    return heaps;
  }

  long scored() {
    return scored;
  }

  int visited() {
    return visited;
  }

  /** Scores one list against the queries of pairs [from, to) of {@code order}. */
  void visit(int list, int[] order, int from, int to) {
    int m = to - from;
    boolean few = m <= FEW;
    InvertedList l = state().lists.get(list);
    visited += m;
    if (passing != null) {
      next = passing.first(list);
      if (!passing.isBefore(next, list, l.size())) {
        return;
      }
    }
    gather(list, order, from, m, !few);
    int step = few ? FEW_ROWS : ROWS;
    for (int c = 0; c < l.chunkCount(); c++) {
      int rows = l.rows(c);
      for (int at = 0; at < rows; at += step) {
        int here = Math.min(step, rows - at);
        if (few) {
          few(list, l, c, at, here, m);
        } else {
          block(list, l, c, at, here, m);
        }
      }
    }
  }

  /**
   * Rows [at, at + rows) of a chunk against few queries: as {@link #block}, but the products are of
   * the rows as they are.
   */
  private void few(int list, InvertedList l, int c, int at, int rows, int m) {
    ListChunk chunk = l.chunk(c);
    int n = rows;
    boolean filtered = selector != null;
    if (filtered) {
      n = choose(list, l.start(c), chunk, at, rows);
      if (n == 0) {
        return;
      }
    }
    scored += (long) n * m;
    int codeSize = state().codec.codeSize();
    long codes = chunk.codesAt() + (long) at * codeSize;
    decode(chunk.data(), codes, codeSize, filtered, n);
    int full = (n + 3) & -4;
    MATRIX.rowNorms(decoded, full, d, bias);
    float largest = 0;
    for (int i = 0; i < n; i++) {
      float norm = bias[i];
      bias[i] = similarity ? 0f : -0.5f * norm;
      // Written so that NaN sticks.
      largest = norm <= largest ? largest : norm;
    }
    int padded = (m + 1) & -2;
    MATRIX.rowProducts(gathered, 0, padded, decoded, 0, full, d, products, 0, FEW_ROWS);
    long pairBase = pairs ? (long) list << 32 | l.start(c) + at : -1;
    for (int j = 0; j < m; j++) {
      float limit = limit(j, largest);
      long passed = MATRIX.rowsAbove(products, j * FEW_ROWS, bias, limit, n);
      if (passed != 0) {
        offer(chunk, codes, at, j, passed, filtered, limit, largest, pairBase);
      }
    }
  }

  private void offer(
      ListChunk chunk,
      long codes,
      int at,
      int j,
      long passed,
      boolean filtered,
      float limit,
      float largest,
      long pairBase) {
    int q = members[j];
    float now = limit;
    for (long rest = passed; rest != 0; rest &= rest - 1) {
      int i = Long.numberOfTrailingZeros(rest);
      if (products[j * FEW_ROWS + i] + bias[i] <= now) {
        continue;
      }
      int row = filtered ? chosen[i] : i;
      float key = plain ? stored(chunk, codes, row, j) : fromDecoded(i, j);
      if (key < heaps.bound(q)) {
        heaps.add(q, key, pairBase >= 0 ? pairBase + row : chunk.id(at + row));
        now = limit(j, largest);
      }
    }
  }

  private void gather(int list, int[] order, int from, int m, boolean pack) {
    int padded = (m + QUERY_GROUP - 1) / QUERY_GROUP * QUERY_GROUP;
    if (gathered.length < padded * d) {
      gathered = new float[padded * d];
    }
    if (limits.length < padded) {
      limits = new float[padded];
      gatheredNorms = new float[padded];
      members = new int[padded];
      offsets = new float[padded];
    }
    boolean shift = index().byResidual() && !similarity;
    if (shift) {
      index().quantizer().reconstruct(list, centroidMemory, 0);
    }
    for (int j = 0; j < m; j++) {
      int pair = order[from + j];
      int q = pair / width;
      members[j] = q;
      offsets[j] = similarity && index().byResidual() ? coarse[pair] : 0f;
      if (shift) {
        for (int i = 0; i < d; i++) {
          gathered[j * d + i] = x[q * d + i] - centroid[i];
        }
        gatheredNorms[j] = Kernels.DISTANCES.squaredNorm(gathered, j * d, d);
      } else {
        System.arraycopy(x, q * d, gathered, j * d, d);
        gatheredNorms[j] = norms[q];
      }
    }
    if (pack) {
      packedQueries.pack(gathered, 0, m, d);
    }
  }

  private void block(int list, InvertedList l, int c, int at, int rows, int m) {
    ListChunk chunk = l.chunk(c);
    int n = rows;
    boolean filtered = selector != null;
    if (filtered) {
      n = choose(list, l.start(c), chunk, at, rows);
      if (n == 0) {
        return;
      }
    }
    scored += (long) n * m;
    int codeSize = state().codec.codeSize();
    long codes = chunk.codesAt() + (long) at * codeSize;
    if (plain) {
      packedRows.pack(chunk.data(), codes, 4L * d, filtered ? chosen : null, 0, n, d);
    } else {
      decode(chunk.data(), codes, codeSize, filtered, n);
      packedRows.pack(decodedMemory, 0, n, d);
    }
    float largest = prepareBias(n);
    for (int j = 0; j < m; j++) {
      limits[j] = limit(j, largest);
    }
    Arrays.fill(limits, m, packedQueries.groups() * QUERY_GROUP, Float.POSITIVE_INFINITY);
    long pairBase = pairs ? (long) list << 32 | l.start(c) + at : -1;
    for (int p = 0; p < packedRows.panels(); p++) {
      for (int g = 0; g < packedQueries.groups(); g++) {
        int passed =
            MATRIX.tileAbove(
                packedQueries.data(),
                packedQueries.offset(g),
                packedRows.data(),
                packedRows.offset(p),
                d,
                bias,
                p * WIDTH,
                limits,
                g * QUERY_GROUP,
                tile,
                0);
        while (passed != 0) {
          int j = Integer.numberOfTrailingZeros(passed);
          passed &= passed - 1;
          if (g * QUERY_GROUP + j < m) {
            candidates(chunk, codes, at, p, g * QUERY_GROUP + j, j, n, filtered, largest, pairBase);
          }
        }
      }
    }
  }

  private int choose(int list, int start, ListChunk chunk, int at, int rows) {
    int n = 0;
    PassingRows known = passing;
    if (known != null) {
      while (known.isBefore(next, list, start + at + rows)) {
        chosen[n++] = known.row(next++) - start - at;
      }
      return n;
    }
    IDSelector s = java.util.Objects.requireNonNull(selector);
    for (int i = 0; i < rows; i++) {
      if (s.isMember(chunk.id(at + i))) {
        chosen[n++] = i;
      }
    }
    return n;
  }

  private void decode(MemorySegment data, long codes, int codeSize, boolean filtered, int n) {
    if (filtered) {
      for (int i = 0; i < n; i++) {
        state()
            .codec
            .decode(1, data, codes + (long) chosen[i] * codeSize, decodedMemory, 4L * i * d);
      }
    } else {
      state().codec.decodeRows(n, data, codes, decoded);
    }
  }

  /** −‖y‖²/2 (L2) or 0 for the rows, −∞ for the filling; returns the largest norm. */
  private float prepareBias(int n) {
    float[] rowNorms = packedRows.norms();
    float largest = 0;
    for (int i = 0; i < n; i++) {
      bias[i] = similarity ? 0f : -0.5f * rowNorms[i];
      // Written so that NaN sticks.
      largest = rowNorms[i] <= largest ? largest : rowNorms[i];
    }
    Arrays.fill(bias, n, packedRows.panels() * WIDTH, Float.NEGATIVE_INFINITY);
    return largest;
  }

  /**
   * What a product (plus bias) of query j must exceed to be looked at: the exact bound, less what
   * rounding may have taken. A sum of d products is off by at most d·EPS·‖x‖·‖y‖, and norms and
   * differences by as much again.
   */
  private float limit(int j, float largest) {
    float bound = heaps.bound(members[j]);
    if (bound == Float.MAX_VALUE || !(largest < Float.MAX_VALUE)) {
      return Float.NaN;
    }
    float norm = gatheredNorms[j];
    float slack = 2 * (d + 8) * EPS * (norm + largest);
    if (similarity) {
      return -bound - offsets[j] - slack - 4 * EPS * Math.abs(bound);
    }
    return 0.5f * (norm - bound) - slack;
  }

  private void candidates(
      ListChunk chunk,
      long codes,
      int at,
      int panel,
      int member,
      int tileRow,
      int n,
      boolean filtered,
      float largest,
      long pairBase) {
    int q = members[member];
    float limit = limits[member];
    int from = panel * WIDTH;
    int end = Math.min(WIDTH, n - from);
    for (int v = 0; v < end; v++) {
      if (tile[tileRow * WIDTH + v] <= limit) {
        continue;
      }
      int row = filtered ? chosen[from + v] : from + v;
      float key = plain ? stored(chunk, codes, row, member) : fromDecoded(from + v, member);
      if (key < heaps.bound(q)) {
        heaps.add(q, key, pairBase >= 0 ? pairBase + row : chunk.id(at + row));
        limit = limit(member, largest);
        limits[member] = limit;
      }
    }
  }

  private float stored(ListChunk chunk, long codes, int row, int member) {
    long o = codes + 4L * d * row;
    return similarity
        ? -Kernels.DISTANCES.ip(gathered, member * d, chunk.data(), o, d)
        : Kernels.DISTANCES.l2(gathered, member * d, chunk.data(), o, d);
  }

  private float fromDecoded(int row, int member) {
    return similarity
        ? -(Kernels.DISTANCES.ip(gathered, member * d, decoded, row * d, d) + offsets[member])
        : Kernels.DISTANCES.l2(gathered, member * d, decoded, row * d, d);
  }

  private IndexIVF index() {
    return java.util.Objects.requireNonNull(index);
  }

  private IvfState state() {
    return java.util.Objects.requireNonNull(state);
  }
}
