package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CosineCodec;
import io.sagitta.core.io.StoredBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph by cosine over vectors that stay as they are: 4·d + 4 bytes each, and {@code reconstruct}
 * gives the original bit for bit. Its metric reads {@link MetricType#INNER_PRODUCT}, its values are
 * ⟨q,x⟩ / (‖q‖‖x‖). FAISS has no such index: its files (fourcc {@code SgCH}) are Sagitta's own.
 *
 * <p>Threads, memory and errors as {@link IndexHNSW} says.
 */
public final class IndexHNSWCosine extends IndexHNSW {
  /**
   * An empty index.
   *
   * @param d dimension
   * @param m neighbours on an upper level, half of those on the base level, 2..32768
   * @throws IllegalArgumentException if d or m is out of range
   */
  public IndexHNSWCosine(int d, int m) {
    super(d, MetricType.INNER_PRODUCT, 0f, new CosineCodec(d), m);
  }

  IndexHNSWCosine(int d, HnswState first, @Nullable HnswWriter writer, List<StoredBytes> stored) {
    super(d, MetricType.INNER_PRODUCT, 0f, first, writer, stored);
  }

  @Override
  IndexHNSW newLike(HnswState s, HnswWriter w) {
    return new IndexHNSWCosine(d(), s, w, List.of());
  }
}
