package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.FastScanCodes;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.collect.RangeCollector;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.memory.CodeRows;
import io.sagitta.core.memory.CodeStore;
import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
 * search while another adds or removes ({@link Index}). Holds M/2 bytes a vector off heap; {@link
 * #close} frees them. Source: FAISS {@code IndexPQFastScan}.
 */
public final class IndexPQFastScan extends AbstractIndex<FastScanState> {
  private static final Set<SearchKey> NO_KEYS = Set.of();
  private static final int ADD_STEP = 1 << 13;

  private final int m;
  private final int bbs;
  private final Reuse<FastScanScan> scratch;
  private int implem;
  private int qbs;
  private CodeStore store;

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
    super(
        quantizer.d(),
        check(quantizer, metric, bbs),
        0f,
        new FastScanState(quantizer.copy(), CodeRows.over(MemorySegment.NULL, 0, 0), 0));
    m = quantizer.m();
    this.bbs = bbs;
    store = new CodeStore(FastScanCodes.blockBytes(m));
    scratch = new Reuse<>(() -> new FastScanScan(d(), m, metric));
  }

  private static MetricType check(ProductQuantizer q, MetricType metric, int bbs) {
    if (q.nbits() != 4) {
      throw new IllegalArgumentException(
          "fast-scan takes sub-codes of 4 bits, given: " + q.nbits());
    }
    if (q.m() > 257) {
      throw new IllegalArgumentException(
          "M = " + q.m() + " sub-quantizers overflow a 16-bit sum (at most 257)");
    }
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException("fast-scan knows L2 and INNER_PRODUCT, given: " + metric);
    }
    if (bbs < 32 || bbs % 32 != 0) {
      throw new IllegalArgumentException("bbs = " + bbs + " must be a positive multiple of 32");
    }
    return metric;
  }

  /** Vectors of a block in files. */
  public int bbs() {
    return bbs;
  }

  /** Sub-quantizers. */
  public int m() {
    return m;
  }

  /** A copy of the quantizer. */
  public ProductQuantizer quantizer() {
    return read(s -> s.quantizer().copy());
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

  // ---- reading
  // ------------------------------------------------------------------------------------

  @Override
  protected long ntotalIn(FastScanState s) {
    return s.n();
  }

  @Override
  protected boolean isTrainedIn(FastScanState s) {
    return s.quantizer().isTrained();
  }

  private void check(SearchParameters p) {
    p.requireOnly("IndexPQFastScan", NO_KEYS);
  }

  @Override
  protected void searchIn(
      FastScanState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    check(p);
    if (queries.n() == 1) {
      searchSome(s, queries, 0, 1, k, p.selector(), out);
    } else {
      long grain = Math.max(1, queries.n() / (8L * Parallelism.current().threads()));
      Parallelism.forRange(
          queries.n(),
          Math.min(16, grain),
          (from, to) -> searchSome(s, queries, from, to, k, p.selector(), out));
    }
  }

  private void searchSome(
      FastScanState s,
      Vectors queries,
      long from,
      long to,
      int k,
      @Nullable IDSelector selector,
      KnnResult out) {
    FastScanScan t = scratch.take();
    float[] distances = out.rawDistances();
    for (long q = from; q < to; q++) {
      t.setQuery(s, queries.data(), queries.offset(q));
      t.best.begin(k);
      t.scan(s, selector, t.best);
      t.top.finish(out, (int) q);
      int base = (int) q * k;
      for (int i = 0; i < out.count((int) q); i++) {
        distances[base + i] = t.tables.distance(distances[base + i]);
      }
    }
    scratch.give(t);
  }

  @Override
  protected void searchWithIn(
      FastScanState s, Vectors query, ResultCollector collector, SearchParameters p) {
    check(p);
    collect(s, query, 0, p.selector(), collector);
  }

  private void collect(
      FastScanState s,
      Vectors x,
      long q,
      @Nullable IDSelector selector,
      ResultCollector collector) {
    FastScanScan t = scratch.take();
    t.setQuery(s, x.data(), x.offset(q));
    t.scan(s, selector, new SumSink.Distances(collector, t.tables, metricType().isSimilarity()));
    scratch.give(t);
  }

  @Override
  protected RangeResult rangeSearchIn(
      FastScanState s, Vectors queries, float radius, SearchParameters p) {
    check(p);
    RangeCollector[] found = new RangeCollector[Math.toIntExact(queries.n())];
    Parallelism.forRange(
        found.length,
        1,
        (from, to) -> {
          for (long q = from; q < to; q++) {
            RangeCollector c = new RangeCollector(metricType(), radius);
            collect(s, queries, q, p.selector(), c);
            found[(int) q] = c;
          }
        });
    return RangeResult.of(found);
  }

  @Override
  protected void reconstructIn(FastScanState s, long id, MemorySegment out, long offset) {
    if (id < 0 || id >= s.n()) {
      throw new IllegalArgumentException("id " + id + " is not in [0, " + s.n() + ")");
    }
    MemorySegment code = MemorySegment.ofArray(new byte[FastScanCodes.plainBytes(m)]);
    take(s, id, code, 0);
    s.quantizer().decode(1, code, 0, out, offset);
  }

  private void take(FastScanState s, long id, MemorySegment code, long at) {
    long b = id / FastScanKernels.BLOCK;
    int slot = (int) (id % FastScanKernels.BLOCK);
    FastScanCodes.take(s.blocks().chunk(b), s.blocks().offset(b), slot, m, code, at);
  }

  @Override
  protected long saCodeSizeIn(FastScanState s) {
    return s.quantizer().codeSize();
  }

  @Override
  protected void saEncodeIn(FastScanState s, Vectors x, MemorySegment codes) {
    s.quantizer().encode(x, codes, 0);
  }

  @Override
  protected void saDecodeIn(FastScanState s, long n, MemorySegment codes, MemorySegment out) {
    s.quantizer().decode(n, codes, 0, out, 0);
  }

  @Override
  protected long offHeapBytesIn(FastScanState s) {
    return s.blocks().size() * s.blocks().rowBytes();
  }

  // ---- writing
  // ------------------------------------------------------------------------------------

  @Override
  protected void trainLocked(Vectors x, ProgressListener listener) {
    FastScanState s = current();
    if (s.quantizer().isTrained()) {
      return;
    }
    ProductQuantizer trained = s.quantizer().copy();
    trained.train(x, listener);
    publish(new FastScanState(trained, s.blocks(), s.n()), null);
  }

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    FastScanState s = current();
    int size = s.quantizer().codeSize();
    byte[] bytes = new byte[(int) Math.min(x.n(), ADD_STEP) * size];
    MemorySegment codes = MemorySegment.ofArray(bytes);
    append(
        x.n(),
        (next, first) -> {
          for (long done = 0; done < x.n(); done += ADD_STEP) {
            listener.report("add", done, x.n());
            long n = Math.min(ADD_STEP, x.n() - done);
            Arrays.fill(bytes, (byte) 0);
            s.quantizer().encode(x.slice(done, n), codes, 0);
            putAll(next, first + done, n, codes);
          }
        });
  }

  @Override
  protected void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    if (ids.length > 0) {
      throw new UnsupportedOperationException(
          "IndexPQFastScan numbers its vectors itself: no addSaCodes with ids");
    }
    append(n, (next, first) -> putAll(next, first, n, codes));
  }

  private void putAll(FastScanState s, long first, long n, MemorySegment codes) {
    for (long i = 0; i < n; i++) {
      put(s, first + i, codes, i * s.quantizer().codeSize());
    }
  }

  private void put(FastScanState s, long id, MemorySegment code, long at) {
    long b = id / FastScanKernels.BLOCK;
    int slot = (int) (id % FastScanKernels.BLOCK);
    FastScanCodes.put(s.blocks().chunk(b), s.blocks().offset(b), slot, m, code, at);
  }

  /** Writes new codes from position {@code first} of a state nobody sees yet. */
  interface Filler {
    void fill(FastScanState next, long first);
  }

  private void append(long n, Filler filler) {
    if (n == 0) {
      return;
    }
    FastScanState s = current();
    long before = store.size();
    try {
      store.grow(FastScanCodes.blocks(s.n() + n) - before);
      FastScanState next = new FastScanState(s.quantizer(), store.view(), s.n() + n);
      filler.fill(next, s.n());
      MemoryBlock[] replaced = store.takeRetired();
      publish(next, () -> free(replaced));
    } catch (Throwable t) {
      // Codes written beyond the published count are overwritten by the next add.
      store.truncate(before);
      throw t;
    }
  }

  private static void free(MemoryBlock[] blocks) {
    for (MemoryBlock b : blocks) {
      b.free();
    }
  }

  /** Appends packed codes of a file. */
  void appendPacked(long n, MemorySegment packed, int fileBbs, long stride) {
    writeVoid(
        () ->
            append(
                n,
                (next, first) -> {
                  for (long i = 0; i < n; i++) {
                    long b = (first + i) / FastScanKernels.BLOCK;
                    int slot = (int) ((first + i) % FastScanKernels.BLOCK);
                    MemorySegment chunk = next.blocks().chunk(b);
                    long at = next.blocks().offset(b);
                    for (int j = 0; j < m; j++) {
                      FastScanCodes.set(
                          chunk,
                          at,
                          slot,
                          j,
                          FastScanCodes.faissGet(packed, 0, i, j, fileBbs, stride));
                    }
                  }
                }));
  }

  @Override
  protected long removeIdsLocked(IDSelector selector) {
    FastScanState s = current();
    long kept = 0;
    for (long i = 0; i < s.n(); i++) {
      kept += selector.isMember(i) ? 0 : 1;
    }
    if (kept == s.n()) {
      return 0;
    }
    CodeStore fresh = new CodeStore(store.rowBytes());
    fresh.grow(FastScanCodes.blocks(kept));
    FastScanState next = new FastScanState(s.quantizer(), fresh.view(), kept);
    long to = 0;
    for (long i = 0; i < s.n(); i++) {
      if (!selector.isMember(i)) {
        long from = i / FastScanKernels.BLOCK;
        long b = to / FastScanKernels.BLOCK;
        FastScanCodes.move(
            s.blocks().chunk(from),
            s.blocks().offset(from),
            (int) (i % FastScanKernels.BLOCK),
            next.blocks().chunk(b),
            next.blocks().offset(b),
            (int) (to++ % FastScanKernels.BLOCK),
            m);
      }
    }
    replace(fresh, next);
    return s.n() - kept;
  }

  private void replace(CodeStore fresh, FastScanState next) {
    CodeStore old = store;
    store = fresh;
    publish(next, old::free);
  }

  @Override
  protected void mergeFromLocked(Index other, long addId) {
    if (addId != 0) {
      throw new IllegalArgumentException(
          "IndexPQFastScan stores no ids: addId must be 0, given: " + addId);
    }
    if (!(other instanceof IndexPQFastScan o) || o.metricType() != metricType()) {
      throw new IllegalArgumentException(
          "only an IndexPQFastScan of the same metric can be merged, given: "
              + other.getClass().getSimpleName());
    }
    try (IndexSnapshot<FastScanState> snapshot = o.snapshot()) {
      FastScanState theirs = snapshot.state();
      if (theirs.quantizer().m() != m
          || !Arrays.equals(theirs.quantizer().centroids(), current().quantizer().centroids())) {
        throw new IllegalArgumentException("the two indexes have different centroids");
      }
      MemorySegment code = MemorySegment.ofArray(new byte[FastScanCodes.plainBytes(m)]);
      append(
          theirs.n(),
          (next, first) -> {
            for (long i = 0; i < theirs.n(); i++) {
              o.take(theirs, i, code, 0);
              put(next, first + i, code, 0);
            }
          });
    }
    other.reset();
  }

  @Override
  protected void resetLocked() {
    CodeStore fresh = new CodeStore(store.rowBytes());
    replace(fresh, new FastScanState(current().quantizer(), fresh.view(), 0));
  }

  @Override
  protected Index copyOf(FastScanState s) {
    IndexPQFastScan copy = new IndexPQFastScan(s.quantizer(), metricType(), bbs);
    copy.carry(implem, qbs);
    copy.writeVoid(
        () ->
            copy.append(
                s.n(),
                (next, first) -> {
                  for (long b = 0; b < next.blocks().size(); b++) {
                    MemorySegment.copy(
                        s.blocks().chunk(b),
                        s.blocks().offset(b),
                        next.blocks().chunk(b),
                        next.blocks().offset(b),
                        next.blocks().rowBytes());
                  }
                }));
    return copy;
  }

  @Override
  protected void freeAll(FastScanState last) {
    store.free();
  }
}
