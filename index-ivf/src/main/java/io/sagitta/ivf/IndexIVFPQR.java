package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * An {@link IndexIVFPQ} whose k · k_factor best candidates are measured again with a second product
 * quantizer of what the first left over. L2. Read from FAISS's files, searched and written back;
 * vectors cannot be added or removed.
 *
 * <p>Threads: as {@link IndexIVF}. Source: FAISS {@code IndexIVFPQR}.
 */
public final class IndexIVFPQR extends IndexIVFPQ {
  private static final Set<SearchKey> KEYS;

  static {
    EnumSet<SearchKey> keys = EnumSet.copyOf(IndexIVFPQ.keys());
    keys.add(SearchKey.K_FACTOR);
    keys.remove(SearchKey.EXACT);
    KEYS = Set.copyOf(keys);
  }

  private volatile float kFactor;

  IndexIVFPQR(Index quantizer, int d, MetricType metric, boolean byResidual, IvfState state) {
    super(quantizer, d, metric, byResidual, state);
    kFactor = state.extra instanceof RefineCodes r ? r.kFactor() : 4f;
  }

  /** How many times k candidates are measured again. */
  public float kFactor() {
    return kFactor;
  }

  /**
   * Sets {@link #kFactor()}.
   *
   * @throws IllegalArgumentException unless in [1, 1000]
   */
  public void setKFactor(float factor) {
    if (!(factor >= 1 && factor <= 1000)) {
      throw new IllegalArgumentException("k_factor = " + factor + " must be in [1, 1000]");
    }
    kFactor = factor;
  }

  @Override
  Set<SearchKey> searchKeys() {
    return KEYS;
  }

  @Override
  public List<ParameterRange> parameterRanges() {
    List<ParameterRange> ranges = new ArrayList<>(super.parameterRanges());
    ranges.add(new ParameterRange("k_factor", List.of(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)));
    return ranges;
  }

  @Override
  public void setParameter(String name, double value) {
    if (name.equals("k_factor")) {
      setKFactor((float) value);
    } else {
      super.setParameter(name, value);
    }
  }

  @Override
  protected void searchIn(IvfState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    if (!(s.extra instanceof RefineCodes refine)) {
      throw new IllegalStateException("IndexIVFPQR holds no refinement codes");
    }
    float factor = p.getFloat(SearchKey.K_FACTOR, kFactor);
    if (!(factor >= 1 && factor <= 1000)) {
      throw new IllegalArgumentException("k_factor = " + factor + " must be in [1, 1000]");
    }
    int wide = Math.toIntExact((long) (k * factor));
    KnnResult candidates = new KnnResult(queries.n(), wide);
    knn(s, queries, wide, p, true, candidates);
    float[] first = new float[d()];
    float[] second = new float[d()];
    float[] centroid = new float[d()];
    MemorySegment target = MemorySegment.ofArray(centroid);
    TopK top = new TopK(metricType());
    for (int q = 0; q < candidates.nq(); q++) {
      top.begin(k);
      for (int i = 0; i < candidates.count(q); i++) {
        long pair = candidates.id(q, i);
        int list = (int) (pair >>> 32);
        InvertedList l = s.lists.get(list);
        int c = l.chunkOf((int) pair);
        long at = l.chunk(c).codesAt() + (long) ((int) pair - l.start(c)) * s.codec.codeSize();
        quantizer().reconstruct(list, target, 0);
        productQuantizer(s).decodeRow(l.chunk(c).data(), at, first, 0);
        for (int j = 0; j < first.length; j++) {
          first[j] = queries.get(q, j) - centroid[j] - first[j];
        }
        long id = l.id((int) pair);
        refine.decode(id, second);
        top.add(Kernels.DISTANCES.l2(first, 0, second, 0, d()), id);
      }
      top.finish(out, q);
      dropMinusOne(out, q);
    }
  }

  private static io.sagitta.core.codec.ProductQuantizer productQuantizer(IvfState s) {
    return (io.sagitta.core.codec.ProductQuantizer) s.codec;
  }

  @Override
  boolean sealed() {
    return true;
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    IndexIVFPQR index = new IndexIVFPQR(newQuantizer, d(), metricType(), byResidual(), state);
    index.setPolysemousHt(polysemousHt());
    return index;
  }
}
