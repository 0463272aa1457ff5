package io.sagitta.core;

import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.concurrent.VersionedState.Version;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A read view of one state of an index ({@link Index#snapshot()}). Reading verbs answer from that
 * state; writing verbs throw {@link UnsupportedOperationException}. Holds the memory of its state
 * until {@link #close()}, also beyond the index's own close.
 *
 * <p>Threads: any number may read; close it when none of them does.
 *
 * @param <S> the index's state
 */
public final class IndexSnapshot<S> implements Index {
  private final AbstractIndex<S> owner;
  private final Version<S> version;
  private final AtomicBoolean closed = new AtomicBoolean();

  IndexSnapshot(AbstractIndex<S> owner, Version<S> version) {
    this.owner = owner;
    this.version = version;
  }

  /** The index this is a view of. */
  public AbstractIndex<S> owner() {
    return owner;
  }

  /**
   * The state, for index families and file formats.
   *
   * @throws IllegalStateException if this snapshot is closed
   */
  public S state() {
    if (closed.get()) {
      throw new IllegalStateException("this snapshot is closed");
    }
    return version.value();
  }

  @Override
  public int d() {
    return owner.d();
  }

  @Override
  public long ntotal() {
    return owner.ntotalIn(state());
  }

  @Override
  public MetricType metricType() {
    return owner.metricType();
  }

  @Override
  public float metricArg() {
    return owner.metricArg();
  }

  @Override
  public boolean isTrained() {
    return owner.isTrainedIn(state());
  }

  @Override
  public void searchInto(Vectors queries, int k, SearchParameters parameters, KnnResult out) {
    owner.searchChecked(state(), queries, k, parameters, out);
  }

  @Override
  public void searchWith(Vectors query, ResultCollector collector, SearchParameters parameters) {
    owner.searchWithChecked(state(), query, collector, parameters);
  }

  @Override
  public RangeResult rangeSearch(Vectors queries, float radius, SearchParameters parameters) {
    return owner.rangeChecked(state(), queries, radius, parameters);
  }

  @Override
  public void reconstruct(long id, MemorySegment out, long offset) {
    owner.reconstructChecked(state(), id, out, offset);
  }

  @Override
  public void reconstructN(long from, long n, MemorySegment out) {
    owner.reconstructNChecked(state(), from, n, out);
  }

  @Override
  public float[] reconstructBatch(long[] ids) {
    return owner.reconstructBatchIn(state(), ids);
  }

  @Override
  public KnnVectors searchAndReconstruct(Vectors queries, int k, SearchParameters parameters) {
    return owner.searchAndReconstructChecked(state(), queries, k, parameters);
  }

  @Override
  public long saCodeSize() {
    return owner.saCodeSizeIn(state());
  }

  @Override
  public void saEncode(Vectors x, MemorySegment codes) {
    owner.saEncodeChecked(state(), x, codes);
  }

  @Override
  public void saDecode(long n, MemorySegment codes, MemorySegment out) {
    owner.saDecodeChecked(state(), n, codes, out);
  }

  @Override
  public float[] computeResidual(Vectors x, long[] ids) {
    return owner.residualIn(state(), x, ids);
  }

  @Override
  public Index copy() {
    return owner.copyChecked(state());
  }

  @Override
  public Index snapshot() {
    throw new UnsupportedOperationException("a snapshot is shared, not taken again");
  }

  @Override
  public long offHeapBytes() {
    return owner.offHeapBytesIn(state());
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      owner.unpin(version);
    }
  }

  @Override
  public void train(Vectors x, ProgressListener listener) {
    throw readOnly("train");
  }

  @Override
  public void add(Vectors x, ProgressListener listener) {
    throw readOnly("add");
  }

  @Override
  public void addWithIds(Vectors x, long[] ids, ProgressListener listener) {
    throw readOnly("addWithIds");
  }

  @Override
  public long removeIds(IDSelector selector) {
    throw readOnly("removeIds");
  }

  @Override
  public void mergeFrom(Index other, long addId) {
    throw readOnly("mergeFrom");
  }

  @Override
  public void reset() {
    throw readOnly("reset");
  }

  @Override
  public void addSaCodes(long n, MemorySegment codes, long[] ids) {
    throw readOnly("addSaCodes");
  }

  private UnsupportedOperationException readOnly(String verb) {
    return new UnsupportedOperationException(
        "a snapshot of " + owner.getClass().getSimpleName() + " does not support " + verb);
  }
}
