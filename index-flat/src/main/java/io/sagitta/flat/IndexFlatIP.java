package io.sagitta.flat;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.VectorCodec;

/** {@link IndexFlat} with the inner product. Source: FAISS {@code IndexFlatIP}. */
public final class IndexFlatIP extends IndexFlat {
  /**
   * An empty index.
   *
   * @param d dimension, 1..2^20
   */
  public IndexFlatIP(int d) {
    super(d, MetricType.INNER_PRODUCT);
  }

  IndexFlatIP(VectorCodec codec, StoredRows rows) {
    super(MetricType.INNER_PRODUCT, 0f, codec, rows);
  }

  @Override
  IndexFlatCodes like(VectorCodec codec, StoredRows rows) {
    return new IndexFlatIP(codec, rows);
  }
}
