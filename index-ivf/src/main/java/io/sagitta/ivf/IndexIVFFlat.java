package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.FloatCodec;

/**
 * An inverted file over uncompressed vectors: 4·d + 8 bytes a vector. Every metric.
 *
 * <p>Threads: as {@link IndexIVF}. Source: FAISS {@code IndexIVFFlat}.
 */
public final class IndexIVFFlat extends IndexIVF {
  /**
   * An L2 index.
   *
   * @param quantizer holds, or is trained to, nlist centroids; closed with this index
   */
  public IndexIVFFlat(Index quantizer, int d, long nlist) {
    this(quantizer, d, nlist, MetricType.L2, 0f);
  }

  /** An index of any metric. */
  public IndexIVFFlat(Index quantizer, int d, long nlist, MetricType metric, float metricArg) {
    this(
        quantizer,
        d,
        metric,
        metricArg,
        IvfState.empty(
            quantizer.isTrained() && quantizer.ntotal() == nlist,
            new FloatCodec(d),
            checkNlist(nlist),
            null));
  }

  IndexIVFFlat(Index quantizer, int d, MetricType metric, float metricArg, IvfState state) {
    super(quantizer, d, state.lists.nlist(), metric, metricArg, false, state);
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    return new IndexIVFFlat(newQuantizer, d(), metricType(), metricArg(), state);
  }
}
