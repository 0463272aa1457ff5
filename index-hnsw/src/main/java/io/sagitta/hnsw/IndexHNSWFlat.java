package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.io.StoredBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph over uncompressed vectors, for every metric (FAISS {@code IndexHNSWFlat}). Threads,
 * memory and errors as {@link IndexHNSW} says.
 */
public final class IndexHNSWFlat extends IndexHNSW {
  /** FAISS's default M. */
  public static final int DEFAULT_M = 32;

  /** An empty L2 index. */
  public IndexHNSWFlat(int d, int m) {
    this(d, m, MetricType.L2);
  }

  /** An empty index of a metric without argument. */
  public IndexHNSWFlat(int d, int m, MetricType metric) {
    this(d, m, metric, 0f);
  }

  /**
   * An empty index.
   *
   * @param d dimension
   * @param m neighbours on an upper level, half of those on the base level, 2..32768
   * @param metricArg the metric's argument (p of {@link MetricType#LP})
   * @throws IllegalArgumentException if d or m is out of range
   */
  public IndexHNSWFlat(int d, int m, MetricType metric, float metricArg) {
    super(d, metric, metricArg, new FloatCodec(d), m);
  }

  IndexHNSWFlat(
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
    return new IndexHNSWFlat(d(), metricType(), metricArg(), s, w, List.of());
  }
}
