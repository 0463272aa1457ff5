package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.FastScanCodec;
import io.sagitta.core.codec.ProductQuantizer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * An inverted file of 4-bit product-quantized codes, scanned by fast-scan with FAISS's quantised
 * look-up tables: distances come in steps, and sums of different lists compare on one scale.
 *
 * <p>Lists are visited in the order of their numbers, as FAISS's default does, so equal sums are
 * resolved alike; with a budget of codes ({@code max_codes}) they are visited in coarse order and
 * each list has a scale of its own. In memory a list lies in blocks of 128; files have FAISS's
 * packing for any legal {@link #bbs()}.
 *
 * <p>Search parameters: those of {@link IndexIVF} and {@link SearchKey#FLOAT_TABLES} (unset: {@link
 * #floatTables()}).
 *
 * <p>Threads: as {@link IndexIVF}. Source: FAISS {@code IndexIVFPQFastScan}.
 */
public final class IndexIVFPQFastScan extends IndexIVF {
  private static final long TRAINING_VECTORS = 256L * 16;

  private static final Set<SearchKey> KEYS = keys();

  private final int bbs;
  private volatile boolean floatTables;
  private int implem;
  private long qbs2;

  /** Without residuals and with FAISS's block of 32. */
  public IndexIVFPQFastScan(Index quantizer, int d, long nlist, int m, MetricType metric) {
    this(quantizer, d, nlist, m, metric, false, 32);
  }

  /**
   * An index.
   *
   * @param quantizer holds, or is trained to, nlist centroids; closed with this index
   * @param m sub-quantizers of 4 bits
   * @param byResidual whether differences to the centroid are coded
   * @param bbs vectors of a block in files, a positive multiple of 32
   */
  public IndexIVFPQFastScan(
      Index quantizer, int d, long nlist, int m, MetricType metric, boolean byResidual, int bbs) {
    this(
        quantizer,
        d,
        metric,
        byResidual,
        bbs,
        IvfState.empty(
            false, new FastScanCodec(new ProductQuantizer(d, m, 4)), checkNlist(nlist), null));
  }

  IndexIVFPQFastScan(
      Index quantizer, int d, MetricType metric, boolean byResidual, int bbs, IvfState state) {
    super(quantizer, d, state.lists.nlist(), checkMetric(metric), 0f, byResidual, state);
    if (bbs < 32 || bbs % 32 != 0) {
      throw new IllegalArgumentException("bbs = " + bbs + " must be a positive multiple of 32");
    }
    this.bbs = bbs;
  }

  private static Set<SearchKey> keys() {
    EnumSet<SearchKey> keys = EnumSet.copyOf(SearchSettings.KEYS);
    keys.add(SearchKey.FLOAT_TABLES);
    return Set.copyOf(keys);
  }

  private static MetricType checkMetric(MetricType metric) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "IndexIVFPQFastScan measures L2 and inner product, not " + metric);
    }
    return metric;
  }

  /** Vectors of a block in files. */
  public int bbs() {
    return bbs;
  }

  /** Whether searches take float look-up tables when they do not say; not stored in files. */
  public boolean floatTables() {
    return floatTables;
  }

  /**
   * Sets {@link #floatTables()}: k-NN search then gives the distances of the product quantizer
   * itself instead of FAISS's steps, about half as fast. Range search and budgets of codes keep the
   * quantised tables.
   */
  public void setFloatTables(boolean on) {
    floatTables = on;
  }

  @Override
  Set<SearchKey> searchKeys() {
    return KEYS;
  }

  @Override
  public void setParameter(String name, double value) {
    if (name.equals("float_tables")) {
      setFloatTables(value != 0);
    } else {
      super.setParameter(name, value);
    }
  }

  /** A copy of the quantizer of the codes. */
  public ProductQuantizer productQuantizer() {
    return read(s -> ((FastScanCodec) s.codec).quantizer().copy());
  }

  int implem() {
    return implem;
  }

  long qbs2() {
    return qbs2;
  }

  void carry(int fileImplem, long fileQbs2) {
    implem = fileImplem;
    qbs2 = fileQbs2;
  }

  @Override
  long encoderTrainingSize() {
    return TRAINING_VECTORS;
  }

  @Override
  boolean groups(IvfState s) {
    return false;
  }

  @Override
  ListScanner scanner(IvfState s) {
    return new FastScanScanner(
        quantizer(), (FastScanCodec) s.codec, byResidual(), metricType().isSimilarity());
  }

  @Override
  void one(
      IvfState s,
      Vectors queries,
      int q,
      int k,
      SearchScratch mine,
      SearchSettings settings,
      long[] lists,
      float[] distances,
      int width,
      boolean pairs,
      KnnResult out,
      int to) {
    if (settings.maxCodes != 0 || settings.ensureTopkFull) {
      super.one(s, queries, q, k, mine, settings, lists, distances, width, pairs, out, to);
      return;
    }
    FastScanScanner scanner = (FastScanScanner) mine.scanner;
    int at = q * width;
    boolean floats = settings.floatTables < 0 ? floatTables : settings.floatTables == 1;
    mine.top.begin(k);
    if (floats) {
      scanner.setFloatQuery(queries.data(), queries.offset(q));
    } else {
      scanner.setQuery(queries.data(), queries.offset(q));
    }
    long[] order = mine.order(width);
    int n = 0;
    for (int p = 0; p < width; p++) {
      long key = lists[at + p];
      if (key >= nlist()) {
        throw ProbeWalk.badList(key, nlist());
      }
      if (key >= 0) {
        order[n++] = key << 32 | p;
      }
    }
    Arrays.sort(order, 0, n);
    long scored = 0;
    for (int i = 0; floats && i < n; i++) {
      int key = (int) (order[i] >>> 32);
      scored +=
          scanner.scanFloats(
              s.lists.get(key),
              key,
              distances[at + (int) order[i]],
              settings.selector,
              pairs,
              mine.top);
    }
    if (n > 0 && !floats) {
      scanner.begin(lists, distances, at, width);
      if (n > 1 && settings.selector == null && lists[at] >= 0) {
        scanner.sieve(s.lists.get((int) lists[at]), 0, k);
      } else {
        scanner.noSieve();
      }
      for (int i = 0; i < n; i++) {
        int key = (int) (order[i] >>> 32);
        scored +=
            scanner.scan(
                s.lists.get(key), key, (int) order[i], k, settings.selector, pairs, mine.top);
      }
    }
    stats().count(n, scored);
    mine.top.finish(out, to);
    float[] values = out.rawDistances();
    for (int i = 0; !floats && i < out.count(to); i++) {
      values[to * k + i] = scanner.distance(values[to * k + i]);
    }
    dropMinusOne(out, to);
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    IndexIVFPQFastScan other =
        new IndexIVFPQFastScan(newQuantizer, d(), metricType(), byResidual(), bbs, state);
    other.carry(implem, qbs2);
    other.floatTables = floatTables;
    return other;
  }
}
