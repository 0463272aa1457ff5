package io.sagitta.ivf;

import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.KnnResult;
import io.sagitta.core.KnnVectors;
import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.io.StoredBytes;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An inverted file: a coarse quantizer assigns each vector to one of {@code nlist} lists, and a
 * search scans the {@code nprobe} lists nearest to its query. Results are FAISS's: same lists, same
 * order in them, same tie rules.
 *
 * <p><b>Threads.</b> Any thread may search while another adds, removes, trains or resets; a writer
 * replaces only the lists it touches and publishes them as one new state, so a search runs on the
 * lists of one moment and nothing ever stops. Writers exclude each other. The quantizer belongs to
 * this index: it is trained by it, closed with it, and must not be changed by others.
 *
 * <p><b>Ids.</b> Any long; duplicates are allowed. An id of −1 is stored but never reported, as in
 * FAISS. A vector with NaN that no list accepts is counted in {@link #ntotal()} but stored nowhere.
 *
 * <p><b>Parameters.</b> {@code nprobe}, {@code max_codes}, {@code ensure_topk_full}, {@code
 * max_empty_result_buckets} (range search), {@code exact}, {@code quantizer_…}, and a selector.
 *
 * <p>Source: FAISS {@code IndexIVF}.
 */
public abstract class IndexIVF extends IvfFamily {
  private final IvfStats stats = new IvfStats();
  private final DirectMap directMap = new DirectMap();
  private final PassingCache passing = new PassingCache();
  private final IvfSearch searches = new IvfSearch();
  private volatile float @Nullable [] centroids;
  private volatile boolean chosenElsewhere;

  /**
   * @param quantizer finds the nearest of nlist centroids; of the same dimension
   * @param byResidual whether codes are of the difference to the centroid
   * @throws IllegalArgumentException if nlist &lt; 1 or the quantizer's dimension differs
   */
  IndexIVF(
      Index quantizer,
      int d,
      int nlist,
      MetricType metric,
      float metricArg,
      boolean byResidual,
      IvfState first) {
    super(quantizer, d, nlist, metric, metricArg, byResidual, first);
  }

  /** What searches did so far. */
  public final IvfStats stats() {
    return stats;
  }

  // ---- reading verbs ----------------------------------------------------------------------------

  @Override
  protected long ntotalIn(IvfState s) {
    return s.ntotal;
  }

  @Override
  protected boolean isTrainedIn(IvfState s) {
    return s.trained;
  }

  @Override
  protected void searchIn(IvfState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    knn(s, queries, k, p, false, out);
  }

  final void knn(
      IvfState s, Vectors queries, int k, SearchParameters p, boolean pairs, KnnResult out) {
    searches.knn(this, s, quantizer(), queries, queries, k, p, pairs, out);
  }

  /** The searches of this index, for one that chooses the lists in another space. */
  final IvfSearch searches() {
    return searches;
  }

  /** Query q of a slice, in FAISS's order, to row {@code to} of the result. */
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
    mine.scanner.configure(settings);
    mine.scanner.setQuery(queries.data(), queries.offset(q));
    mine.top.begin(k);
    ProbeWalk.walk(this, s, mine, settings, lists, distances, q * width, width, k, pairs, mine.top);
    mine.top.finish(out, to);
    dropMinusOne(out, to);
  }

  /** FAISS's final order leaves out the id −1. */
  final void dropMinusOne(KnnResult out, int q) {
    IvfRows.dropMinusOne(out, q, metricType());
  }

  /** All centroids, nlist × d; cached, for exact search. */
  final float[] centroids(IvfState s) {
    float[] c = centroids;
    if (c == null) {
      c = quantizer().reconstructN(0, nlist());
      centroids = c;
    }
    return c;
  }

  /** A scratch for one thread; give it back by {@link #giveScratch}. */
  final SearchScratch takeScratch(IvfState s) {
    return searches.take(this, s);
  }

  final void giveScratch(SearchScratch s) {
    searches.give(s);
  }

  /**
   * Searches lists the caller chose (FAISS {@code search_preassigned}).
   *
   * @param lists nq × nprobe list numbers, −1 for none
   * @param coarseDistances the queries' distances to these lists' centroids, nq × nprobe
   * @param storePairs whether labels are (list &lt;&lt; 32 | row) instead of ids
   * @throws IllegalArgumentException if the arrays do not fit or a list does not exist
   */
  public final void searchPreassigned(
      Vectors queries,
      int k,
      long[] lists,
      float[] coarseDistances,
      boolean storePairs,
      SearchParameters p,
      KnnResult out) {
    checkDimension(queries);
    requireUnsealed("searchPreassigned");
    int width = IvfRows.assignmentWidth(queries, lists, coarseDistances);
    out.prepare(queries.n(), k);
    readVoid(
        s ->
            searches.assigned(
                this, s, queries, k, lists, coarseDistances, width, storePairs, p, out));
  }

  /**
   * The exact k nearest among all stored vectors (as decoded), without scanning all of them: lists
   * are visited until the triangle inequality proves that no other can hold a better one. L2 and
   * inner product.
   *
   * @return how many lists each query needed
   * @throws UnsupportedOperationException for other metrics
   */
  public final int[] searchExact(Vectors queries, int k, SearchParameters p, KnnResult out) {
    checkDimension(queries);
    requireUnsealed("searchExact");
    out.prepare(queries.n(), k);
    int[] lists = new int[Math.toIntExact(queries.n())];
    readVoid(
        s -> {
          if (!s.trained) {
            throw new IllegalStateException(
                getClass().getSimpleName() + " must be trained before search");
          }
          SearchSettings settings = new SearchSettings();
          settings.read(this, p);
          ExactSearch.search(this, s, queries, k, settings, false, out, lists);
        });
    return lists;
  }

  @Override
  protected void searchWithIn(
      IvfState s, Vectors query, ResultCollector collector, SearchParameters p) {
    searches.with(this, s, query, collector, p);
  }

  @Override
  protected RangeResult rangeSearchIn(
      IvfState s, Vectors queries, float radius, SearchParameters p) {
    return searches.range(this, s, quantizer(), queries, queries, radius, p);
  }

  /**
   * Range search in lists the caller chose; otherwise as {@link #searchPreassigned}.
   *
   * @throws IllegalArgumentException if the arrays do not fit or a list does not exist
   */
  public final RangeResult rangeSearchPreassigned(
      Vectors queries, float radius, long[] lists, float[] coarseDistances, SearchParameters p) {
    checkDimension(queries);
    int width = IvfRows.assignmentWidth(queries, lists, coarseDistances);
    SearchSettings settings = new SearchSettings();
    settings.read(this, p);
    return read(
        s -> RangeWalk.run(this, s, queries, radius, settings, lists, coarseDistances, width));
  }

  @Override
  protected void reconstructIn(IvfState s, long id, MemorySegment out, long offset) {
    long place = IvfRows.find(this, s, id);
    if (place == DirectMap.ABSENT) {
      throw new IllegalArgumentException("there is no vector with id " + id);
    }
    IvfRows.decode(this, s, (int) (place >>> 32), (int) place, out, offset);
  }

  @Override
  protected void reconstructNIn(IvfState s, long from, long n, MemorySegment out) {
    IvfRows.decodeRange(this, s, from, n, out);
  }

  @Override
  protected KnnVectors searchAndReconstructIn(
      IvfState s, Vectors queries, int k, SearchParameters p) {
    KnnResult out = new KnnResult(queries.n(), k);
    knn(s, queries, k, p, true, out);
    return IvfRows.withVectors(this, s, out);
  }

  // ---- stand-alone codes: list number in as few bytes as hold nlist − 1, then the code ---------

  /** Bytes of the list number in a stand-alone code. */
  public final int coarseCodeSize() {
    return (32 - Integer.numberOfLeadingZeros(nlist() - 1) + 7) / 8;
  }

  @Override
  protected long saCodeSizeIn(IvfState s) {
    return (long) coarseCodeSize() + standaloneSize(s);
  }

  @Override
  protected void saEncodeIn(IvfState s, Vectors x, MemorySegment codes) {
    StandaloneCodes.encode(this, s, x, codes);
  }

  @Override
  protected void saDecodeIn(IvfState s, long n, MemorySegment codes, MemorySegment out) {
    StandaloneCodes.decode(this, s, n, codes, out);
  }

  @Override
  protected long offHeapBytesIn(IvfState s) {
    return s.offHeapBytes() + directMap.heldBytes() + quantizer().offHeapBytes();
  }

  // ---- direct map -------------------------------------------------------------------------------

  /** How vectors are found by id; {@link DirectMapType#NONE} at first. */
  public final DirectMapType directMapType() {
    return directMap.type();
  }

  /**
   * Chooses how vectors are found by id.
   *
   * @throws IllegalArgumentException for ARRAY unless all ids are 0..ntotal−1
   */
  public final void setDirectMapType(DirectMapType type) {
    write(
        () -> {
          if (type == DirectMapType.ARRAY) {
            IvfRows.requireDenseIds(current());
          }
          directMap.rebuild(type, current());
          return null;
        });
  }

  final PassingCache passing() {
    return passing;
  }

  final DirectMap directMap() {
    return directMap;
  }

  // ---- writing verbs ----------------------------------------------------------------------------

  private void requireUnsealed(String verb) {
    if (sealed()) {
      throw unsupported(verb);
    }
  }

  /** Refuses to change a read-only view of a file. */
  final ListStore writable(String verb) {
    ListStore store = current().store;
    requireUnsealed(verb);
    if (store == null || store.readOnly()) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName()
              + " is a read-only view of a file and does not support "
              + verb);
    }
    return store;
  }

  @Override
  protected void trainLocked(Vectors x, ProgressListener listener) {
    writable("train");
    IvfState s = current();
    Level1Trainer.train(this, x, listener);
    boolean done = false;
    try {
      IvfState next = EncoderTrainer.train(this, s, x, listener);
      centroids = null;
      publish(next, null);
      done = true;
    } finally {
      if (!done && !s.trained) {
        Level1Trainer.undo(quantizer());
      }
    }
  }

  /**
   * Trains with lists given from outside.
   *
   * @param centroids nlist × d, what codes are the differences to
   * @param x sample for the encoder
   * @param lists of the sample
   */
  final void trainAssigned(Vectors centroids, Vectors x, long[] lists, ProgressListener listener) {
    writing(
        () -> {
          writable("train");
          IvfState s = current();
          Level1Trainer.fill(quantizer(), centroids);
          IvfState next = EncoderTrainer.trainAssigned(this, s, x, lists, listener);
          this.centroids = null;
          publish(next, null);
          return null;
        });
  }

  /** From now on lists and coarse distances come from a quantizer of another space. */
  final void chooseElsewhere() {
    chosenElsewhere = true;
    searches.forget();
  }

  /** Whether coarse distances are of another space than the codes. */
  final boolean chosenElsewhere() {
    return chosenElsewhere;
  }

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    VectorAdder.add(this, current(), writable("add"), x, null, null, listener);
  }

  @Override
  protected void addWithIdsLocked(Vectors x, long[] ids, ProgressListener listener) {
    VectorAdder.add(this, current(), writable("addWithIds"), x, ids, null, listener);
  }

  /**
   * Adds vectors to lists the caller chose (FAISS {@code add_core}).
   *
   * @param ids one per vector, or null to number them from ntotal
   * @param lists one per vector, −1 = counted but not stored
   */
  public final void addPreassigned(Vectors x, long @Nullable [] ids, long[] lists) {
    checkDimension(x);
    if (lists.length != x.n() || (ids != null && ids.length != x.n())) {
      throw new IllegalArgumentException(
          x.n() + " vectors are given with " + lists.length + " lists or other ids");
    }
    for (long l : lists) {
      if (l < -1 || l >= nlist()) {
        throw ProbeWalk.badList(l, nlist());
      }
    }
    writing(
        () -> {
          VectorAdder.add(
              this, current(), writable("addPreassigned"), x, ids, lists, ProgressListener.NONE);
          return null;
        });
  }

  @Override
  protected void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    StandaloneCodes.add(this, current(), writable("addSaCodes"), n, codes, ids);
  }

  @Override
  protected long removeIdsLocked(IDSelector selector) {
    return ListRemoval.remove(this, current(), writable("removeIds"), selector);
  }

  /**
   * Replaces vectors by id (FAISS {@code update_vectors}); each moves to the list nearest to its
   * new value. Needs a direct map.
   *
   * @throws IllegalArgumentException if an id is not there
   * @throws IllegalStateException without a direct map
   */
  public final void updateVectors(long[] ids, Vectors x) {
    checkDimension(x);
    if (ids.length != x.n()) {
      throw new IllegalArgumentException(x.n() + " vectors are given with " + ids.length + " ids");
    }
    writing(
        () -> {
          VectorUpdate.update(this, current(), writable("updateVectors"), ids, x);
          return null;
        });
  }

  @Override
  protected void mergeFromLocked(Index other, long addId) {
    if (!(other instanceof IndexIVF ivf) || other.getClass() != getClass()) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " cannot take over a " + other.getClass().getSimpleName());
    }
    writable("mergeFrom");
    ivf.writing(
        () -> {
          ListMerge.merge(this, current(), ivf, ivf.current(), addId);
          return null;
        });
  }

  /**
   * Appends a part of the lists to another index (FAISS {@code copy_subset_to}), which stays as it
   * is otherwise.
   *
   * @param a1 see {@link SubsetType}
   * @param a2 see {@link SubsetType}
   */
  public final void copySubsetTo(IndexIVF target, SubsetType type, long a1, long a2) {
    if (target == this) {
      throw new IllegalArgumentException("an index cannot be copied into itself");
    }
    read(
        s ->
            target.writing(
                () -> {
                  ListMerge.copySubset(this, s, target, target.current(), type, a1, a2);
                  return null;
                }));
  }

  /**
   * Splits the index into shards that together answer as it does: shard i takes every vector whose
   * id leaves i when divided by n. This index stays as it is.
   *
   * @return n indexes of their own memory
   */
  public final List<IndexIVF> split(int n) {
    return read(s -> ListMerge.split(this, s, n));
  }

  /** A trained index without vectors, with this one's settings. */
  final IndexIVF emptyCopy(IvfState s) {
    IvfState empty = IvfState.empty(s.trained, s.codec.copy(), nlist(), emptied(s.extra));
    IndexIVF copy = sibling(quantizer().copy(), empty);
    copy.takeSettings(this);
    return copy;
  }

  /** Runs a reader's body on the current state; what it throws is passed on. */
  final <X extends Exception> void readingState(StateReader<X> body) throws X {
    try (IndexSnapshot<IvfState> view = snapshot()) {
      body.read(view.state());
    }
  }

  /**
   * A second index over a state and a copy of the quantizer, to be written to a file; closing it
   * frees the state.
   */
  final IndexIVF viewOf(IvfState s) {
    IndexIVF view = sibling(quantizer().copy(), s);
    view.nprobeFromFile(nprobe());
    view.directMap.declare(directMap.type());
    return view;
  }

  /** This index's file and others of the same training as one read-only index over all rows. */
  final IndexIVF joined(List<Index> parts) {
    return viewOf(ListMerge.joined(this, currentState(), parts));
  }

  /** Runs a writer's body under the lock. */
  final <T> T writing(Supplier<T> body) {
    return write(body);
  }

  /** The writer's state, for collaborators that hold the lock. */
  final IvfState currentState() {
    return current();
  }

  /** Publishes what an editor made. */
  final void publishLists(
      IvfState base,
      ListEditor editor,
      long ntotal,
      DirectMap.Changes changes,
      @Nullable Object extra) {
    IvfState next = base.withLists(editor.table(), ntotal, extra);
    directMap.apply(changes, ntotal, next.epoch);
    publish(next, editor.freeing());
  }

  /** Publishes a state over other storage; {@code base} is freed when nobody reads it. */
  final void publishStorage(IvfState base, IvfState next) {
    publish(next, base::free);
    directMap.rebuild(directMap.type(), next);
  }

  /** Publishes the same vectors over a data file that can be written. */
  final void publishWritable(IvfState base, ListTable table, DiskListStore store) {
    unwatch();
    IvfState next = base.withStore(table, base.ntotal, store, List.<StoredBytes>of(), base.extra);
    publish(next, base::free);
    directMap.rebuild(directMap.type(), next);
  }

  @Override
  protected void resetLocked() {
    IvfState s = current();
    ListStore store = writable("reset");
    if (store.emptied() == store) {
      ListEditor editor = new ListEditor(s.lists, store, ListLayout.of(s.codec));
      for (int l = 0; l < nlist(); l++) {
        editor.renew(l, 0);
      }
      publishLists(s, editor, 0, new DirectMap.Changes(), emptied(s.extra));
      directMap.rebuild(directMap.type(), current());
      return;
    }
    IvfState next =
        s.withStore(
            ListTable.empty(nlist()), 0, store.emptied(), List.<StoredBytes>of(), emptied(s.extra));
    publish(next, s::free);
    directMap.rebuild(directMap.type(), next);
  }

  /** Empties this index after its rows have gone elsewhere; the lock is held. */
  final void resetFromMerge() {
    resetLocked();
  }

  @Override
  protected Index copyOf(IvfState s) {
    IndexIVF copy = emptyCopy(s);
    copy.writing(
        () -> {
          ListMerge.copyAll(this, s, copy, copy.current());
          copy.directMap.rebuild(directMap.type(), copy.current());
          return null;
        });
    return copy;
  }

  @Override
  protected void freeAll(IvfState last) {
    last.free();
    directMap.free();
    quantizer().close();
  }
}
