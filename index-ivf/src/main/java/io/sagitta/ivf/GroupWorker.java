package io.sagitta.ivf;

import static io.sagitta.core.kernel.Kernels.QUERY_GROUP;

import io.sagitta.core.IDSelector;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.MatrixKernels;
import io.sagitta.core.kernel.PackedQueries;
import io.sagitta.core.kernel.PackedRows;
import io.sagitta.core.kernel.QueryPanels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One thread's part of a {@link GroupedSearch}: multiplies lists with the queries that probe them
 * and keeps its own candidates of every query.
 *
 * <p>Three ways, by the number of queries a list and the registers of the machine: rows and queries
 * both as they lie (few queries), packed queries against rows as they lie (registers of up to eight
 * floats), or both packed (wide registers, many queries).
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

  /** Rows multiplied with panels of queries at once: 16 KB with d = 128, half of an L1 cache. */
  private static final int PANEL_ROWS = 32;

  /**
   * Fewer queries than these stay as they lie: in whole batches with eight queries a list on
   * average panels from six on gave 2.60 and 2.49 times FAISS, these 3.12 and 2.74.
   */
  private static final int LEAST_PANELED = 12;

  private final GroupQueries queries = new GroupQueries();
  private final PackedRows packedRows = new PackedRows();
  private final PackedQueries packedQueries = new PackedQueries();
  private final QueryPanels panels = new QueryPanels();
  private final float[] tile = new float[QUERY_GROUP * WIDTH];
  private final int[] chosen = new int[ROWS];
  private final float[] products =
      new float[Math.max(FEW * FEW_ROWS, PANEL_ROWS * 2 * MATRIX.queryPanel())];
  private final float[] bias = new float[ROWS + WIDTH];
  private float[] decoded = new float[0];
  private MemorySegment decodedMemory = MemorySegment.NULL;

  private @Nullable IndexIVF index;
  private @Nullable IvfState state;
  private @Nullable IDSelector selector;
  private @Nullable PassingRows passing;
  private RowNorms norms = RowNorms.NONE;
  private int next;
  private int paneled;
  private int d;
  private boolean pairs;
  private boolean similarity;
  private boolean plain;
  private boolean keepNorms;
  private long scored;
  private int visited;

  void begin(
      IndexIVF ix,
      IvfState s,
      SearchSettings settings,
      float[] x,
      float[] squaredNorms,
      float[] coarse,
      int nq,
      int dim,
      int k,
      int probes,
      boolean storePairs) {
    index = ix;
    state = s;
    selector = settings.selector;
    passing = settings.passing;
    d = dim;
    pairs = storePairs;
    similarity = ix.metricType() == MetricType.INNER_PRODUCT;
    plain = s.codec instanceof FloatCodec;
    keepNorms = RowNorms.worthwhile(s);
    scored = 0;
    visited = 0;
    queries.begin(x, squaredNorms, coarse, nq, dim, k, probes, similarity);
    int rows = plain ? FEW_ROWS : ROWS;
    int room = Math.max(rows * d, RowNorms.scratchSize(d));
    if (decoded.length < room) {
      decoded = new float[room];
      decodedMemory = MemorySegment.ofArray(decoded);
    }
  }

  /** Forgets references. */
  void end() {
    index = null;
    state = null;
    selector = null;
    passing = null;
    norms = RowNorms.NONE;
  }

  CandidateHeaps heaps() {
    return queries.heaps;
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
    InvertedList l = state().lists.get(list);
    visited += m;
    if (passing != null) {
      next = passing.first(list);
      if (!passing.isBefore(next, list, l.size())) {
        return;
      }
    }
    queries.gather(index(), list, order, from, m);
    paneled = paneled(m);
    boolean unpacked = m - paneled <= FEW;
    if (unpacked) {
      norms = keepNorms ? RowNorms.of(state(), l, similarity, decoded) : RowNorms.NONE;
      queries.limit(m, norms.largest());
      panels.pack(queries.gathered, 0, paneled, d);
    } else {
      packedQueries.pack(queries.gathered, 0, m, d);
    }
    int step = !unpacked ? ROWS : paneled == 0 ? FEW_ROWS : PANEL_ROWS;
    for (int c = 0; c < l.chunkCount(); c++) {
      int rows = l.rows(c);
      for (int at = 0; at < rows; at += step) {
        int here = Math.min(step, rows - at);
        if (unpacked) {
          rows(list, l, c, at, here, m);
        } else {
          block(list, l, c, at, here, m);
        }
      }
    }
  }

  /** Rows [at, at + rows) of a chunk as they lie: panels of queries, and queries as they lie. */
  private void rows(int list, InvertedList l, int c, int at, int rows, int m) {
    ListChunk chunk = l.chunk(c);
    boolean filtered = selector != null;
    int n = filtered ? choose(list, l.start(c), chunk, at, rows) : rows;
    if (n == 0) {
      return;
    }
    scored += (long) n * m;
    decode(chunk.data(), codesAt(chunk, at), filtered, n);
    prepareBias(l.start(c) + at, filtered, n, m);
    int width = panels.width();
    for (int first = 0; first < paneled; first += 2 * width) {
      int end = Math.min(paneled - first, 2 * width);
      long passed =
          MATRIX.queriesAbove(
              panels.data(),
              first * d,
              end > width ? 2 : 1,
              decoded,
              0,
              n,
              d,
              bias,
              0,
              queries.limits,
              first,
              products,
              0);
      for (; passed != 0; passed &= passed - 1) {
        int i = Long.numberOfTrailingZeros(passed);
        for (int j = 0; j < end; j++) {
          if (!(products[2 * width * i + j] <= queries.limits[first + j])) {
            float key = queries.key(first + j, decoded, i * d);
            offer(list, l, c, at + (filtered ? chosen[i] : i), first + j, key);
          }
        }
      }
    }
    if (paneled < m) {
      few(list, l, c, at, n, filtered, m);
    }
  }

  /** The n rows decoded against the members that are in no panel. */
  private void few(int list, InvertedList l, int c, int at, int n, boolean filtered, int m) {
    MATRIX.rowProducts(
        queries.gathered,
        paneled * d,
        (m - paneled + 1) & -2,
        decoded,
        0,
        (n + 3) & -4,
        d,
        products,
        0,
        FEW_ROWS);
    for (int j = paneled; j < m; j++) {
      int sums = (j - paneled) * FEW_ROWS;
      long passed = MATRIX.rowsAbove(products, sums, bias, queries.limits[j], n);
      for (; passed != 0; passed &= passed - 1) {
        int i = Long.numberOfTrailingZeros(passed);
        if (!(products[sums + i] + bias[i] <= queries.limits[j])) {
          float key = queries.key(j, decoded, i * d);
          offer(list, l, c, at + (filtered ? chosen[i] : i), j, key);
        }
      }
    }
  }

  /**
   * How many of m queries go into panels. A panel that is not full costs as much as a full one: of
   * eight queries the second pays from four on (256 bits, d = 128, ns a pair: 12 to 15 as they lie,
   * 8.4 by two panels).
   */
  private static int paneled(int m) {
    if (!MATRIX.prefersQueryPanels()) {
      return 0;
    }
    int width = MATRIX.queryPanel();
    if (m < LEAST_PANELED) {
      return 0;
    }
    int rest = m % width;
    boolean second = m / width % 2 == 1;
    return 8 * rest > (second ? 3 : 5) * width ? m : m - rest;
  }

  /** Rows [at, at + rows) of a chunk against many queries, both packed. */
  private void block(int list, InvertedList l, int c, int at, int rows, int m) {
    ListChunk chunk = l.chunk(c);
    boolean filtered = selector != null;
    int n = filtered ? choose(list, l.start(c), chunk, at, rows) : rows;
    if (n == 0) {
      return;
    }
    scored += (long) n * m;
    long codes = codesAt(chunk, at);
    if (plain) {
      packedRows.pack(chunk.data(), codes, 4L * d, filtered ? chosen : null, 0, n, d);
    } else {
      decode(chunk.data(), codes, filtered, n);
      packedRows.pack(decodedMemory, 0, n, d);
    }
    float largest = halve(packedRows.norms(), n);
    Arrays.fill(bias, n, packedRows.panels() * WIDTH, Float.NEGATIVE_INFINITY);
    queries.limit(m, largest);
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
                queries.limits,
                g * QUERY_GROUP,
                tile,
                0);
        for (; passed != 0; passed &= passed - 1) {
          int j = Integer.numberOfTrailingZeros(passed);
          int member = g * QUERY_GROUP + j;
          int end = member < m ? Math.min(WIDTH, n - p * WIDTH) : 0;
          for (int v = 0; v < end; v++) {
            if (!(tile[j * WIDTH + v] <= queries.limits[member])) {
              int i = p * WIDTH + v;
              int row = at + (filtered ? chosen[i] : i);
              float key =
                  plain
                      ? queries.key(member, chunk.data(), codesAt(chunk, row))
                      : queries.key(member, decoded, i * d);
              offer(list, l, c, row, member, key);
            }
          }
        }
      }
    }
  }

  /** Keeps row {@code row} of a chunk if it is good enough. */
  private void offer(int list, InvertedList l, int c, int row, int member, float key) {
    if (queries.accepts(member, key)) {
      long id = pairs ? (long) list << 32 | l.start(c) + row : l.chunk(c).id(row);
      queries.add(member, key, id);
    }
  }

  private long codesAt(ListChunk chunk, int row) {
    return chunk.codesAt() + (long) row * state().codec.codeSize();
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

  private void decode(MemorySegment data, long codes, boolean filtered, int n) {
    if (filtered) {
      long codeSize = state().codec.codeSize();
      for (int i = 0; i < n; i++) {
        state().codec.decode(1, data, codes + chosen[i] * codeSize, decodedMemory, 4L * i * d);
      }
    } else {
      state().codec.decodeRows(n, data, codes, decoded);
    }
  }

  /**
   * Sets the bias of n decoded rows, which are those from {@code first} on of the list (of a filter
   * the chosen ones). The limits of the members hold for the whole list where norms are kept.
   */
  private void prepareBias(int first, boolean filtered, int n, int m) {
    if (norms.rows() == 0) {
      MATRIX.rowNorms(decoded, (n + 3) & -4, d, bias);
      queries.limit(m, halve(bias, n));
    } else if (similarity) {
      Arrays.fill(bias, 0, n, 0f);
    } else if (filtered) {
      for (int i = 0; i < n; i++) {
        bias[i] = norms.halves()[first + chosen[i]];
      }
    } else {
      System.arraycopy(norms.halves(), first, bias, 0, n);
    }
  }

  /**
   * Makes the bias of n squared norms, −‖y‖²/2 (L2) or 0; returns the largest norm. A row whose
   * norm is NaN has products that are NaN, which pass every limit.
   */
  private float halve(float[] squares, int n) {
    float largest = 0;
    for (int i = 0; i < n; i++) {
      float norm = squares[i];
      bias[i] = similarity ? 0f : -0.5f * norm;
      largest = norm > largest ? norm : largest;
    }
    return largest;
  }

  private IndexIVF index() {
    return java.util.Objects.requireNonNull(index);
  }

  private IvfState state() {
    return java.util.Objects.requireNonNull(state);
  }
}
