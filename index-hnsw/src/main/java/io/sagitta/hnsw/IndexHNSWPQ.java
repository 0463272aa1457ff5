package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.flat.IndexPQ;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph over product-quantized vectors (FAISS {@code IndexHNSWPQ}). Threads, memory and errors as
 * {@link IndexHNSW} says.
 */
public final class IndexHNSWPQ extends IndexHNSW {
  /**
   * An empty, untrained index.
   *
   * @param d dimension, a multiple of pqM
   * @param pqM sub-quantizers
   * @param m neighbours on an upper level, half of those on the base level, 2..32768
   * @param nbits bits of a sub-code
   * @param metric L2 or inner product
   */
  public IndexHNSWPQ(int d, int pqM, int m, int nbits, MetricType metric) {
    super(new IndexPQ(d, pqM, nbits, metric), m);
  }

  IndexHNSWPQ(IndexPQ storage, int m) {
    super(storage, m);
  }

  IndexHNSWPQ(
      int d,
      MetricType metric,
      float metricArg,
      HnswState first,
      @Nullable HnswWriter writer,
      List<StoredBytes> stored) {
    super(d, metric, metricArg, first, writer, stored);
  }

  @Override
  IndexHNSW newLike(HnswState s, HnswWriter w) {
    return new IndexHNSWPQ(d(), metricType(), metricArg(), s, w, List.of());
  }
}
