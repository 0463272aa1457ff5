package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.io.StoredBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph made by CAGRA on a GPU and imported into FAISS (FAISS {@code IndexHNSWCagra}): read,
 * searched and written back. When it has only its base level, a search starts from the best of some
 * random vectors; FAISS draws them anew each time, here they depend on nothing but the count, so
 * that equal queries get equal answers. Threads, memory and errors as {@link IndexHNSW} says.
 */
public final class IndexHNSWCagra extends IndexHNSW {

  private final int numericType;

  IndexHNSWCagra(
      int d,
      MetricType metric,
      float metricArg,
      HnswState first,
      @Nullable HnswWriter writer,
      List<StoredBytes> stored,
      int numericType) {
    super(d, metric, metricArg, first, writer, stored);
    this.numericType = numericType;
  }

  @Override
  IndexHNSW newLike(HnswState s, HnswWriter w) {
    return new IndexHNSWCagra(d(), metricType(), metricArg(), s, w, List.of(), numericType);
  }

  /** FAISS's number of the vectors' type: 0 float32, 1 float16, 2 uint8, 3 int8. */
  int numericType() {
    return numericType;
  }

  /** Whether searches use only the base level, from random starting points. */
  public boolean baseLevelOnly() {
    return settings.baseLevelOnly;
  }

  /** Sets {@link #baseLevelOnly()}. */
  public void setBaseLevelOnly(boolean v) {
    settings.baseLevelOnly = v;
  }
}
