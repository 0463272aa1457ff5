package io.sagitta.core;

import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.concurrent.VersionedState;
import io.sagitta.core.concurrent.VersionedState.Version;
import io.sagitta.core.jfr.AddEvent;
import io.sagitta.core.jfr.SearchEvent;
import io.sagitta.core.jfr.TrainEvent;
import io.sagitta.core.memory.MappedFile;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link Index} that every index shares: one published state, a writer lock, argument
 * checks, events and snapshots. A family writes its reading verbs once, against a state ({@code
 * …In}), and its writing verbs once, under the lock ({@code …Locked}), ending in {@link #publish}.
 *
 * <p>Threads: as {@link Index} says; {@link VersionedState} has the argument why a reader never
 * sees freed or half-written memory.
 *
 * @param <S> the immutable state
 */
public abstract class AbstractIndex<S> implements Index {
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final int d;
  private final MetricType metric;
  private final float metricArg;
  private final VersionedState<S> state;
  private final ReentrantLock writer = new ReentrantLock();
  private final long number = NUMBERS.getAndIncrement();

  /** Files that the vectors are read from where they lie; set before anybody else has the index. */
  private volatile MappedFile[] watched = {};

  /**
   * @throws IllegalArgumentException if d is not in [1, 2^20] (FAISS's bound for files)
   */
  protected AbstractIndex(int d, MetricType metric, float metricArg, S first) {
    if (d < 1 || d > 1 << 20) {
      throw new IllegalArgumentException("dimension d = " + d + " must be in [1, 1048576]");
    }
    this.d = d;
    this.metric = metric;
    this.metricArg = metricArg;
    this.state = new VersionedState<>(getClass().getSimpleName(), first);
  }

  // ---- what a family writes: reading verbs against a state -------------------------------------

  /** Number of vectors of a state. */
  protected abstract long ntotalIn(S s);

  /** Whether a state is trained. */
  protected boolean isTrainedIn(S s) {
    return true;
  }

  /** k-NN search; arguments are checked (dimension, k), {@code out} is prepared for nq × k. */
  protected abstract void searchIn(S s, Vectors queries, int k, SearchParameters p, KnnResult out);

  /** One query into a collector. */
  protected void searchWithIn(S s, Vectors query, ResultCollector collector, SearchParameters p) {
    throw unsupported("searchWith");
  }

  /** Range search. */
  protected RangeResult rangeSearchIn(S s, Vectors queries, float radius, SearchParameters p) {
    throw unsupported("rangeSearch");
  }

  /** Decodes one vector; the id is not checked yet. */
  protected void reconstructIn(S s, long id, MemorySegment out, long offset) {
    throw unsupported("reconstruct");
  }

  /** Decodes ids [from, from + n); the range is checked against [0, ntotal). */
  protected void reconstructNIn(S s, long from, long n, MemorySegment out) {
    for (long i = 0; i < n; i++) {
      reconstructIn(s, from + i, out, i * d * 4);
    }
  }

  /**
   * Checks the ids [from, from + n) before {@link #reconstructNIn}; the default wants them in [0,
   * ntotal). An index whose ids are arbitrary overrides it.
   */
  protected void checkIdsIn(S s, long from, long n) {
    long total = ntotalIn(s);
    if (from < 0 || n < 0 || from > total - n) {
      throw new IllegalArgumentException(
          "ids [" + from + ", " + (from + n) + ") are not inside [0, " + total + ")");
    }
  }

  /** k-NN search with the vectors found; the default reconstructs each id. */
  protected KnnVectors searchAndReconstructIn(S s, Vectors queries, int k, SearchParameters p) {
    KnnResult out = new KnnResult(queries.n(), k);
    searchIn(s, queries, k, p, out);
    float[] vectors = new float[Math.multiplyExact(Math.multiplyExact(out.nq(), k), d)];
    Arrays.fill(vectors, Float.intBitsToFloat(-1));
    MemorySegment target = MemorySegment.ofArray(vectors);
    for (int q = 0; q < out.nq(); q++) {
      for (int i = 0; i < out.count(q); i++) {
        reconstructIn(s, out.id(q, i), target, ((long) q * k + i) * d * 4);
      }
    }
    return new KnnVectors(out, vectors);
  }

  /** Bytes of the stand-alone code. */
  protected long saCodeSizeIn(S s) {
    throw unsupported("saCodeSize");
  }

  /** Stand-alone encoding; sizes are checked. */
  protected void saEncodeIn(S s, Vectors x, MemorySegment codes) {
    throw unsupported("saEncode");
  }

  /** Stand-alone decoding; sizes are checked. */
  protected void saDecodeIn(S s, long n, MemorySegment codes, MemorySegment out) {
    throw unsupported("saDecode");
  }

  /** Off-heap bytes of a state. */
  protected abstract long offHeapBytesIn(S s);

  /**
   * Whether ids are stored beside the vectors, so that a removal renumbers nothing (inverted
   * files); otherwise ids are dense.
   */
  public boolean storesIds() {
    return false;
  }

  // ---- what a family writes: writing verbs, under the lock --------------------------------------

  /** Trains; the dimension is checked. */
  protected void trainLocked(Vectors x, ProgressListener listener) {}

  /** Adds; trained and dimension are checked. */
  protected abstract void addLocked(Vectors x, ProgressListener listener);

  /** Adds under ids; trained, dimension and count are checked. */
  protected void addWithIdsLocked(Vectors x, long[] ids, ProgressListener listener) {
    throw unsupported("addWithIds");
  }

  /** Adds codes; sizes are checked. */
  protected void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    throw unsupported("addSaCodes");
  }

  /** Removes. */
  protected long removeIdsLocked(IDSelector selector) {
    throw unsupported("removeIds");
  }

  /** Merges another index of any kind; both locks are held. */
  protected void mergeFromLocked(Index other, long addId) {
    throw unsupported("mergeFrom");
  }

  /** Removes all vectors. */
  protected abstract void resetLocked();

  /** A deep copy of a state as an index of its own. */
  protected abstract Index copyOf(S s);

  /** Frees everything the last state holds. */
  protected abstract void freeAll(S last);

  // ---- services for families --------------------------------------------------------------------

  /** The state the writer works from; only with the lock held. */
  protected final S current() {
    return state.current();
  }

  /**
   * Makes a state current; only with the lock held.
   *
   * @param onFree run when no reader can see the replaced state or an earlier one; null = nothing
   */
  protected final void publish(S next, @Nullable Runnable onFree) {
    state.publish(next, onFree);
  }

  /** Runs a writing verb under the lock. */
  protected final <T> T write(java.util.function.Supplier<T> body) {
    writer.lock();
    try {
      if (state.isClosed()) {
        throw new IllegalStateException(getClass().getSimpleName() + " is closed");
      }
      return body.get();
    } finally {
      writer.unlock();
    }
  }

  /** Runs a writing verb without a result under the lock. */
  protected final void writeVoid(Runnable body) {
    write(
        () -> {
          body.run();
          return true;
        });
  }

  /** Runs a reading verb on the current state. */
  protected final <T> T read(java.util.function.Function<S, T> body) {
    Version<S> v = state.acquire();
    try {
      return body.apply(v.value());
    } finally {
      state.release(v);
    }
  }

  /** {@link #read} for a verb without a value. */
  protected final void readVoid(java.util.function.Consumer<S> body) {
    Version<S> v = state.acquire();
    try {
      body.accept(v.value());
    } finally {
      state.release(v);
    }
  }

  /** The exception of an optional verb that this index does not have. */
  protected final UnsupportedOperationException unsupported(String verb) {
    return new UnsupportedOperationException(
        getClass().getSimpleName() + " does not support " + verb);
  }

  /** Checks a view's dimension. */
  protected final void checkDimension(Vectors x) {
    if (x.d() != d) {
      throw new IllegalArgumentException(
          "vectors have dimension " + x.d() + ", the index has " + d);
    }
  }

  /**
   * How the JVM reports a page of a mapped file that is not there any more.
   *
   * @return the documented exception
   */
  private RuntimeException cut(InternalError e) {
    return new IllegalStateException(
        getClass().getSimpleName() + ": a mapped file was cut or could not be read while in use",
        e);
  }

  /**
   * Names a file that this index reads from where it lies, to be looked at before each verb. For
   * {@link io.sagitta.core.io.IndexIO}, before the index is handed out.
   */
  public final void watch(MappedFile file) {
    watched = Arrays.copyOf(watched, watched.length + 1);
    watched[watched.length - 1] = file;
  }

  /** From now on this index reads none of the files named to {@link #watch}. */
  protected final void unwatch() {
    watched = new MappedFile[0];
  }

  /** Before a verb that reads vectors: one fstat for each mapped file. */
  private void requireWholeFiles() {
    for (MappedFile file : watched) {
      file.requireWhole();
    }
  }

  private <T> T mapped(java.util.function.Supplier<T> body) {
    requireWholeFiles();
    try {
      return body.get();
    } catch (InternalError e) {
      throw cut(e);
    }
  }

  private void checkTrained(S s, String verb) {
    if (!isTrainedIn(s)) {
      throw new IllegalStateException(
          getClass().getSimpleName() + " must be trained before " + verb);
    }
  }

  // ---- Index
  // -------------------------------------------------------------------------------------

  @Override
  public final int d() {
    return d;
  }

  @Override
  public final MetricType metricType() {
    return metric;
  }

  @Override
  public final float metricArg() {
    return metricArg;
  }

  @Override
  public final long ntotal() {
    return read(this::ntotalIn);
  }

  @Override
  public final boolean isTrained() {
    return read(this::isTrainedIn);
  }

  @Override
  public final void train(Vectors x, ProgressListener listener) {
    checkDimension(x);
    TrainEvent event = TrainEvent.start();
    writeVoid(
        () -> {
          trainLocked(x, listener);
        });
    if (event != null) {
      event.finish(getClass().getSimpleName(), x.n(), d);
    }
  }

  @Override
  public final void add(Vectors x, ProgressListener listener) {
    checkDimension(x);
    AddEvent event = AddEvent.start();
    writeVoid(
        () -> {
          checkTrained(current(), "add");
          if (x.n() > 0) {
            addLocked(x, listener);
          }
        });
    if (event != null) {
      event.finish(getClass().getSimpleName(), x.n(), d);
    }
  }

  @Override
  public final void addWithIds(Vectors x, long[] ids, ProgressListener listener) {
    checkDimension(x);
    if (ids.length != x.n()) {
      throw new IllegalArgumentException(x.n() + " vectors are given with " + ids.length + " ids");
    }
    AddEvent event = AddEvent.start();
    writeVoid(
        () -> {
          checkTrained(current(), "addWithIds");
          addWithIdsLocked(x, ids, listener);
        });
    if (event != null) {
      event.finish(getClass().getSimpleName(), x.n(), d);
    }
  }

  @Override
  public final void searchInto(Vectors queries, int k, SearchParameters p, KnnResult out) {
    Version<S> v = state.acquire();
    try {
      searchChecked(v.value(), queries, k, p, out);
    } finally {
      state.release(v);
    }
  }

  final void searchChecked(S s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    checkDimension(queries);
    checkTrained(s, "search");
    requireWholeFiles();
    out.prepare(queries.n(), k);
    SearchEvent event = SearchEvent.start();
    try {
      searchIn(s, queries, k, p, out);
    } catch (InternalError e) {
      throw cut(e);
    }
    if (event != null) {
      event.finish(getClass().getSimpleName(), out, ntotalIn(s));
    }
  }

  @Override
  public final void searchWith(Vectors query, ResultCollector collector, SearchParameters p) {
    Version<S> v = state.acquire();
    try {
      searchWithChecked(v.value(), query, collector, p);
    } finally {
      state.release(v);
    }
  }

  final void searchWithChecked(S s, Vectors query, ResultCollector collector, SearchParameters p) {
    checkDimension(query);
    if (query.n() != 1) {
      throw new IllegalArgumentException("searchWith takes one query, given: " + query.n());
    }
    checkTrained(s, "search");
    requireWholeFiles();
    try {
      searchWithIn(s, query, collector, p);
    } catch (InternalError e) {
      throw cut(e);
    }
  }

  @Override
  public final RangeResult rangeSearch(Vectors queries, float radius, SearchParameters p) {
    return read(s -> rangeChecked(s, queries, radius, p));
  }

  final RangeResult rangeChecked(S s, Vectors queries, float radius, SearchParameters p) {
    checkDimension(queries);
    checkTrained(s, "rangeSearch");
    return mapped(() -> rangeSearchIn(s, queries, radius, p));
  }

  @Override
  public final void reconstruct(long id, MemorySegment out, long offset) {
    // Without a lambda: searches over residuals ask for the centroid of every list they visit.
    Version<S> v = state.acquire();
    try {
      reconstructChecked(v.value(), id, out, offset);
    } finally {
      state.release(v);
    }
  }

  final void reconstructChecked(S s, long id, MemorySegment out, long offset) {
    checkRoom(1, out, offset);
    requireWholeFiles();
    try {
      reconstructIn(s, id, out, offset);
    } catch (InternalError e) {
      throw cut(e);
    }
  }

  /** Checks that n vectors fit behind {@code offset}. */
  private void checkRoom(long n, MemorySegment out, long offset) {
    if (offset < 0 || n < 0 || n > Long.MAX_VALUE / 4 / d || out.byteSize() - offset < n * d * 4) {
      throw new IllegalArgumentException(
          n
              + " vectors of dimension "
              + d
              + " do not fit behind byte "
              + offset
              + " of "
              + out.byteSize());
    }
  }

  @Override
  public final void reconstructN(long from, long n, MemorySegment out) {
    readVoid(
        s -> {
          reconstructNChecked(s, from, n, out);
        });
  }

  final void reconstructNChecked(S s, long from, long n, MemorySegment out) {
    checkIdsIn(s, from, n);
    checkRoom(n, out, 0);
    if (n > 0) {
      requireWholeFiles();
      try {
        reconstructNIn(s, from, n, out);
      } catch (InternalError e) {
        throw cut(e);
      }
    }
  }

  @Override
  public final float[] reconstructBatch(long[] ids) {
    return read(s -> reconstructBatchIn(s, ids));
  }

  final float[] reconstructBatchIn(S s, long[] ids) {
    float[] out = new float[Math.multiplyExact(ids.length, d)];
    MemorySegment target = MemorySegment.ofArray(out);
    return mapped(
        () -> {
          for (int i = 0; i < ids.length; i++) {
            reconstructIn(s, ids[i], target, (long) i * d * 4);
          }
          return out;
        });
  }

  @Override
  public final KnnVectors searchAndReconstruct(Vectors queries, int k, SearchParameters p) {
    return read(s -> searchAndReconstructChecked(s, queries, k, p));
  }

  final KnnVectors searchAndReconstructChecked(S s, Vectors q, int k, SearchParameters p) {
    checkDimension(q);
    checkTrained(s, "searchAndReconstruct");
    return mapped(() -> searchAndReconstructIn(s, q, k, p));
  }

  @Override
  public final long removeIds(IDSelector selector) {
    return write(() -> removeIdsLocked(selector));
  }

  @Override
  public final void mergeFrom(Index other, long addId) {
    if (isSame(other)) {
      throw new IllegalArgumentException("an index cannot be merged into itself");
    }
    if (!(other instanceof AbstractIndex<?> o)) {
      throw new IllegalArgumentException(
          "a " + other.getClass().getSimpleName() + " cannot be emptied, so not be merged");
    }
    // In order of age, so that two indexes merged into each other at once do not wait for ever.
    AbstractIndex<?> first = number < o.number ? this : o;
    AbstractIndex<?> second = number < o.number ? o : this;
    first.writeVoid(() -> second.writeVoid(() -> mergeFromLocked(other, addId)));
  }

  @SuppressWarnings("ReferenceEquality") // the same object is what is meant
  private boolean isSame(Index other) {
    return other == this;
  }

  @Override
  public final void reset() {
    writeVoid(
        () -> {
          resetLocked();
        });
  }

  @Override
  public final long saCodeSize() {
    return read(this::saCodeSizeIn);
  }

  @Override
  public final void saEncode(Vectors x, MemorySegment codes) {
    readVoid(s -> saEncodeChecked(s, x, codes));
  }

  final void saEncodeChecked(S s, Vectors x, MemorySegment codes) {
    checkDimension(x);
    checkTrained(s, "saEncode");
    checkCodes(s, x.n(), codes);
    saEncodeIn(s, x, codes);
  }

  @Override
  public final void saDecode(long n, MemorySegment codes, MemorySegment out) {
    readVoid(s -> saDecodeChecked(s, n, codes, out));
  }

  final void saDecodeChecked(S s, long n, MemorySegment codes, MemorySegment out) {
    checkTrained(s, "saDecode");
    checkCodes(s, n, codes);
    checkRoom(n, out, 0);
    saDecodeIn(s, n, codes, out);
  }

  private void checkCodes(S s, long n, MemorySegment codes) {
    long size = saCodeSizeIn(s);
    if (n < 0 || n > Long.MAX_VALUE / Math.max(1, size) || codes.byteSize() < n * size) {
      throw new IllegalArgumentException(
          n + " codes of " + size + " bytes exceed the memory of " + codes.byteSize() + " bytes");
    }
  }

  @Override
  public final void addSaCodes(long n, MemorySegment codes, long[] ids) {
    if (ids.length != 0 && ids.length != n) {
      throw new IllegalArgumentException(n + " codes are given with " + ids.length + " ids");
    }
    writeVoid(
        () -> {
          checkTrained(current(), "addSaCodes");
          checkCodes(current(), n, codes);
          addSaCodesLocked(n, codes, ids);
        });
  }

  @Override
  public final float[] computeResidual(Vectors x, long[] ids) {
    return read(s -> residualIn(s, x, ids));
  }

  final float[] residualIn(S s, Vectors x, long[] ids) {
    checkDimension(x);
    if (ids.length != x.n()) {
      throw new IllegalArgumentException(x.n() + " vectors are given with " + ids.length + " ids");
    }
    float[] out = reconstructBatchIn(s, ids);
    for (int i = 0; i < out.length; i++) {
      out[i] = x.data().get(Vectors.FLOAT, 4L * i) - out[i];
    }
    return out;
  }

  @Override
  public final Index copy() {
    return read(this::copyChecked);
  }

  final Index copyChecked(S s) {
    return mapped(() -> copyOf(s));
  }

  @Override
  public final IndexSnapshot<S> snapshot() {
    requireWholeFiles();
    return new IndexSnapshot<>(this, state.pin());
  }

  @Override
  public final long offHeapBytes() {
    return read(this::offHeapBytesIn);
  }

  @Override
  public void close() {
    writer.lock();
    try {
      if (!state.isClosed()) {
        state.close(() -> freeAll(state.current()));
      }
    } finally {
      writer.unlock();
    }
  }

  /** For {@link IndexSnapshot}. */
  final void unpin(Version<S> version) {
    state.unpin(version);
  }
}
