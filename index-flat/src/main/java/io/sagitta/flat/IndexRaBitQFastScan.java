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
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.kernel.FastScanKernels;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
  private volatile Pools pools;

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
    pools = new Pools(codec);
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

  /** Idle scratch of a way of quantising the query; made anew when the index is trained again. */
  private Reuse<Scratch> pool(FastScanState s, SearchParameters p) {
    RaBitQCodec codec = (RaBitQCodec) s.codec();
    Pools known = pools;
    if (known.codec() != codec) {
      known = new Pools(codec);
      pools = known;
    }
    int queryBits = p.getInt(SearchKey.QB, qb);
    boolean centered = p.getBoolean(SearchKey.CENTERED, false);
    int way = 2 * queryBits + (centered ? 1 : 0);
    Reuse<Scratch> pool = known.byWay().get(way);
    if (pool == null) {
      pool = new Reuse<>(() -> new Scratch(blocks, codec.scorer(queryBits, centered)));
      known.byWay().set(way, pool);
    }
    return pool;
  }

  private record Pools(RaBitQCodec codec, AtomicReferenceArray<Reuse<Scratch>> byWay) {
    Pools(RaBitQCodec codec) {
      this(codec, new AtomicReferenceArray<>(2 * (RaBitQScorer.MAX_QUERY_BITS + 1)));
    }
  }

  private static final class Scratch {
    final RaBitQBlockScan scan;
    final TopK top;
    final BlockSlots slots = new BlockSlots();

    Scratch(RaBitQBlocks blocks, RaBitQScorer scorer) {
      scan = new RaBitQBlockScan(blocks, scorer);
      top = new TopK(blocks.quantizer().metric());
    }

    void all(FastScanState s, @Nullable IDSelector selector, ResultCollector out) {
      slots.selector = selector;
      long b = 0;
      for (long first = 0; first < s.n(); first += FastScanKernels.BLOCK, b++) {
        slots.first = first;
        int count = (int) Math.min(FastScanKernels.BLOCK, s.n() - first);
        scan.scan(s.blocks().chunk(b), s.blocks().offset(b), count, slots, out);
      }
      slots.selector = null;
    }
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
    Reuse<Scratch> pool = pool(s, p);
    Scratch t = pool.take();
    for (long q = from; q < to; q++) {
      t.top.begin(k);
      t.scan.setQuery(queries.data(), queries.offset(q));
      t.all(s, p.selector(), t.top);
      t.top.finish(out, (int) q);
    }
    pool.give(t);
  }

  @Override
  void collect(FastScanState s, Vectors x, long q, SearchParameters p, ResultCollector collector) {
    Reuse<Scratch> pool = pool(s, p);
    Scratch t = pool.take();
    t.scan.setQuery(x.data(), x.offset(q));
    t.all(s, p.selector(), collector);
    pool.give(t);
  }
}
