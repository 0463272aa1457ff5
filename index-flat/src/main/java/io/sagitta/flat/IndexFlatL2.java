package io.sagitta.flat;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.VectorCodec;

/** {@link IndexFlat} with the squared Euclidean distance. Source: FAISS {@code IndexFlatL2}. */
public final class IndexFlatL2 extends IndexFlat {
  /**
   * An empty index.
   *
   * @param d dimension, 1..2^20
   */
  public IndexFlatL2(int d) {
    super(d, MetricType.L2);
  }

  IndexFlatL2(VectorCodec codec, StoredRows rows) {
    super(MetricType.L2, 0f, codec, rows);
  }

  @Override
  IndexFlatCodes like(VectorCodec codec, StoredRows rows) {
    return new IndexFlatL2(codec, rows);
  }
}
