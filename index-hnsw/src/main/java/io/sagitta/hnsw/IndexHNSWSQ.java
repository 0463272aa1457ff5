package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.flat.IndexScalarQuantizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph over scalar-quantized vectors (FAISS {@code IndexHNSWSQ}). Threads, memory and errors as
 * {@link IndexHNSW} says.
 */
public final class IndexHNSWSQ extends IndexHNSW {
  /**
   * An empty, untrained index.
   *
   * @param d dimension
   * @param type how components are quantized
   * @param m neighbours on an upper level, half of those on the base level, 2..32768
   * @param metric L2 or inner product
   */
  public IndexHNSWSQ(int d, QuantizerType type, int m, MetricType metric) {
    super(new IndexScalarQuantizer(d, type, metric), m);
  }

  IndexHNSWSQ(IndexScalarQuantizer storage, int m) {
    super(storage, m);
  }

  IndexHNSWSQ(
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
    return new IndexHNSWSQ(d(), metricType(), metricArg(), s, w, List.of());
  }
}
