package io.sagitta.flat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.RaBitQBlockScan;
import io.sagitta.core.codec.RaBitQBlocks;
import io.sagitta.core.codec.RaBitQCodec;
import io.sagitta.core.codec.RaBitQScorer;
import io.sagitta.core.codec.RaBitQuantizer;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.kernel.FastScanKernels;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RaBitQ codes scanned by look-ups, four sign bits at a time: the answers of {@link IndexRaBitQ} up
 * to the 8-bit quantisation of the look-up tables.
 *
 * <p>Search parameters: {@link SearchKey#QB} (1..8; unset: {@link #qb()}) and {@link
 * SearchKey#CENTERED}. Threads, ids and files: as its fast-scan base says. Source: FAISS {@code
 * IndexRaBitQFastScan}.
 */
public final class IndexRaBitQFastScan extends IndexFastScan {
  /** FAISS's bits of the query here. */
  public static final int DEFAULT_QB = 8;

  private static final Set<SearchKey> KEYS = EnumSet.of(SearchKey.QB, SearchKey.CENTERED);

  private final int bits;
  private final RaBitQBlocks blocks;
  private volatile int qb;

  /** With FAISS's block of 32. */
  public IndexRaBitQFastScan(int d, MetricType metric, int bits) {
    this(d, metric, bits, 32);
  }

  /**
   * An empty, untrained index.
   *
   * @param bits bits a dimension, 1..9
   * @param bbs vectors of a block in files, a positive multiple of 32
   */
  public IndexRaBitQFastScan(int d, MetricType metric, int bits, int bbs) {
    this(new RaBitQCodec(new RaBitQuantizer(d, bits, metric)), bbs, DEFAULT_QB);
  }

  IndexRaBitQFastScan(RaBitQCodec codec, int bbs, int qb) {
    super(codec, new RaBitQBlocks(codec.quantizer()), codec.quantizer().metric(), bbs);
    bits = codec.quantizer().bits();
    blocks = (RaBitQBlocks) layout();
    this.qb = checkQb(qb);
  }

  private static int checkQb(int bits) {
    if (bits < 1 || bits > RaBitQScorer.MAX_QUERY_BITS) {
      throw new IllegalArgumentException(
          "qb = " + bits + " must be in [1, " + RaBitQScorer.MAX_QUERY_BITS + "]");
    }
    return bits;
  }

  /** Bits a dimension. */
  public int bits() {
    return bits;
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
    qb = checkQb(queryBits);
  }

  @Override
  IndexFastScan like(VectorCodec codec) {
    return new IndexRaBitQFastScan((RaBitQCodec) codec, bbs(), qb);
  }

  @Override
  boolean sameCodes(VectorCodec a, VectorCodec b) {
    RaBitQCodec x = (RaBitQCodec) a;
    RaBitQCodec y = (RaBitQCodec) b;
    return x.quantizer().bits() == y.quantizer().bits() && Arrays.equals(x.center(), y.center());
  }

  @Override
  void check(SearchParameters p) {
    p.requireOnly("IndexRaBitQFastScan", KEYS);
    checkQb(p.getInt(SearchKey.QB, qb));
  }

  private RaBitQBlockScan scan(FastScanState s, SearchParameters p) {
    RaBitQCodec codec = (RaBitQCodec) s.codec();
    boolean centered = p.getBoolean(SearchKey.CENTERED, false);
    return new RaBitQBlockScan(blocks, codec.scorer(p.getInt(SearchKey.QB, qb), centered));
  }

  @Override
  void searchSome(
      FastScanState s,
      Vectors queries,
      long from,
      long to,
      int k,
      SearchParameters p,
      KnnResult out) {
    RaBitQBlockScan t = scan(s, p);
    TopK top = new TopK(metricType());
    for (long q = from; q < to; q++) {
      top.begin(k);
      t.setQuery(queries.data(), queries.offset(q));
      scanAll(s, t, p.selector(), top);
      top.finish(out, (int) q);
    }
  }

  @Override
  void collect(FastScanState s, Vectors x, long q, SearchParameters p, ResultCollector collector) {
    RaBitQBlockScan t = scan(s, p);
    t.setQuery(x.data(), x.offset(q));
    scanAll(s, t, p.selector(), collector);
  }

  private static void scanAll(
      FastScanState s, RaBitQBlockScan t, @Nullable IDSelector selector, ResultCollector out) {
    long b = 0;
    for (long first = 0; first < s.n(); first += FastScanKernels.BLOCK, b++) {
      long base = first;
      t.scan(
          s.blocks().chunk(b),
          s.blocks().offset(b),
          (int) Math.min(FastScanKernels.BLOCK, s.n() - first),
          slot -> selector == null || selector.isMember(base + slot) ? base + slot : -1,
          out);
    }
  }
}
