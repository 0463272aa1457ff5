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
import io.sagitta.core.codec.PanoramaLayout;
import io.sagitta.core.codec.PanoramaScan;
import io.sagitta.core.collect.RangeCollector;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.CodeRows;
import io.sagitta.core.memory.CodeStore;
import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Exact search that reads vectors level by level and drops each one as soon as it can no longer be
 * among the k best ({@link PanoramaScan}). The answers are those of {@link IndexFlat} up to
 * rounding; the saving is the share of the dimensions that is not read, best after a rotation that
 * gathers the energy in the first dimensions ({@code PCA}).
 *
 * <p>Ids are dense; a removal shifts the following ones down, as in FAISS, and copies the vectors.
 * Any thread may search while another adds or removes ({@link Index}). Holds ⌈n/batch⌉ batches off
 * heap (d·4 + (levels + 1)·4 bytes a vector, whole batches); {@link #close} frees them. Source:
 * FAISS {@code IndexFlatPanorama}.
 */
public abstract sealed class IndexFlatPanorama extends AbstractIndex<PanoramaState>
    permits IndexFlatL2Panorama, IndexFlatIPPanorama {
  private static final CodeRows NO_ROWS = CodeRows.over(MemorySegment.NULL, 0, 0);
  private static final PanoramaState EMPTY = new PanoramaState(NO_ROWS, NO_ROWS, 0);

  private static final Set<SearchKey> NO_KEYS = Set.of();

  private final PanoramaLayout layout;
  private final Reuse<Scratch> scratch = new Reuse<>(this::newScratch);
  private final List<StoredBytes> mapped;
  private CodeStore codes;
  private CodeStore norms;

  IndexFlatPanorama(int d, MetricType metric, int levels, int batch) {
    this(new PanoramaLayout(d, levels, batch), metric);
  }

  private IndexFlatPanorama(PanoramaLayout layout, MetricType metric) {
    super(layout.d(), metric, 0f, EMPTY);
    this.layout = layout;
    codes = new CodeStore(layout.codeBytes());
    norms = new CodeStore(layout.normBytes());
    mapped = List.of();
  }

  /** Over the bytes of a mapped file; read-only. */
  IndexFlatPanorama(
      PanoramaLayout layout, MetricType metric, StoredBytes codes, StoredBytes norms, long n) {
    super(
        layout.d(),
        metric,
        0f,
        new PanoramaState(
            CodeRows.over(codes.segment(), layout.codeBytes(), layout.batches(n)),
            CodeRows.over(norms.segment(), layout.normBytes(), layout.batches(n)),
            n));
    this.layout = layout;
    this.codes = new CodeStore(layout.codeBytes());
    this.norms = new CodeStore(layout.normBytes());
    mapped = List.of(codes, norms);
  }

  /** Levels in effect (FAISS's {@code n_levels}). */
  public int levels() {
    return layout.levels();
  }

  /** Vectors of a batch. */
  public int batchSize() {
    return layout.batch();
  }

  PanoramaLayout layout() {
    return layout;
  }

  abstract IndexFlatPanorama empty();

  @Override
  protected long ntotalIn(PanoramaState s) {
    return s.n();
  }

  private Scratch newScratch() {
    return new Scratch(new PanoramaScan(layout, metricType()), new TopK(metricType()));
  }

  /** What one thread needs, and what the slots of the present batch stand for. */
  private static final class Scratch implements PanoramaScan.SlotFilter, PanoramaScan.IdOf {
    final PanoramaScan scan;
    final TopK top;
    @Nullable IDSelector selector;
    long first;

    Scratch(PanoramaScan scan, TopK top) {
      this.scan = scan;
      this.top = top;
    }

    @Override
    public boolean accepts(int slot) {
      IDSelector s = selector;
      return s == null || s.isMember(first + slot);
    }

    @Override
    public long id(int slot) {
      return first + slot;
    }
  }

  private void requireWritable(String verb) {
    if (!mapped.isEmpty()) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName() + " is mapped and read-only: no " + verb);
    }
  }

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    requireWritable("add");
    PanoramaState s = current();
    long total = s.n() + x.n();
    long before = codes.size();
    long more = layout.batches(total) - before;
    try {
      codes.grow(more);
      norms.grow(more);
      PanoramaState next = new PanoramaState(codes.view(), norms.view(), total);
      for (long i = 0; i < x.n(); i++) {
        if ((i & 0xffff) == 0) {
          listener.report("add", i, x.n());
        }
        put(next, s.n() + i, x.data(), x.offset(i));
      }
      publish(next, freeing(codes.takeRetired(), norms.takeRetired()));
    } catch (Throwable t) {
      // What was written lies beyond the published count; the next add overwrites it.
      codes.truncate(before);
      norms.truncate(Math.min(before, norms.size()));
      throw t;
    }
  }

  private void put(PanoramaState s, long i, MemorySegment x, long at) {
    long b = i / layout.batch();
    layout.put(
        s.codes().chunk(b),
        s.codes().offset(b),
        s.norms().chunk(b),
        s.norms().offset(b),
        (int) (i % layout.batch()),
        x,
        at);
  }

  private static Runnable freeing(MemoryBlock[] first, MemoryBlock[] second) {
    return () -> {
      for (MemoryBlock b : first) {
        b.free();
      }
      for (MemoryBlock b : second) {
        b.free();
      }
    };
  }

  @Override
  protected void searchIn(
      PanoramaState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    p.requireOnly(getClass().getSimpleName(), NO_KEYS);
    if (queries.n() == 1) {
      searchSome(s, queries, 0, 1, k, p.selector(), out);
      return;
    }
    Parallelism.forRange(
        queries.n(), 1, (from, to) -> searchSome(s, queries, from, to, k, p.selector(), out));
  }

  private void searchSome(
      PanoramaState s,
      Vectors queries,
      long from,
      long to,
      int k,
      @Nullable IDSelector selector,
      KnnResult out) {
    Scratch t = scratch.take();
    for (long q = from; q < to; q++) {
      t.top.begin(k);
      t.scan.setQuery(queries.data(), queries.offset(q));
      scanAll(s, t, selector, t.top);
      t.top.finish(out, (int) q);
    }
    scratch.give(t);
  }

  @Override
  protected void searchWithIn(
      PanoramaState s, Vectors query, ResultCollector collector, SearchParameters p) {
    p.requireOnly(getClass().getSimpleName(), NO_KEYS);
    collect(s, query, 0, p.selector(), collector);
  }

  private void collect(
      PanoramaState s,
      Vectors x,
      long q,
      @Nullable IDSelector selector,
      ResultCollector collector) {
    Scratch t = scratch.take();
    t.scan.setQuery(x.data(), x.offset(q));
    scanAll(s, t, selector, collector);
    scratch.give(t);
  }

  private void scanAll(
      PanoramaState s, Scratch t, @Nullable IDSelector selector, ResultCollector collector) {
    t.selector = selector;
    for (long b = 0, first = 0; first < s.n(); b++, first += layout.batch()) {
      t.first = first;
      t.scan.scan(
          s.codes().chunk(b),
          s.codes().offset(b),
          s.norms().chunk(b),
          s.norms().offset(b),
          (int) Math.min(layout.batch(), s.n() - first),
          selector == null ? null : t,
          collector,
          t);
    }
    t.selector = null;
  }

  @Override
  protected RangeResult rangeSearchIn(
      PanoramaState s, Vectors queries, float radius, SearchParameters p) {
    p.requireOnly(getClass().getSimpleName(), NO_KEYS);
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
  protected void reconstructIn(PanoramaState s, long id, MemorySegment out, long offset) {
    if (id < 0 || id >= s.n()) {
      throw new IllegalArgumentException("id " + id + " is not in [0, " + s.n() + ")");
    }
    long b = id / layout.batch();
    layout.get(s.codes().chunk(b), s.codes().offset(b), (int) (id % layout.batch()), out, offset);
  }

  @Override
  protected long removeIdsLocked(IDSelector selector) {
    requireWritable("removeIds");
    PanoramaState s = current();
    long kept = 0;
    for (long i = 0; i < s.n(); i++) {
      kept += selector.isMember(i) ? 0 : 1;
    }
    long removed = s.n() - kept;
    if (removed == 0) {
      return 0;
    }
    CodeStore oldCodes = codes;
    CodeStore oldNorms = norms;
    CodeStore freshCodes = new CodeStore(layout.codeBytes());
    CodeStore freshNorms = new CodeStore(layout.normBytes());
    freshCodes.grow(layout.batches(kept));
    freshNorms.grow(layout.batches(kept));
    PanoramaState next = new PanoramaState(freshCodes.view(), freshNorms.view(), kept);
    MemorySegment row = MemorySegment.ofArray(new float[d()]);
    long to = 0;
    for (long i = 0; i < s.n(); i++) {
      if (!selector.isMember(i)) {
        reconstructIn(s, i, row, 0);
        put(next, to++, row, 0);
      }
    }
    codes = freshCodes;
    norms = freshNorms;
    publish(next, freeing(oldCodes, oldNorms));
    return removed;
  }

  private static Runnable freeing(CodeStore first, CodeStore second) {
    return () -> {
      first.free();
      second.free();
    };
  }

  @Override
  protected void mergeFromLocked(Index other, long addId) {
    if (addId != 0) {
      throw new IllegalArgumentException("addId " + addId + " must be 0: ids are dense here");
    }
    if (!(other instanceof IndexFlatPanorama o)
        || o.getClass() != getClass()
        || o.d() != d()
        || o.levels() != levels()
        || o.batchSize() != batchSize()) {
      throw new IllegalArgumentException(
          "only a "
              + getClass().getSimpleName()
              + " of the same d, levels and batch can be merged");
    }
    try (IndexSnapshot<PanoramaState> snapshot = o.snapshot()) {
      int block = 1 << 12;
      float[] rows = new float[Math.multiplyExact(block, d())];
      MemorySegment segment = MemorySegment.ofArray(rows);
      for (long i = 0; i < snapshot.ntotal(); i += block) {
        long n = Math.min(block, snapshot.ntotal() - i);
        snapshot.reconstructN(i, n, segment);
        addLocked(new Vectors(n, d(), segment), ProgressListener.NONE);
      }
    }
    other.reset();
  }

  @Override
  protected void resetLocked() {
    requireWritable("reset");
    Runnable free = freeing(codes, norms);
    codes = new CodeStore(layout.codeBytes());
    norms = new CodeStore(layout.normBytes());
    publish(EMPTY, free);
  }

  @Override
  protected long saCodeSizeIn(PanoramaState s) {
    return 4L * d();
  }

  @Override
  protected void saEncodeIn(PanoramaState s, Vectors x, MemorySegment codes) {
    MemorySegment.copy(x.data(), 0, codes, 0, x.n() * x.rowBytes());
  }

  @Override
  protected void saDecodeIn(PanoramaState s, long n, MemorySegment codes, MemorySegment out) {
    MemorySegment.copy(codes, 0, out, 0, n * d() * 4);
  }

  @Override
  protected void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    if (ids.length > 0) {
      throw new IllegalArgumentException("ids are dense here; " + ids.length + " are given");
    }
    addLocked(new Vectors(n, d(), codes), ProgressListener.NONE);
  }

  @Override
  protected Index copyOf(PanoramaState s) {
    IndexFlatPanorama copy = empty();
    copy.fill(
        s.n(),
        (b, c, n) -> {
          MemorySegment.copy(s.codes().chunk(b), s.codes().offset(b), c, 0, layout.codeBytes());
          MemorySegment.copy(s.norms().chunk(b), s.norms().offset(b), n, 0, layout.normBytes());
        });
    return copy;
  }

  /** Supplies whole batches to an empty index. */
  interface BatchSource {
    void read(long batch, MemorySegment codes, MemorySegment norms);
  }

  /** Fills an empty index with n vectors, batch by batch. */
  void fill(long n, BatchSource source) {
    writeVoid(
        () -> {
          codes.grow(layout.batches(n));
          norms.grow(layout.batches(n));
          CodeRows c = codes.view();
          CodeRows t = norms.view();
          for (long b = 0; b < c.size(); b++) {
            source.read(
                b,
                c.chunk(b).asSlice(c.offset(b), c.rowBytes()),
                t.chunk(b).asSlice(t.offset(b), t.rowBytes()));
          }
          publish(new PanoramaState(c, t, n), freeing(codes.takeRetired(), norms.takeRetired()));
        });
  }

  @Override
  protected long offHeapBytesIn(PanoramaState s) {
    return s.codes().size() * (layout.codeBytes() + (long) layout.normBytes());
  }

  @Override
  protected void freeAll(PanoramaState last) {
    codes.free();
    norms.free();
    mapped.forEach(StoredBytes::release);
  }
}
