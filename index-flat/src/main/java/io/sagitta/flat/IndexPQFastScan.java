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
import io.sagitta.core.kernel.FastScanKernels;
import java.util.Arrays;
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
 * <p>Ids are dense; a removal shifts the following ones down and copies the codes. Any thread may
 * search while another adds or removes ({@link io.sagitta.core.Index}). Holds M/2 bytes a vector
 * off heap; {@link #close} frees them. Source: FAISS {@code IndexPQFastScan}.
 */
public final class IndexPQFastScan extends IndexFastScan {
  private static final Set<SearchKey> NO_KEYS = Set.of();

  private final int m;
  private final Reuse<FastScanScan> scratch;
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
    scratch = new Reuse<>(() -> new FastScanScan(d(), m, metric));
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
    return other;
  }

  @Override
  boolean sameCodes(VectorCodec a, VectorCodec b) {
    return Arrays.equals(((ProductQuantizer) a).centroids(), ((ProductQuantizer) b).centroids());
  }

  @Override
  void check(SearchParameters p) {
    p.requireOnly("IndexPQFastScan", NO_KEYS);
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
    FastScanScan t = scratch.take();
    float[] distances = out.rawDistances();
    for (long q = from; q < to; q++) {
      t.setQuery((ProductQuantizer) s.codec(), queries.data(), queries.offset(q));
      t.best.begin(k);
      t.scan(s, p.selector(), t.best);
      t.top.finish(out, (int) q);
      int base = (int) q * k;
      for (int i = 0; i < out.count((int) q); i++) {
        distances[base + i] = t.tables.distance(distances[base + i]);
      }
    }
    scratch.give(t);
  }

  @Override
  void collect(FastScanState s, Vectors x, long q, SearchParameters p, ResultCollector collector) {
    FastScanScan t = scratch.take();
    t.setQuery((ProductQuantizer) s.codec(), x.data(), x.offset(q));
    t.scan(
        s, p.selector(), new SumSink.Distances(collector, t.tables, metricType().isSimilarity()));
    scratch.give(t);
  }
}
