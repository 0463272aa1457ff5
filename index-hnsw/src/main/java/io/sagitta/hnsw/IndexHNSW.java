package io.sagitta.hnsw;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.RowIndex;
import io.sagitta.core.RowMoves;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.CodeRows;
import io.sagitta.flat.FlatState;
import io.sagitta.flat.IndexFlat;
import io.sagitta.flat.IndexFlatCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hierarchical navigable small world graph over coded vectors (FAISS {@code IndexHNSW}): built as
 * FAISS 1.15.1 builds it, on all cores and byte for byte the same for any number of threads, and
 * searched in FAISS's visiting order.
 *
 * <p><b>Threads.</b> Any thread may search while another adds, removes or resets; writers exclude
 * each other. A search runs on the state published when it began: vectors, ids, count and neighbour
 * lists as one. The writer changes lists in place, but first saves each list that a published state
 * has in an undo log which readers of that state look into; {@link OwnedGraph} describes the
 * protocol and argues it. Rows of removed vectors are used again only when no reader can see a
 * state that had them.
 *
 * <p><b>Memory.</b> Off heap per vector: its code, 2M neighbour slots of 4 bytes on the base level,
 * M for each level above, 8 bytes for level and place. On heap: scratch per searching thread (one
 * byte per vector), and 8 bytes per vector once ids are asked for after a removal. {@link #close()}
 * frees all off-heap memory after the running searches.
 *
 * <p><b>Errors</b> as {@link Index} says; a mapped index refuses writing with {@link
 * UnsupportedOperationException}.
 */
public class IndexHNSW extends AbstractIndex<HnswState>
    implements TunableIndex, RowIndex<HnswState> {
  private volatile @Nullable HnswWriter writer;
  private final List<StoredBytes> stored;
  final HnswSettings settings = new HnswSettings();
  private final HnswSearcher searcher;

  /** Whose class and settings the storage has in files; null for raw vectors. */
  private volatile @Nullable IndexFlatCodes template;

  /** The storage of a mapped file, which holds the codes. */
  private volatile @Nullable IndexFlatCodes mappedStorage;

  /**
   * An empty graph over the kind of codes an index stores (FAISS {@code IndexHNSW(storage)}).
   *
   * @param storage empty, trained or not; its class, codec and metric are taken over, and it is
   *     closed with this index
   * @param m neighbours on an upper level, half of those on the base level, 2..32768
   * @throws IllegalArgumentException if the storage has vectors
   */
  public IndexHNSW(IndexFlatCodes storage, int m) {
    this(storage.d(), storage.metricType(), storage.metricArg(), StorageCodec.ofEmpty(storage), m);
    template = storage;
  }

  /** An empty graph over a codec. */
  IndexHNSW(int d, MetricType metric, float metricArg, VectorCodec codec, int m) {
    this(d, metric, metricArg, codec, new HnswWriter(LevelPlan.ofM(m), codec.codeSize()));
  }

  private IndexHNSW(
      int d, MetricType metric, float metricArg, VectorCodec codec, HnswWriter writer) {
    this(d, metric, metricArg, writer.first(codec), writer, List.of());
  }

  /**
   * An index in a state that was read.
   *
   * @param writer null makes the index read-only
   * @param stored released on close
   */
  IndexHNSW(
      int d,
      MetricType metric,
      float metricArg,
      HnswState first,
      @Nullable HnswWriter writer,
      List<StoredBytes> stored) {
    super(d, metric, metricArg, first);
    this.writer = writer;
    this.stored = stored;
    this.searcher = new HnswSearcher(getClass().getSimpleName(), metric, metricArg, settings);
  }

  private VectorCodec codecOf(HnswState s) {
    return searcher.codecOf(s);
  }

  private HnswWriter writer(String verb) {
    HnswWriter w = writer;
    if (w == null) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName() + " is mapped from a file and does not support " + verb);
    }
    return w;
  }

  /** The storage's kind, or null for raw vectors. */
  @Nullable IndexFlatCodes template() {
    return template;
  }

  /** Takes over the storage that was read: its kind, and its memory when the file is mapped. */
  void adopt(IndexFlatCodes storage, boolean holdsCodes) {
    if (holdsCodes) {
      mappedStorage = storage;
      template = storage;
    } else if (!(storage instanceof IndexFlat)) {
      template = storage;
    }
  }

  // ---- settings ----

  /** M, the neighbours of a point on an upper level (half of those on the base level). */
  public int m() {
    return read(s -> s.graph().plan().m());
  }

  /** Length of the candidate list while building; FAISS's default is 40. */
  public int efConstruction() {
    return settings.efConstruction;
  }

  /**
   * Sets {@link #efConstruction()}.
   *
   * @throws IllegalArgumentException if below 1
   */
  public void setEfConstruction(int v) {
    settings.efConstruction = HnswSettings.positive("efConstruction", v);
  }

  /** Length of the candidate list of a search, unless its parameters say otherwise; default 16. */
  public int efSearch() {
    return settings.efSearch;
  }

  /**
   * Sets {@link #efSearch()}.
   *
   * @throws IllegalArgumentException if below 1
   */
  public void setEfSearch(int v) {
    settings.efSearch = HnswSettings.positive("efSearch", v);
  }

  /**
   * Candidates that a search keeps on each level above the base, unless its parameters say
   * otherwise; default 1, the greedy walk.
   */
  public int upperBeam() {
    return settings.upperBeam;
  }

  /**
   * Sets {@link #upperBeam()}. With more than one, each upper level is searched with a list of that
   * length, and the base level begins at all of the list (FAISS up to 1.7.4, {@code
   * HNSW::upper_beam}; there the base level's list was no longer than the beam, here it has
   * efSearch). FAISS since 1.8 has no such search: it writes 1 and ignores what a file says, and so
   * does Sagitta.
   *
   * @throws IllegalArgumentException if below 1
   */
  public void setUpperBeam(int v) {
    settings.upperBeam = HnswSettings.positive("upper_beam", v);
  }

  /** Share of the slots that pruning a full list leaves free; default 0.2. */
  public float pruneHeadroom() {
    return settings.pruneHeadroom;
  }

  /**
   * Sets {@link #pruneHeadroom()}; values are used as if clamped to [0, 0.5].
   *
   * @throws IllegalArgumentException if NaN
   */
  public void setPruneHeadroom(float v) {
    if (Float.isNaN(v)) {
      throw new IllegalArgumentException("prune_headroom must be a number");
    }
    settings.pruneHeadroom = v;
  }

  /** Whether a search stops by relative distance (FAISS {@code check_relative_distance}). */
  public void setCheckRelativeDistance(boolean v) {
    settings.checkRelativeDistance = v;
  }

  /** Whether a search uses the bounded candidate queue (FAISS {@code search_bounded_queue}). */
  public void setBoundedQueue(boolean v) {
    settings.boundedQueue = v;
  }

  @Override
  public List<ParameterRange> parameterRanges() {
    return HnswSettings.RANGES;
  }

  /**
   * Sets {@code efSearch}, {@code efConstruction}, {@code upper_beam}, {@code prune_headroom},
   * {@code check_relative_distance} or {@code bounded_queue}.
   */
  @Override
  public void setParameter(String name, double value) {
    settings.set(name, value);
  }

  // ---- reading ----

  @Override
  protected long ntotalIn(HnswState s) {
    return s.count();
  }

  @Override
  protected boolean isTrainedIn(HnswState s) {
    VectorCodec codec = s.codec();
    return codec == null || codec.isTrained();
  }

  @Override
  protected void searchIn(HnswState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    searcher.batch(s, queries, k, p, out, false, null);
  }

  /**
   * Searches as {@link #searchInto(Vectors, int, SearchParameters, KnnResult)} does, and adds to
   * {@code statistics} what it took and, with a selector, which strategy ran.
   *
   * <p>A selector is served by {@link FilterStrategy#AUTO} unless the parameter {@code
   * filter_strategy} says otherwise: k results come back whenever k members exist.
   */
  public final void searchInto(
      Vectors queries, int k, SearchParameters p, KnnResult out, HnswStatistics statistics) {
    checkDimension(queries);
    readVoid(
        s -> {
          if (!isTrainedIn(s)) {
            throw new IllegalStateException(
                getClass().getSimpleName() + " must be trained before search");
          }
          out.prepare(queries.n(), k);
          searcher.batch(s, queries, k, p, out, false, statistics);
        });
  }

  @Override
  protected void searchWithIn(
      HnswState s, Vectors query, ResultCollector collector, SearchParameters p) {
    searcher.one(s, query, 0, collector, p, false);
  }

  @Override
  protected RangeResult rangeSearchIn(
      HnswState s, Vectors queries, float radius, SearchParameters p) {
    return searcher.range(s, queries, radius, p, false);
  }

  @Override
  protected void reconstructIn(HnswState s, long id, MemorySegment out, long offset) {
    if (id < 0 || id >= s.count()) {
      throw new IllegalArgumentException("id " + id + " is not in [0, " + s.count() + ")");
    }
    decode(s, s.rowOf(id), out, offset);
  }

  private void decode(HnswState s, int row, MemorySegment out, long offset) {
    CodeRows codes = searcher.codesOf(s);
    codecOf(s).decode(1, codes.chunk(row), codes.offset(row), out, offset);
  }

  @Override
  protected long saCodeSizeIn(HnswState s) {
    return codecOf(s).codeSize();
  }

  @Override
  protected void saEncodeIn(HnswState s, Vectors x, MemorySegment codes) {
    codecOf(s).encode(x, codes, 0);
  }

  @Override
  protected void saDecodeIn(HnswState s, long n, MemorySegment codes, MemorySegment out) {
    codecOf(s).decode(n, codes, 0, out, 0);
  }

  @Override
  protected long offHeapBytesIn(HnswState s) {
    long bytes = 0;
    for (StoredBytes b : stored) {
      bytes += b.segment().byteSize();
    }
    IndexFlatCodes storage = mappedStorage;
    if (storage != null) {
      bytes += storage.offHeapBytes();
    }
    HnswWriter w = writer;
    return w == null ? bytes : bytes + w.bytes();
  }

  // ---- writing ----

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    addLocked("add", x, null, listener);
  }

  /**
   * Adds codes as they are. The graph is built as for the vectors they decode to (FAISS's graphs
   * refuse this verb).
   */
  @Override
  protected void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    writer("addSaCodes");
    if (ids.length != 0) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName() + " numbers its vectors itself: no addSaCodes with ids");
    }
    if (n == 0) {
      return;
    }
    try (Arena arena = Arena.ofShared()) {
      MemorySegment x = arena.allocate(Math.multiplyExact(n, (long) d() * Float.BYTES), 64);
      codecOf(current()).decode(n, codes, 0, x, 0);
      addLocked("addSaCodes", new Vectors(n, d(), x), codes, ProgressListener.NONE);
    }
  }

  /**
   * @param codes of the vectors; null if they are to be encoded
   */
  private void addLocked(
      String verb, Vectors x, @Nullable MemorySegment codes, ProgressListener listener) {
    HnswWriter w = writer(verb);
    if (settings.baseLevelOnly) {
      throw new IllegalStateException(
          getClass().getSimpleName() + " searches its base level only; nothing can be added");
    }
    HnswState before = current();
    w.begin(before);
    HnswState after;
    try {
      after = w.add(before, x, codes, metricType(), metricArg(), settings, listener);
    } catch (Throwable t) {
      publishAfter(w, w.rollBack(before));
      throw t;
    }
    publishAfter(w, after);
  }

  private void publishAfter(HnswWriter w, HnswState next) {
    publish(next, w.afterReaders());
  }

  @Override
  protected void trainLocked(Vectors x, ProgressListener listener) {
    HnswWriter w = writer("train");
    HnswState s = current();
    VectorCodec codec = codecOf(s);
    if (codec.isTrained()) {
      return;
    }
    VectorCodec trained = codec.copy();
    trained.train(x, listener);
    w.begin(s);
    publishAfter(w, w.retrained(s, trained));
  }

  /**
   * Removes the members; ids shift down as in FAISS's flat index (FAISS itself removes nothing from
   * a graph).
   */
  @Override
  protected long removeIdsLocked(IDSelector selector) {
    writer("removeIds");
    HnswState s = current();
    return removeLocked(s, s.members(selector));
  }

  private long removeLocked(HnswState before, int[] rows) {
    if (rows.length == 0) {
      return 0;
    }
    HnswWriter w = writer("removeIds");
    w.begin(before);
    HnswState after;
    try {
      after = w.remove(before, rows, metricType(), metricArg(), settings);
    } catch (Throwable t) {
      publishAfter(w, w.rollBack(before));
      throw t;
    }
    publishAfter(w, after);
    return rows.length;
  }

  /**
   * Gives a graph that was read without its storage the vectors it was built on; their codes are
   * copied.
   *
   * @param storage vector i is vertex i of the graph; closed by the caller
   * @throws IllegalStateException if this index has its storage
   * @throws IllegalArgumentException if number, dimension or metric differ
   */
  public void attachStorage(IndexFlatCodes storage) {
    if (storage.d() != d() || storage.metricType() != metricType()) {
      throw new IllegalArgumentException(
          "a storage of dimension "
              + storage.d()
              + " and metric "
              + storage.metricType()
              + " does not fit a graph of dimension "
              + d()
              + " and metric "
              + metricType());
    }
    try (IndexSnapshot<FlatState> held = storage.snapshot()) {
      FlatState from = held.state();
      write(
          () -> {
            HnswState s = current();
            if (s.codec() != null) {
              throw new IllegalStateException("the index has its storage");
            }
            if (from.size() != s.count()) {
              throw new IllegalArgumentException(
                  "the storage has " + from.size() + " vectors, the graph " + s.count());
            }
            HnswWriter old = writer;
            HnswWriter w = new HnswWriter(s.graph().plan(), from.codec().codeSize());
            HnswState next = StateCopy.into(s, from.codec(), storage.codesOf(from), w);
            template = storage instanceof IndexFlat ? null : storage.emptyLike(from.codec());
            writer = w;
            publish(next, old == null ? null : old::free);
            return null;
          });
    }
  }

  // ---- rows, for id maps ----

  @Override
  public void searchRows(HnswState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    searcher.batch(s, queries, k, p, out, true, null);
  }

  @Override
  public void searchRowsWith(
      HnswState s, Vectors query, ResultCollector collector, SearchParameters p) {
    searcher.one(s, query, 0, collector, p, true);
  }

  @Override
  public RangeResult rangeSearchRows(
      HnswState s, Vectors queries, float radius, SearchParameters p) {
    return searcher.range(s, queries, radius, p, true);
  }

  @Override
  public long rowBound(HnswState s) {
    return s.graph().rows();
  }

  @Override
  public boolean hasRow(HnswState s, long row) {
    return s.hasRow(row);
  }

  @Override
  public long rowOf(HnswState s, long id) {
    return s.rowOf(id);
  }

  @Override
  public void reconstructRow(HnswState s, long row, MemorySegment out, long offset) {
    decode(s, (int) row, out, offset);
  }

  @Override
  public long removeRows(long[] rows, int n, @Nullable RowMoves moves) {
    return write(
        () -> {
          writer("removeIds");
          HnswState s = current();
          return removeLocked(s, s.present(rows, n));
        });
  }

  // ---- the rest of writing ----

  @Override
  protected void resetLocked() {
    HnswWriter old = writer("reset");
    HnswState s = current();
    HnswWriter fresh = old.successor(codecOf(s).codeSize());
    writer = fresh;
    publish(fresh.first(codecOf(s)), old::free);
  }

  @Override
  protected void mergeFromLocked(Index other, long addId) {
    if (addId != 0) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " stores no ids: add_id must be 0, given: " + addId);
    }
    if (!(other instanceof IndexHNSW o)
        || o.d() != d()
        || o.metricType() != metricType()
        || o.metricArg() != metricArg()
        || o.getClass() != getClass()) {
      throw new IllegalArgumentException(
          "only a "
              + getClass().getSimpleName()
              + " of the same dimension and metric can be merged");
    }
    if (o.ntotal() > 0) {
      int rowsAtOnce = Math.max(1, (1 << 22) / d());
      for (long from = 0, n = o.ntotal(); from < n; from += rowsAtOnce) {
        addLocked(
            Vectors.of(o.reconstructN(from, (int) Math.min(rowsAtOnce, n - from)), d()),
            ProgressListener.NONE);
      }
      o.reset();
    }
  }

  @Override
  protected Index copyOf(HnswState s) {
    VectorCodec codec = codecOf(s).copy();
    HnswWriter own = writer;
    HnswWriter w =
        own == null
            ? new HnswWriter(s.graph().plan(), codec.codeSize())
            : own.successor(codec.codeSize());
    IndexHNSW copy = newLike(StateCopy.into(s, codec, searcher.codesOf(s), w), w);
    copy.settings.copyFrom(settings);
    IndexFlatCodes storage = template;
    if (storage != null) {
      copy.template = storage.emptyLike(codec);
    }
    return copy;
  }

  /** An index of this class in a given state. */
  IndexHNSW newLike(HnswState s, HnswWriter w) {
    return new IndexHNSW(d(), metricType(), metricArg(), s, w, List.of());
  }

  @Override
  protected void freeAll(HnswState last) {
    HnswWriter w = writer;
    if (w != null) {
      w.free();
    }
    stored.forEach(StoredBytes::release);
    IndexFlatCodes storage = template;
    if (storage != null) {
      storage.close();
    }
  }
}
