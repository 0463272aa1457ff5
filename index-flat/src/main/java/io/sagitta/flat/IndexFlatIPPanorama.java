package io.sagitta.flat;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PanoramaLayout;
import io.sagitta.core.io.StoredBytes;

/** {@link IndexFlatPanorama} for the inner product (FAISS {@code IndexFlatIPPanorama}). */
public final class IndexFlatIPPanorama extends IndexFlatPanorama {
  /** With FAISS's batch of 1,024 vectors. */
  public IndexFlatIPPanorama(int d, int levels) {
    this(d, levels, PanoramaLayout.DEFAULT_BATCH);
  }

  /**
   * @param d dimension
   * @param levels levels asked for, 1..d
   * @param batch vectors of a batch
   */
  public IndexFlatIPPanorama(int d, int levels, int batch) {
    super(d, MetricType.INNER_PRODUCT, levels, batch);
  }

  IndexFlatIPPanorama(PanoramaLayout layout, StoredBytes codes, StoredBytes norms, long n) {
    super(layout, MetricType.INNER_PRODUCT, codes, norms, n);
  }

  @Override
  IndexFlatPanorama empty() {
    return new IndexFlatIPPanorama(d(), layout().levelsAsked(), batchSize());
  }
}
