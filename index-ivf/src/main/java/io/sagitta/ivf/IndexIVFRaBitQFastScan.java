package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.RaBitQResidualCodec;
import io.sagitta.core.codec.RaBitQuantizer;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Set;

/**
 * {@link IndexIVFRaBitQ} with its lists in blocks for fast-scan: the sign bits four dimensions a
 * look-up, through tables quantised to 8 bits per list.
 *
 * <p>Search parameters: those of {@link IndexIVFRaBitQ}, with qb from 1. Threads: as {@link
 * IndexIVF}. Source: FAISS {@code IndexIVFRaBitQFastScan}.
 */
public final class IndexIVFRaBitQFastScan extends IndexIVF {
  /** FAISS's bits of the query here. */
  public static final int DEFAULT_QB = 8;

  private static final Set<SearchKey> KEYS = IndexIVFRaBitQ.keys();

  private final int bbs;
  private volatile int qb;
  private int implem;
  private long qbs2;
  private boolean centeredFlag;

  /** With FAISS's block of 32. */
  public IndexIVFRaBitQFastScan(Index quantizer, int d, long nlist, MetricType metric, int bits) {
    this(quantizer, d, nlist, metric, bits, 32);
  }

  /**
   * An index.
   *
   * @param bits bits a dimension, 1..9
   * @param bbs vectors of a block in files, a positive multiple of 32
   */
  public IndexIVFRaBitQFastScan(
      Index quantizer, int d, long nlist, MetricType metric, int bits, int bbs) {
    this(
        quantizer,
        d,
        metric,
        bbs,
        DEFAULT_QB,
        IvfState.empty(
            false,
            new RaBitQResidualCodec(new RaBitQuantizer(d, bits, metric), true),
            checkNlist(nlist),
            null));
  }

  IndexIVFRaBitQFastScan(
      Index quantizer, int d, MetricType metric, int bbs, int qb, IvfState state) {
    super(quantizer, d, state.lists.nlist(), metric, 0f, true, state);
    if (bbs < 32 || bbs % 32 != 0) {
      throw new IllegalArgumentException("bbs = " + bbs + " must be a positive multiple of 32");
    }
    this.bbs = bbs;
    this.qb = IndexIVFRaBitQ.checkQb(qb, 1);
  }

  /** Bits a dimension. */
  public int bits() {
    return read(s -> IndexIVFRaBitQ.codec(s).quantizer().bits());
  }

  /** Vectors of a block in files. */
  public int bbs() {
    return bbs;
  }

  /** Bits of the quantised query when a search does not say. */
  public int qb() {
    return qb;
  }

  /**
   * Sets {@link #qb()}.
   *
   * @throws IllegalArgumentException unless 1 ≤ qb ≤ 8
   */
  public void setQb(int queryBits) {
    qb = IndexIVFRaBitQ.checkQb(queryBits, 1);
  }

  int implem() {
    return implem;
  }

  long qbs2() {
    return qbs2;
  }

  boolean centeredFlag() {
    return centeredFlag;
  }

  void carry(int fileImplem, long fileQbs2, boolean fileCentered) {
    implem = fileImplem;
    qbs2 = fileQbs2;
    centeredFlag = fileCentered;
  }

  @Override
  void check(SearchSettings settings) {
    if (settings.qb >= 0) {
      IndexIVFRaBitQ.checkQb(settings.qb, 1);
    }
    // A file's flag is the index's own setting.
    settings.centered |= centeredFlag;
  }

  @Override
  void encodeRows(IvfState s, float[] centroid, Vectors x, MemorySegment codes, long offset) {
    IndexIVFRaBitQ.encodeAround(s, centroid, x, codes, offset);
  }

  @Override
  void encode(IvfState s, long[] lists, Vectors x, MemorySegment codes) {
    IndexIVFRaBitQ.encodeEach(this, s, lists, x, codes);
  }

  @Override
  Set<SearchKey> searchKeys() {
    return KEYS;
  }

  @Override
  boolean groups(IvfState s) {
    return false;
  }

  @Override
  ListScanner scanner(IvfState s) {
    RaBitQResidualCodec codec = IndexIVFRaBitQ.codec(s);
    return new RaBitQFastScanScanner(
        quantizer(), codec, Objects.requireNonNull(codec.blocks()), qb);
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
    RaBitQFastScanScanner scanner = (RaBitQFastScanScanner) mine.scanner;
    scanner.configure(settings);
    scanner.setQuery(queries.data(), queries.offset(q));
    mine.top.begin(k);
    int visited = 0;
    long scored = 0;
    for (int p = 0; p < width; p++) {
      long key = lists[q * width + p];
      if (key >= nlist()) {
        throw ProbeWalk.badList(key, nlist());
      }
      if (key >= 0 && s.lists.get((int) key).size() > 0) {
        scanner.setList((int) key, distances[q * width + p]);
        scored +=
            scanner.offer(s.lists.get((int) key), (int) key, settings.selector, pairs, mine.top);
        visited++;
      }
    }
    stats().count(visited, scored);
    mine.top.finish(out, to);
    dropMinusOne(out, to);
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    IndexIVFRaBitQFastScan other =
        new IndexIVFRaBitQFastScan(newQuantizer, d(), metricType(), bbs, qb, state);
    other.carry(implem, qbs2, centeredFlag);
    return other;
  }

  @Override
  public void setParameter(String name, double value) {
    if (name.equals("qb")) {
      setQb((int) value);
    } else {
      super.setParameter(name, value);
    }
  }
}
