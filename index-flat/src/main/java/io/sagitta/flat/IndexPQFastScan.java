package io.sagitta.flat;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.NibbleBlocks;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import io.sagitta.core.kernel.FastScanKernels;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Exhaustive search over 4-bit product-quantized codes with FAISS's quantised look-up tables:
 * distances come in steps of 1/255 of the widest sub-quantizer's span, and equal steps are ties.
 *
 * <p>In memory the codes lie in blocks of 128 vectors made for the kernel ({@link
 * FastScanKernels}); files have FAISS's packing for any legal block size {@link #bbs()}. Unlike
 * FAISS a short answer is padded like everywhere else, a selector is honoured, and removal is right
 * for every block size.
 *
 * <p>Search parameter: {@link SearchKey#FLOAT_TABLES} (unset: {@link #floatTables()}), which takes
 * unquantised tables: the distances of {@link IndexPQ}.
 *
 * <p>Ids are dense; a removal shifts the following ones down and copies the codes. Any thread may
 * search while another adds or removes ({@link io.sagitta.core.Index}). Holds M/2 bytes a vector
 * off heap; {@link #close} frees them. Source: FAISS {@code IndexPQFastScan}.
 */
public final class IndexPQFastScan extends IndexFastScan implements TunableIndex {
  private static final Set<SearchKey> KEYS = Set.of(SearchKey.FLOAT_TABLES);

  private final int m;
  private final Reuse<FastScanGroup> scratch;
  private volatile boolean floatTables;
  private int implem;
  private int qbs;

  /** With FAISS's block of 32. */
  public IndexPQFastScan(int d, int m, MetricType metric) {
    this(d, m, metric, 32);
  }

  /**
   * An empty, untrained index of M sub-quantizers of 4 bits.
   *
   * @param d dimension, a multiple of M
   * @param m sub-quantizers
   * @param metric L2 or inner product
   * @param bbs vectors of a block in files, a positive multiple of 32
   */
  public IndexPQFastScan(int d, int m, MetricType metric, int bbs) {
    this(new ProductQuantizer(d, m, 4), metric, bbs);
  }

  /**
   * An empty index over a quantizer, which is copied.
   *
   * @param quantizer of 4 bits, trained or not
   */
  public IndexPQFastScan(ProductQuantizer quantizer, MetricType metric, int bbs) {
    super(check(quantizer, metric).copy(), new NibbleBlocks(quantizer.m()), metric, bbs);
    m = quantizer.m();
    scratch = new Reuse<>(() -> new FastScanGroup(d(), m, metric));
  }

  private static ProductQuantizer check(ProductQuantizer q, MetricType metric) {
    if (q.nbits() != 4) {
      throw new IllegalArgumentException(
          "fast-scan takes sub-codes of 4 bits, given: " + q.nbits());
    }
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException("fast-scan knows L2 and INNER_PRODUCT, given: " + metric);
    }
    return q;
  }

  /** Sub-quantizers. */
  public int m() {
    return m;
  }

  /** A copy of the quantizer. */
  public ProductQuantizer quantizer() {
    return read(s -> ((ProductQuantizer) s.codec()).copy());
  }

  /** FAISS's choice of implementation, carried from file to file. */
  int implem() {
    return implem;
  }

  /** FAISS's query blocking, carried from file to file. */
  int qbs() {
    return qbs;
  }

  void carry(int fileImplem, int fileQbs) {
    implem = fileImplem;
    qbs = fileQbs;
  }

  @Override
  IndexFastScan like(VectorCodec codec) {
    IndexPQFastScan other = new IndexPQFastScan((ProductQuantizer) codec, metricType(), bbs());
    other.carry(implem, qbs);
    other.floatTables = floatTables;
    return other;
  }

  @Override
  boolean sameCodes(VectorCodec a, VectorCodec b) {
    return Arrays.equals(((ProductQuantizer) a).centroids(), ((ProductQuantizer) b).centroids());
  }

  @Override
  void check(SearchParameters p) {
    p.requireOnly("IndexPQFastScan", KEYS);
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
    FastScanGroup t = scratch.take();
    boolean floats = p.getBoolean(SearchKey.FLOAT_TABLES, floatTables);
    for (long q = from; q < to; q += FastScanGroup.QUERIES) {
      int n = (int) Math.min(FastScanGroup.QUERIES, to - q);
      if (floats) {
        t.searchFloats(s, queries, q, n, k, p, out);
      } else {
        t.search(s, queries, q, n, k, p, out);
      }
    }
    scratch.give(t);
  }

  @Override
  void collect(FastScanState s, Vectors x, long q, SearchParameters p, ResultCollector collector) {
    FastScanGroup group = scratch.take();
    FastScanScan t = group.single();
    ProductQuantizer quantizer = (ProductQuantizer) s.codec();
    if (p.getBoolean(SearchKey.FLOAT_TABLES, floatTables)) {
      t.setFloatQuery(quantizer, x.data(), x.offset(q));
      t.scanFloats(s, p.selector(), collector);
    } else {
      t.setQuery(quantizer, x.data(), x.offset(q));
      boolean similarity = metricType().isSimilarity();
      t.scan(s, p.selector(), new SumSink.Distances(collector, t.tables, similarity));
    }
    scratch.give(group);
  }

  /** Whether searches take float look-up tables when they do not say; not stored in files. */
  public boolean floatTables() {
    return floatTables;
  }

  /** Sets {@link #floatTables()}: distances of the product quantizer itself, about half as fast. */
  public void setFloatTables(boolean on) {
    floatTables = on;
  }

  @Override
  public List<ParameterRange> parameterRanges() {
    return List.of();
  }

  @Override
  public void setParameter(String name, double value) {
    if (!name.equals("float_tables")) {
      throw new IllegalArgumentException(
          "IndexPQFastScan has no parameter \"" + name + "\"; it has float_tables");
    }
    setFloatTables(value != 0);
  }
}
