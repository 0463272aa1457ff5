package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.RangeCollector;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The same vectors in several indexes, which share the queries of a batch: replica i answers the
 * i-th of as many contiguous blocks. Each replica may lie in memory of its own, or trade speed for
 * accuracy otherwise than its neighbours.
 *
 * <p>Search parameters and selectors go to the replicas (FAISS rejects them). A writing verb that
 * fails half way leaves all replicas as they were: those it had changed are replaced by copies of
 * their state before.
 *
 * <p><b>Ownership.</b> The replicas belong to this index: {@link #close()} closes them, and they
 * must be written only through here. <b>Threads.</b> Any thread may search while another writes;
 * all replicas are published as one. Not saved to files, like FAISS's. Source: FAISS {@code
 * IndexReplicas}.
 */
public final class IndexReplicas extends AbstractIndex<ShardsState> implements TunableIndex {
  private volatile List<Index> replicas;

  /**
   * Over equally filled indexes.
   *
   * @throws IllegalArgumentException if there are none, or they differ in dimension, metric, number
   *     of vectors or in whether they are trained
   */
  public IndexReplicas(List<Index> replicas) {
    super(
        checked(replicas).d(),
        replicas.getFirst().metricType(),
        replicas.getFirst().metricArg(),
        snapshots(replicas));
    this.replicas = List.copyOf(replicas);
  }

  private static Index checked(List<Index> replicas) {
    if (replicas.isEmpty()) {
      throw new IllegalArgumentException("at least 1 replica is needed, got 0");
    }
    Index first = replicas.getFirst();
    for (Index r : replicas) {
      if (r.d() != first.d()
          || r.metricType() != first.metricType()
          || r.ntotal() != first.ntotal()
          || r.isTrained() != first.isTrained()) {
        throw new IllegalArgumentException(
            "a replica of dimension "
                + r.d()
                + ", metric "
                + r.metricType()
                + (r.isTrained() ? ", trained, with " : ", untrained, with ")
                + r.ntotal()
                + " vectors beside one of dimension "
                + first.d()
                + ", metric "
                + first.metricType()
                + (first.isTrained() ? ", trained, with " : ", untrained, with ")
                + first.ntotal());
      }
    }
    return first;
  }

  private static ShardsState snapshots(List<Index> replicas) {
    List<Index> all = new ArrayList<>();
    for (Index r : replicas) {
      all.add(r.snapshot());
    }
    return new ShardsState(all);
  }

  /** The replicas in order; not to be written directly. */
  public List<Index> replicas() {
    return replicas;
  }

  // ---- reading ----------------------------------------------------------------------------------

  private static Index first(ShardsState s) {
    return s.shards().getFirst();
  }

  @Override
  protected long ntotalIn(ShardsState s) {
    return first(s).ntotal();
  }

  @Override
  protected boolean isTrainedIn(ShardsState s) {
    return first(s).isTrained();
  }

  @Override
  public boolean storesIds() {
    return replicas.getFirst() instanceof AbstractIndex<?> a && a.storesIds();
  }

  @Override
  protected void searchIn(
      ShardsState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    if (queries.n() == 1) {
      s.shards().getFirst().searchInto(queries, k, p, out);
      return;
    }
    long share = (queries.n() + s.shards().size() - 1) / s.shards().size();
    Parallelism.forRange(
        s.shards().size(),
        1,
        (from, to) -> {
          for (int i = (int) from; i < to; i++) {
            long first = Math.min(queries.n(), i * share);
            long n = Math.min(share, queries.n() - first);
            if (n > 0) {
              KnnResult part = s.shards().get(i).search(queries.slice(first, n), k, p);
              copy(part, out, (int) first, k);
            }
          }
        });
  }

  private void copy(KnnResult part, KnnResult out, int first, int k) {
    System.arraycopy(part.rawLabels(), 0, out.rawLabels(), first * k, part.nq() * k);
    System.arraycopy(part.rawDistances(), 0, out.rawDistances(), first * k, part.nq() * k);
    for (int q = 0; q < part.nq(); q++) {
      out.finish(first + q, part.count(q), metricType().worst());
    }
  }

  @Override
  protected RangeResult rangeSearchIn(
      ShardsState s, Vectors queries, float radius, SearchParameters p) {
    int nq = Math.toIntExact(queries.n());
    RangeCollector[] all = new RangeCollector[nq];
    int share = (nq + s.shards().size() - 1) / s.shards().size();
    for (int i = 0; i * share < nq; i++) {
      int first = i * share;
      int n = Math.min(share, nq - first);
      RangeResult part = s.shards().get(i).rangeSearch(queries.slice(first, n), radius, p);
      for (int q = 0; q < n; q++) {
        all[first + q] = new RangeCollector(metricType(), radius);
        for (int at = (int) part.lims()[q]; at < part.lims()[q + 1]; at++) {
          all[first + q].add(part.distances()[at], part.ids()[at]);
        }
      }
    }
    return RangeResult.of(all);
  }

  @Override
  protected void checkIdsIn(ShardsState s, long from, long n) {
    // The replicas know which ids they have.
  }

  @Override
  protected void reconstructIn(ShardsState s, long id, MemorySegment out, long offset) {
    first(s).reconstruct(id, out, offset);
  }

  @Override
  protected long offHeapBytesIn(ShardsState s) {
    return s.shards().stream().mapToLong(Index::offHeapBytes).sum();
  }

  @Override
  protected Index copyOf(ShardsState s) {
    return new IndexReplicas(s.shards().stream().map(Index::copy).toList());
  }

  // ---- writing ----------------------------------------------------------------------------------

  private void each(Consumer<Index> change) {
    ShardsState before = current();
    List<Index> now = new ArrayList<>(replicas);
    int reached = 0;
    try {
      for (; reached < now.size(); reached++) {
        change.accept(now.get(reached));
      }
    } catch (Throwable t) {
      // The one that failed is as it was; those before it are not.
      for (int i = 0; i < reached; i++) {
        Index changed = now.set(i, before.shards().get(i).copy());
        changed.close();
      }
      replicas = List.copyOf(now);
      publishNext();
      throw t;
    }
    publishNext();
  }

  private void publishNext() {
    ShardsState old = current();
    publish(snapshots(replicas), () -> old.shards().forEach(Index::close));
  }

  @Override
  protected void trainLocked(Vectors x, ProgressListener listener) {
    each(r -> r.train(x, listener));
  }

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    each(r -> r.add(x, listener));
  }

  @Override
  protected void addWithIdsLocked(Vectors x, long[] ids, ProgressListener listener) {
    each(r -> r.addWithIds(x, ids, listener));
  }

  @Override
  protected long removeIdsLocked(IDSelector selector) {
    long[] removed = {0};
    each(r -> removed[0] = r.removeIds(selector));
    return removed[0];
  }

  @Override
  protected void resetLocked() {
    each(Index::reset);
  }

  @Override
  protected void freeAll(ShardsState last) {
    last.shards().forEach(Index::close);
    replicas.forEach(Index::close);
  }

  // ---- settings ---------------------------------------------------------------------------------

  @Override
  public List<ParameterRange> parameterRanges() {
    return replicas.getFirst() instanceof TunableIndex t ? t.parameterRanges() : List.of();
  }

  @Override
  public void setParameter(String name, double value) {
    for (Index r : replicas) {
      if (!(r instanceof TunableIndex t)) {
        throw new IllegalArgumentException(
            "a replica of class " + r.getClass().getSimpleName() + " has no parameter " + name);
      }
      t.setParameter(name, value);
    }
    writeVoid(this::publishNext);
  }
}
