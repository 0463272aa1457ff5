package io.sagitta.flat;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PanoramaLayout;
import io.sagitta.core.io.StoredBytes;

/**
 * {@link IndexFlatPanorama} for the squared Euclidean distance (FAISS {@code IndexFlatL2Panorama}).
 */
public final class IndexFlatL2Panorama extends IndexFlatPanorama {
  /** With FAISS's batch of 1,024 vectors. */
  public IndexFlatL2Panorama(int d, int levels) {
    this(d, levels, PanoramaLayout.DEFAULT_BATCH);
  }

  /**
   * @param d dimension
   * @param levels levels asked for, 1..d
   * @param batch vectors of a batch
   */
  public IndexFlatL2Panorama(int d, int levels, int batch) {
    super(d, MetricType.L2, levels, batch);
  }

  IndexFlatL2Panorama(PanoramaLayout layout, StoredBytes codes, StoredBytes norms, long n) {
    super(layout, MetricType.L2, codes, norms, n);
  }

  @Override
  IndexFlatPanorama empty() {
    return new IndexFlatL2Panorama(d(), layout().levelsAsked(), batchSize());
  }
}
