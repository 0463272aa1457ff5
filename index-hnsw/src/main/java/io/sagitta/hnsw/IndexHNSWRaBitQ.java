package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.flat.IndexRaBitQ;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph over RaBitQ codes (FAISS {@code IndexHNSWRaBitQ}): 1 to 9 bits a dimension, L2 only,
 * built and searched on the codes alone; the query is quantised as the storage's {@code qb} says.
 *
 * <p>FAISS's staged search of multi-bit codes measures in full only what the first estimate cannot
 * rule out; here every neighbour is measured in full, so a neighbour never fails to be a way on
 * because of its estimate. Threads, memory and errors as {@link IndexHNSW} says.
 */
public final class IndexHNSWRaBitQ extends IndexHNSW {
  /** FAISS's flag of staged search, carried from file to file. */
  private final boolean staged;

  /**
   * An empty, untrained index.
   *
   * @param d dimension
   * @param m neighbours on an upper level, half of those on the base level, 2..32768
   * @param bits bits a dimension, 1..9
   */
  public IndexHNSWRaBitQ(int d, int m, int bits) {
    this(new IndexRaBitQ(d, MetricType.L2, bits), m);
  }

  IndexHNSWRaBitQ(IndexRaBitQ storage, int m) {
    super(checked(storage), m);
    staged = storage.bits() > 1;
  }

  private static IndexRaBitQ checked(IndexRaBitQ storage) {
    if (storage.metricType() != MetricType.L2) {
      throw new IllegalArgumentException(
          "a graph over RaBitQ codes measures L2, not " + storage.metricType());
    }
    return storage;
  }

  IndexHNSWRaBitQ(
      int d,
      HnswState first,
      @Nullable HnswWriter writer,
      List<StoredBytes> stored,
      boolean staged) {
    super(d, MetricType.L2, 0f, first, writer, stored);
    this.staged = staged;
  }

  @Override
  IndexHNSW newLike(HnswState s, HnswWriter w) {
    return new IndexHNSWRaBitQ(d(), s, w, List.of(), staged);
  }

  boolean staged() {
    return staged;
  }
}
