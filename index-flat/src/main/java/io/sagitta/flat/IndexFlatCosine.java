package io.sagitta.flat;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CosineCodec;
import io.sagitta.core.codec.VectorCodec;

/**
 * Exact search by cosine over vectors that stay as they are: 4·d + 4 bytes each, off heap. Its
 * metric reads {@link MetricType#INNER_PRODUCT}, its values are ⟨q,x⟩ / (‖q‖‖x‖), and {@code
 * reconstruct} gives the original vector bit for bit.
 *
 * <p>FAISS has no such index: its files (fourcc {@code SgCF}) are Sagitta's own.
 *
 * <p>Threads, ids, ties and memory: as {@link IndexFlatCodes} says.
 */
public final class IndexFlatCosine extends IndexFlatCodes {
  /**
   * An empty index.
   *
   * @param d dimension, 1..2^20
   */
  public IndexFlatCosine(int d) {
    this(new CosineCodec(d), StoredRows.none(4 * d + 4));
  }

  IndexFlatCosine(VectorCodec codec, StoredRows rows) {
    super(codec, MetricType.INNER_PRODUCT, 0f, rows);
  }

  @Override
  IndexFlatCodes like(VectorCodec codec, StoredRows rows) {
    return new IndexFlatCosine(codec, rows);
  }

  @Override
  boolean sameCodes(IndexFlatCodes other) {
    return true;
  }
}
