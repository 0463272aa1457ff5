package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.RangeCollector;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Spreads vectors over several indexes and searches all of them.
 *
 * <p>With successive ids (the default) shard s gets the s-th part of every addition, and its ids
 * are shifted by the vectors in the shards before it; a later addition therefore changes ids, as in
 * FAISS: add once, or give ids of your own. Without, ids are given with {@code addWithIds} and come
 * back as they are. Equal distances are ordered by shard: the first shard first for L2, the last
 * for inner product. A selector is asked with the ids that the search returns.
 *
 * <p><b>Ownership.</b> The shards belong to this index: {@link #close()} closes them, and they must
 * be written only through here. <b>Threads.</b> Any thread may search while another writes; all
 * shards are published as one. Not saved to files, like FAISS's. Source: FAISS {@code IndexShards}.
 */
public final class IndexShards extends AbstractIndex<ShardsState> implements TunableIndex {
  private final List<Index> shards;
  private final boolean successiveIds;
  private final Reuse<Scratch> scratch;

  /** Each shard's answer, what its ids are shifted by, and how far it has been merged. */
  private static final class Scratch {
    final KnnResult[] found;
    final long[] shift;
    final int[] next;

    Scratch(int shards) {
      found = new KnnResult[shards];
      Arrays.setAll(found, i -> new KnnResult());
      shift = new long[shards];
      next = new int[shards];
    }
  }

  /**
   * Over shards of one dimension and metric.
   *
   * @param successiveIds whether ids are numbered through
   * @throws IllegalArgumentException if there are none, or they differ
   */
  public IndexShards(List<Index> shards, boolean successiveIds) {
    super(
        checked(shards).d(),
        shards.getFirst().metricType(),
        shards.getFirst().metricArg(),
        snapshots(shards));
    this.shards = List.copyOf(shards);
    this.successiveIds = successiveIds;
    int count = shards.size();
    scratch = new Reuse<>(() -> new Scratch(count));
  }

  private static Index checked(List<Index> shards) {
    if (shards.isEmpty()) {
      throw new IllegalArgumentException("at least 1 shard is needed, got 0");
    }
    Index first = shards.getFirst();
    for (Index shard : shards) {
      if (shard.d() != first.d() || shard.metricType() != first.metricType()) {
        throw new IllegalArgumentException(
            "a shard of dimension "
                + shard.d()
                + " and metric "
                + shard.metricType()
                + " beside one of "
                + first.d()
                + " and "
                + first.metricType());
      }
    }
    return first;
  }

  private static ShardsState snapshots(List<Index> shards) {
    List<Index> all = new ArrayList<>();
    for (Index shard : shards) {
      all.add(shard.snapshot());
    }
    return new ShardsState(all);
  }

  /** The shards in order; not to be written directly. */
  public List<Index> shards() {
    return shards;
  }

  /** Whether ids are numbered through. */
  public boolean successiveIds() {
    return successiveIds;
  }

  // ---- reading ----------------------------------------------------------------------------------

  @Override
  protected long ntotalIn(ShardsState s) {
    return s.ntotal();
  }

  @Override
  protected boolean isTrainedIn(ShardsState s) {
    return s.isTrained();
  }

  @Override
  public boolean storesIds() {
    return !successiveIds;
  }

  private SearchParameters inward(SearchParameters p, long shift) {
    IDSelector selector = p.selector();
    return selector == null || shift == 0 ? p : p.withSelector(id -> selector.isMember(id + shift));
  }

  @Override
  protected void searchIn(
      ShardsState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    Scratch t = scratch.take();
    long before = 0;
    for (int i = 0; i < t.found.length; i++) {
      Index shard = s.shards().get(i);
      t.shift[i] = successiveIds ? before : 0;
      shard.searchInto(queries, k, inward(p, t.shift[i]), t.found[i]);
      before += shard.ntotal();
    }
    for (int q = 0; q < queries.n(); q++) {
      merge(t, q, k, out);
    }
    scratch.give(t);
  }

  private void merge(Scratch t, int q, int k, KnnResult out) {
    boolean similarity = metricType().isSimilarity();
    KnnResult[] found = t.found;
    long[] shift = t.shift;
    int[] next = t.next;
    Arrays.fill(next, 0);
    int filled = 0;
    while (filled < k) {
      int best = -1;
      float distance = 0;
      for (int i = 0; i < found.length; i++) {
        if (next[i] < found[i].count(q)) {
          float d = found[i].distance(q, next[i]);
          // Equal values: the first shard for distances, the last for similarities.
          if (best < 0 || (similarity ? d >= distance : d < distance)) {
            best = i;
            distance = d;
          }
        }
      }
      if (best < 0) {
        break;
      }
      out.rawLabels()[q * k + filled] = found[best].id(q, next[best]) + shift[best];
      out.rawDistances()[q * k + filled] = distance;
      next[best]++;
      filled++;
    }
    out.finish(q, filled, similarity ? -Float.MAX_VALUE : Float.MAX_VALUE);
  }

  @Override
  protected RangeResult rangeSearchIn(
      ShardsState s, Vectors queries, float radius, SearchParameters p) {
    int nq = Math.toIntExact(queries.n());
    RangeCollector[] all = new RangeCollector[nq];
    for (int q = 0; q < nq; q++) {
      all[q] = new RangeCollector(metricType(), radius);
    }
    long before = 0;
    for (Index shard : s.shards()) {
      long shift = successiveIds ? before : 0;
      RangeResult found = shard.rangeSearch(queries, radius, inward(p, shift));
      for (int q = 0; q < nq; q++) {
        for (long i = found.lims()[q]; i < found.lims()[q + 1]; i++) {
          all[q].add(found.distances()[(int) i], found.ids()[(int) i] + shift);
        }
      }
      before += shard.ntotal();
    }
    return RangeResult.of(all);
  }

  @Override
  protected void reconstructIn(ShardsState s, long id, MemorySegment out, long offset) {
    if (!successiveIds) {
      throw unsupported("reconstruct without successive ids");
    }
    long rest = id;
    for (Index shard : s.shards()) {
      if (rest >= 0 && rest < shard.ntotal()) {
        shard.reconstruct(rest, out, offset);
        return;
      }
      rest -= shard.ntotal();
    }
    throw new IllegalArgumentException("id " + id + " is not in [0, " + s.ntotal() + ")");
  }

  @Override
  protected long offHeapBytesIn(ShardsState s) {
    return s.shards().stream().mapToLong(Index::offHeapBytes).sum();
  }

  @Override
  protected Index copyOf(ShardsState s) {
    return new IndexShards(s.shards().stream().map(Index::copy).toList(), successiveIds);
  }

  // ---- writing ----------------------------------------------------------------------------------

  private void publishNext() {
    ShardsState old = current();
    publish(snapshots(shards), () -> old.shards().forEach(Index::close));
  }

  @Override
  protected void trainLocked(Vectors x, ProgressListener listener) {
    for (Index shard : shards) {
      shard.train(x, listener);
    }
    publishNext();
  }

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    if (!successiveIds) {
      throw new UnsupportedOperationException(
          "IndexShards without successive ids does not support add: use addWithIds");
    }
    int count = shards.size();
    for (int i = 0; i < count; i++) {
      long from = i * x.n() / count;
      shards.get(i).add(x.slice(from, (i + 1) * x.n() / count - from), listener);
    }
    publishNext();
  }

  @Override
  protected void addWithIdsLocked(Vectors x, long[] ids, ProgressListener listener) {
    if (successiveIds) {
      throw new UnsupportedOperationException(
          "IndexShards with successive ids does not support addWithIds: ids are numbered through");
    }
    int count = shards.size();
    for (int i = 0; i < count; i++) {
      int from = (int) (i * x.n() / count);
      int to = (int) ((i + 1) * x.n() / count);
      shards
          .get(i)
          .addWithIds(x.slice(from, to - from), Arrays.copyOfRange(ids, from, to), listener);
    }
    publishNext();
  }

  @Override
  protected long removeIdsLocked(IDSelector selector) {
    long removed = 0;
    long before = 0;
    for (Index shard : shards) {
      long shift = successiveIds ? before : 0;
      before += shard.ntotal();
      removed += shard.removeIds(id -> selector.isMember(id + shift));
    }
    publishNext();
    return removed;
  }

  @Override
  protected void resetLocked() {
    shards.forEach(Index::reset);
    publishNext();
  }

  @Override
  protected void freeAll(ShardsState last) {
    last.shards().forEach(Index::close);
    shards.forEach(Index::close);
  }

  // ---- settings ---------------------------------------------------------------------------------

  @Override
  public List<ParameterRange> parameterRanges() {
    return shards.getFirst() instanceof TunableIndex t ? t.parameterRanges() : List.of();
  }

  @Override
  public void setParameter(String name, double value) {
    for (Index shard : shards) {
      if (!(shard instanceof TunableIndex t)) {
        throw new IllegalArgumentException(
            "a shard of class " + shard.getClass().getSimpleName() + " has no parameter " + name);
      }
      t.setParameter(name, value);
    }
    writeVoid(this::publishNext);
  }
}
