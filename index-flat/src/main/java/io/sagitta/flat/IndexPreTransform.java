package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.KnnVectors;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import io.sagitta.core.transform.VectorTransform;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sends vectors and queries through a chain of transforms before they reach another index.
 *
 * <p>Everything a search takes beside the queries goes to the index behind; distances are those
 * between transformed vectors. Reconstruction goes back through the chain, as far as that is
 * possible. Removal, ids and search parameters are the inner index's.
 *
 * <p><b>Ownership.</b> The index behind belongs to this one: {@link #close()} closes it, and it
 * must be written only through here. <b>Threads.</b> Any thread may search while another writes;
 * transforms and inner state are published as one. <b>Memory.</b> Matrices on heap; the inner
 * index's own. Adding n vectors takes their transformed copy off heap while it runs.
 *
 * <p>Source: FAISS {@code IndexPreTransform}.
 */
public final class IndexPreTransform extends AbstractIndex<PreTransformState>
    implements TunableIndex {
  private final Index inner;

  /** One transform before an index. */
  public IndexPreTransform(VectorTransform transform, Index inner) {
    this(List.of(transform), inner);
  }

  /**
   * A chain of transforms before an index.
   *
   * @param chain the first to be applied first; taken over
   * @throws IllegalArgumentException if the dimensions do not chain
   */
  public IndexPreTransform(List<VectorTransform> chain, Index inner) {
    super(
        chain.isEmpty() ? inner.d() : chain.getFirst().dIn(),
        inner.metricType(),
        inner.metricArg(),
        first(chain, inner));
    this.inner = inner;
  }

  private static PreTransformState first(List<VectorTransform> chain, Index inner) {
    for (int i = 0; i < chain.size(); i++) {
      int next = i + 1 < chain.size() ? chain.get(i + 1).dIn() : inner.d();
      if (chain.get(i).dOut() != next) {
        throw new IllegalArgumentException(
            "transform "
                + i
                + " gives dimension "
                + chain.get(i).dOut()
                + ", what follows takes "
                + next);
      }
    }
    return new PreTransformState(chain, inner.snapshot());
  }

  /** The transforms, the first to be applied first. */
  public List<VectorTransform> chain() {
    return read(PreTransformState::chain);
  }

  /** The index behind the chain; not to be written directly. */
  public Index inner() {
    return inner;
  }

  // ---- reading ----------------------------------------------------------------------------------

  @Override
  protected long ntotalIn(PreTransformState s) {
    return s.inner().ntotal();
  }

  @Override
  protected boolean isTrainedIn(PreTransformState s) {
    return s.isTrained();
  }

  @Override
  public boolean storesIds() {
    return inner instanceof AbstractIndex<?> a && a.storesIds();
  }

  @Override
  protected void searchIn(
      PreTransformState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    PreTransformState.Buffers b = s.take();
    s.inner().searchInto(s.apply(queries, b), k, p, out);
    s.give(b);
  }

  @Override
  protected void searchWithIn(
      PreTransformState s, Vectors query, ResultCollector collector, SearchParameters p) {
    PreTransformState.Buffers b = s.take();
    s.inner().searchWith(s.apply(query, b), collector, p);
    s.give(b);
  }

  @Override
  protected RangeResult rangeSearchIn(
      PreTransformState s, Vectors queries, float radius, SearchParameters p) {
    return s.inner().rangeSearch(s.apply(queries, new PreTransformState.Buffers()), radius, p);
  }

  @Override
  protected void reconstructIn(PreTransformState s, long id, MemorySegment out, long offset) {
    float[] coded = s.inner().reconstruct(id);
    s.reverse(Vectors.one(coded), new PreTransformState.Buffers(), out, offset);
  }

  @Override
  protected void reconstructNIn(PreTransformState s, long from, long n, MemorySegment out) {
    int d = s.inner().d();
    try (Arena arena = Arena.ofShared()) {
      Vectors coded = new Vectors(n, d, arena.allocate(n * d * 4, 64));
      s.inner().reconstructN(from, n, coded.data());
      s.reverse(coded, new PreTransformState.Buffers(), out, 0);
    }
  }

  @Override
  protected void checkIdsIn(PreTransformState s, long from, long n) {
    // The index behind knows which ids it has.
  }

  @Override
  protected KnnVectors searchAndReconstructIn(
      PreTransformState s, Vectors queries, int k, SearchParameters p) {
    PreTransformState.Buffers b = new PreTransformState.Buffers();
    KnnVectors found = s.inner().searchAndReconstruct(s.apply(queries, b), k, p);
    KnnResult result = found.result();
    int inside = s.inner().d();
    float[] vectors = new float[Math.multiplyExact(Math.multiplyExact(result.nq(), k), d())];
    Arrays.fill(vectors, Float.intBitsToFloat(-1));
    MemorySegment target = MemorySegment.ofArray(vectors);
    for (int q = 0; q < result.nq(); q++) {
      for (int i = 0; i < result.count(q); i++) {
        long at = (long) q * k + i;
        float[] one =
            Arrays.copyOfRange(found.vectors(), (int) at * inside, (int) (at + 1) * inside);
        s.reverse(Vectors.one(one), b, target, at * d() * 4);
      }
    }
    return new KnnVectors(result, vectors);
  }

  @Override
  protected long saCodeSizeIn(PreTransformState s) {
    return s.inner().saCodeSize();
  }

  @Override
  protected void saEncodeIn(PreTransformState s, Vectors x, MemorySegment codes) {
    s.inner().saEncode(s.apply(x, new PreTransformState.Buffers()), codes);
  }

  @Override
  protected void saDecodeIn(PreTransformState s, long n, MemorySegment codes, MemorySegment out) {
    float[] coded = new float[Math.multiplyExact(Math.toIntExact(n), s.inner().d())];
    s.inner().saDecode(n, codes, MemorySegment.ofArray(coded));
    s.reverse(Vectors.of(coded, s.inner().d()), new PreTransformState.Buffers(), out, 0);
  }

  @Override
  protected long offHeapBytesIn(PreTransformState s) {
    return s.inner().offHeapBytes();
  }

  @Override
  protected Index copyOf(PreTransformState s) {
    List<VectorTransform> chain = new ArrayList<>();
    for (VectorTransform t : s.chain()) {
      chain.add(t.copy());
    }
    return new IndexPreTransform(chain, s.inner().copy());
  }

  // ---- writing ----------------------------------------------------------------------------------

  private void publishNext(List<VectorTransform> chain) {
    PreTransformState old = current();
    publish(new PreTransformState(chain, inner.snapshot()), () -> old.inner().close());
  }

  @Override
  protected void trainLocked(Vectors x, ProgressListener listener) {
    List<VectorTransform> chain = new ArrayList<>();
    for (VectorTransform t : current().chain()) {
      chain.add(t.isTrained() ? t : t.copy());
    }
    boolean innerToTrain = !inner.isTrained();
    int last = innerToTrain ? chain.size() : lastUntrained(chain) + 1;
    ArrayDeque<Arena> held = new ArrayDeque<>();
    try {
      Vectors at = x;
      for (int i = 0; i < last; i++) {
        VectorTransform t = chain.get(i);
        if (!t.isTrained()) {
          t.train(at, listener);
        }
        if (i + 1 < last || innerToTrain) {
          Arena own = Arena.ofShared();
          held.addLast(own);
          Vectors next = new Vectors(at.n(), t.dOut(), own.allocate(at.n() * t.dOut() * 4, 64));
          t.apply(at, next.data());
          if (held.size() > 1) {
            held.removeFirst().close();
          }
          at = next;
        }
      }
      if (innerToTrain) {
        inner.train(at, listener);
      }
    } finally {
      held.forEach(Arena::close);
    }
    publishNext(chain);
  }

  private static int lastUntrained(List<VectorTransform> chain) {
    for (int i = chain.size() - 1; i >= 0; i--) {
      if (!chain.get(i).isTrained()) {
        return i;
      }
    }
    return -1;
  }

  /** Transforms into memory of its own and hands it on. */
  private void through(Vectors x, java.util.function.Consumer<Vectors> sink) {
    List<VectorTransform> chain = current().chain();
    if (chain.isEmpty()) {
      sink.accept(x);
      return;
    }
    // Blocks pass through small buffers, so that only the last form is held for all vectors.
    int step = 4096;
    PreTransformState s = current();
    PreTransformState.Buffers b = new PreTransformState.Buffers();
    try (Arena arena = Arena.ofShared()) {
      Vectors all =
          new Vectors(x.n(), inner.d(), arena.allocate(Math.max(1, x.n() * inner.d() * 4), 64));
      for (long at = 0; at < x.n(); at += step) {
        long n = Math.min(step, x.n() - at);
        Vectors y = s.apply(x.slice(at, n), b);
        MemorySegment.copy(y.data(), 0, all.data(), all.offset(at), n * all.rowBytes());
      }
      sink.accept(all);
    }
  }

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    through(x, y -> inner.add(y, listener));
    publishNext(current().chain());
  }

  @Override
  protected void addWithIdsLocked(Vectors x, long[] ids, ProgressListener listener) {
    through(x, y -> inner.addWithIds(y, ids, listener));
    publishNext(current().chain());
  }

  @Override
  protected void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    inner.addSaCodes(n, codes, ids);
    publishNext(current().chain());
  }

  @Override
  protected long removeIdsLocked(IDSelector selector) {
    long removed = inner.removeIds(selector);
    publishNext(current().chain());
    return removed;
  }

  @Override
  protected void mergeFromLocked(Index other, long addId) {
    if (!(other instanceof IndexPreTransform o)
        || !sameChain(current().chain(), o.current().chain())) {
      throw new IllegalArgumentException(
          "only an IndexPreTransform with the same transforms can be merged into this one, given: "
              + other.getClass().getSimpleName());
    }
    inner.mergeFrom(o.inner, addId);
    publishNext(current().chain());
    o.publishNext(o.current().chain());
  }

  private static boolean sameChain(List<VectorTransform> a, List<VectorTransform> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).sameAs(b.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  protected void resetLocked() {
    inner.reset();
    publishNext(current().chain());
  }

  @Override
  protected void freeAll(PreTransformState last) {
    last.inner().close();
    inner.close();
  }

  // ---- settings ---------------------------------------------------------------------------------

  @Override
  public List<ParameterRange> parameterRanges() {
    return inner instanceof TunableIndex t ? t.parameterRanges() : List.of();
  }

  @Override
  public void setParameter(String name, double value) {
    if (!(inner instanceof TunableIndex t)) {
      throw new IllegalArgumentException(
          "IndexPreTransform over "
              + inner.getClass().getSimpleName()
              + " has no parameter "
              + name);
    }
    t.setParameter(name, value);
    writeVoid(() -> publishNext(current().chain()));
  }
}
