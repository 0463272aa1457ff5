package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.RangeCollector;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds k·kFactor candidates in one index and orders them by the distances of another, which holds
 * the same vectors more precisely.
 *
 * <p>Search parameters: {@link SearchKey#K_FACTOR_RF} (unset: {@link #kFactor()}); everything else,
 * the selector too, goes to the base index. A range search takes what the base finds within
 * radius·kFactor and keeps what lies within the radius by the refined distance, as FAISS does.
 *
 * <p><b>Ownership.</b> Both indexes belong to this one: {@link #close()} closes them, and they must
 * be written only through here. <b>Threads.</b> Any thread may search while another writes; both
 * are published as one. <b>Memory.</b> That of both indexes. Removal needs a base with dense ids.
 *
 * <p>Source: FAISS {@code IndexRefine}.
 */
public class IndexRefine extends AbstractIndex<RefineState> implements TunableIndex {
  private static final Set<SearchKey> OWN = EnumSet.of(SearchKey.K_FACTOR_RF);
  private static final int MAX_FACTOR = 1000;

  private final Index base;
  private final Index refine;
  private volatile float kFactor = 1;
  private final Reuse<KnnResult> candidates = new Reuse<>(KnnResult::new);
  private final Reuse<RefineScratch> scratch;

  /**
   * Both indexes, equally filled.
   *
   * @throws IllegalArgumentException if dimension, metric or number of vectors differ, or the
   *     metric is neither L2 nor inner product
   */
  public IndexRefine(Index base, Index refine) {
    super(
        base.d(),
        checked(base, refine),
        base.metricArg(),
        new RefineState(base.snapshot(), refine.snapshot()));
    this.base = base;
    this.refine = refine;
    int dimension = base.d();
    MetricType metric = base.metricType();
    scratch = new Reuse<>(() -> new RefineScratch(dimension, metric));
  }

  /** The class that goes with the second index. */
  static IndexRefine over(Index base, Index refine) {
    return switch (refine) {
      case IndexFlat flat -> new IndexRefineFlat(base, flat);
      case IndexFlatPanorama panorama -> new IndexRefinePanorama(base, panorama);
      default -> new IndexRefine(base, refine);
    };
  }

  private static MetricType checked(Index base, Index refine) {
    if (base.d() != refine.d() || base.metricType() != refine.metricType()) {
      throw new IllegalArgumentException(
          "a base of dimension "
              + base.d()
              + " and metric "
              + base.metricType()
              + " does not go with a refinement of dimension "
              + refine.d()
              + " and metric "
              + refine.metricType());
    }
    if (base.ntotal() != refine.ntotal()) {
      throw new IllegalArgumentException(
          "a base with "
              + base.ntotal()
              + " vectors does not go with a refinement with "
              + refine.ntotal());
    }
    if (base.metricType() != MetricType.L2 && base.metricType() != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "refinement knows L2 and INNER_PRODUCT, not " + base.metricType());
    }
    return base.metricType();
  }

  /** The index that finds candidates; not to be written directly. */
  public final Index base() {
    return base;
  }

  /** The index that measures them; not to be written directly. */
  public final Index refine() {
    return refine;
  }

  /** Candidates for each result wanted, when a search does not say. */
  public final float kFactor() {
    return kFactor;
  }

  /**
   * Sets {@link #kFactor()}.
   *
   * @param factor 1 … 1000
   * @throws IllegalArgumentException if it is out of range
   */
  public final void setKFactor(float factor) {
    kFactor = checkFactor(factor);
  }

  private static float checkFactor(float factor) {
    if (!(factor >= 1 && factor <= MAX_FACTOR)) {
      throw new IllegalArgumentException(
          "k_factor_rf = " + factor + " must be in [1, " + MAX_FACTOR + "]");
    }
    return factor;
  }

  // ---- reading ----------------------------------------------------------------------------------

  @Override
  protected final long ntotalIn(RefineState s) {
    return s.refine().ntotal();
  }

  @Override
  protected final boolean isTrainedIn(RefineState s) {
    return s.base().isTrained() && s.refine().isTrained();
  }

  @Override
  public final boolean storesIds() {
    return base instanceof AbstractIndex<?> a && a.storesIds();
  }

  @Override
  protected final void searchIn(
      RefineState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    float factor = checkFactor(p.getFloat(SearchKey.K_FACTOR_RF, kFactor));
    int wide = (int) Math.max(k, Math.min(Integer.MAX_VALUE - 8, (long) (k * factor)));
    KnnResult found = candidates.take();
    s.base().searchInto(queries, wide, p.without(OWN), found);
    if (queries.n() == 1) {
      order(s, queries, 0, 1, found, k, out);
    } else {
      Parallelism.forRange(
          queries.n(), 1, (from, to) -> order(s, queries, from, to, found, k, out));
    }
    candidates.give(found);
  }

  private void order(
      RefineState s, Vectors queries, long from, long to, KnnResult found, int k, KnnResult out) {
    RefineScratch t = scratch.take();
    for (int q = (int) from; q < to; q++) {
      t.order(s.refine(), queries, q, found, k, out);
    }
    scratch.give(t);
  }

  @Override
  protected final RangeResult rangeSearchIn(
      RefineState s, Vectors queries, float radius, SearchParameters p) {
    float factor = checkFactor(p.getFloat(SearchKey.K_FACTOR_RF, kFactor));
    RangeResult found = s.base().rangeSearch(queries, radius * factor, p.without(OWN));
    float[] distances = found.distances();
    RangeCollector[] within = new RangeCollector[found.nq()];
    RefineScratch t = scratch.take();
    for (int q = 0; q < found.nq(); q++) {
      int from = (int) found.lims()[q];
      t.measure(s.refine(), queries, q, found.ids(), from, found.count(q), distances, from);
      within[q] = new RangeCollector(metricType(), radius);
      for (int i = from; i < from + found.count(q); i++) {
        boolean inside =
            metricType().isSimilarity() ? distances[i] > radius : distances[i] < radius;
        if (inside) {
          within[q].add(distances[i], found.ids()[i]);
        }
      }
    }
    scratch.give(t);
    return RangeResult.of(within);
  }

  @Override
  protected final void reconstructIn(RefineState s, long id, MemorySegment out, long offset) {
    s.refine().reconstruct(id, out, offset);
  }

  @Override
  protected final void reconstructNIn(RefineState s, long from, long n, MemorySegment out) {
    s.refine().reconstructN(from, n, out);
  }

  @Override
  protected final long saCodeSizeIn(RefineState s) {
    return s.base().saCodeSize() + s.refine().saCodeSize();
  }

  @Override
  protected final void saEncodeIn(RefineState s, Vectors x, MemorySegment codes) {
    long first = s.base().saCodeSize();
    long second = s.refine().saCodeSize();
    for (long i = 0; i < x.n(); i++) {
      long at = i * (first + second);
      s.base().saEncode(x.slice(i, 1), codes.asSlice(at, first));
      s.refine().saEncode(x.slice(i, 1), codes.asSlice(at + first, second));
    }
  }

  @Override
  protected final void saDecodeIn(RefineState s, long n, MemorySegment codes, MemorySegment out) {
    long first = s.base().saCodeSize();
    long second = s.refine().saCodeSize();
    for (long i = 0; i < n; i++) {
      s.refine()
          .saDecode(
              1,
              codes.asSlice(i * (first + second) + first, second),
              out.asSlice(i * d() * 4, d() * 4L));
    }
  }

  @Override
  protected final long offHeapBytesIn(RefineState s) {
    return s.base().offHeapBytes() + s.refine().offHeapBytes();
  }

  @Override
  protected final Index copyOf(RefineState s) {
    IndexRefine copy = like(s.base().copy(), s.refine().copy());
    copy.kFactor = kFactor;
    return copy;
  }

  /** An index of the same class. */
  IndexRefine like(Index otherBase, Index otherRefine) {
    return new IndexRefine(otherBase, otherRefine);
  }

  // ---- writing ----------------------------------------------------------------------------------

  private void publishNext() {
    RefineState old = current();
    publish(
        new RefineState(base.snapshot(), refine.snapshot()),
        () -> {
          old.base().close();
          old.refine().close();
        });
  }

  @Override
  protected final void trainLocked(Vectors x, ProgressListener listener) {
    base.train(x, listener);
    refine.train(x, listener);
    publishNext();
  }

  @Override
  protected final void addLocked(Vectors x, ProgressListener listener) {
    long before = refine.ntotal();
    refine.add(x, listener);
    try {
      base.add(x, listener);
    } catch (Throwable t) {
      refine.removeIds(new IDSelectorRange(before, before + x.n()));
      throw t;
    }
    publishNext();
  }

  @Override
  protected final void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    if (ids.length != 0) {
      throw unsupported("addSaCodes with ids");
    }
    long first = base.saCodeSize();
    long second = refine.saCodeSize();
    byte[] left = new byte[Math.toIntExact(n * first)];
    byte[] right = new byte[Math.toIntExact(n * second)];
    MemorySegment leftView = MemorySegment.ofArray(left);
    MemorySegment rightView = MemorySegment.ofArray(right);
    for (long i = 0; i < n; i++) {
      long at = i * (first + second);
      MemorySegment.copy(codes, at, leftView, i * first, first);
      MemorySegment.copy(codes, at + first, rightView, i * second, second);
    }
    refine.addSaCodes(n, rightView, ids);
    base.addSaCodes(n, leftView, ids);
    publishNext();
  }

  @Override
  protected final long removeIdsLocked(IDSelector selector) {
    if (storesIds()) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName()
              + " over "
              + base.getClass().getSimpleName()
              + " does not support removeIds: the base keeps its ids, the refinement shifts them");
    }
    long removed = base.removeIds(selector);
    refine.removeIds(selector);
    publishNext();
    return removed;
  }

  @Override
  protected final void mergeFromLocked(Index other, long addId) {
    if (!(other instanceof IndexRefine o) || o.getClass() != getClass()) {
      throw new IllegalArgumentException(
          "only a "
              + getClass().getSimpleName()
              + " can be merged into this one, given: "
              + other.getClass().getSimpleName());
    }
    base.mergeFrom(o.base, addId);
    refine.mergeFrom(o.refine, addId);
    publishNext();
    o.publishNext();
  }

  @Override
  protected final void resetLocked() {
    base.reset();
    refine.reset();
    publishNext();
  }

  @Override
  protected final void freeAll(RefineState last) {
    last.base().close();
    last.refine().close();
    base.close();
    refine.close();
  }

  // ---- settings ---------------------------------------------------------------------------------

  @Override
  public final List<ParameterRange> parameterRanges() {
    List<ParameterRange> ranges = new ArrayList<>();
    ranges.add(new ParameterRange("k_factor_rf", List.of(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)));
    if (base instanceof TunableIndex t) {
      ranges.addAll(t.parameterRanges());
    }
    return ranges;
  }

  @Override
  public final void setParameter(String name, double value) {
    if (name.equals("k_factor_rf")) {
      setKFactor((float) value);
    } else if (base instanceof TunableIndex t) {
      t.setParameter(name, value);
      writeVoid(this::publishNext);
    } else {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " has no parameter \"" + name + "\"; it has k_factor_rf");
    }
  }
}
