package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PanoramaCodec;
import io.sagitta.core.codec.PanoramaLayout;

/**
 * An inverted file over uncompressed vectors that are read level by level, each given up as soon as
 * it can no longer be among the k best: {@link IndexIVFFlat}'s answers up to rounding, and the more
 * of the reading saved the more of the energy lies in the first dimensions ({@code PCA} before it).
 * L2 and inner product.
 *
 * <p>Takes 4·(d + levels + 1) + 8 bytes a vector; {@link #codeSize()} counts the norms, stand-alone
 * codes do not have them. Lists lie in batches of {@value PanoramaCodec#BATCH} in memory, in
 * batches of {@link #batchSize()} in files. Threads: as {@link IndexIVF}. Source: FAISS {@code
 * IndexIVFFlatPanorama}.
 */
public final class IndexIVFFlatPanorama extends IndexIVF {
  /** FAISS's number of levels in factory strings. */
  public static final int DEFAULT_LEVELS = 8;

  private final PanoramaLayout file;

  /** With FAISS's batch of 1,024 vectors in files. */
  public IndexIVFFlatPanorama(Index quantizer, int d, long nlist, MetricType metric, int levels) {
    this(quantizer, d, nlist, metric, levels, PanoramaLayout.DEFAULT_BATCH);
  }

  /**
   * An index.
   *
   * @param quantizer holds, or is trained to, nlist centroids; closed with this index
   * @param levels levels asked for, 1..d
   * @param batch vectors of a batch in files
   * @throws IllegalArgumentException for other metrics than L2 and inner product, or if levels or
   *     batch are out of range
   */
  public IndexIVFFlatPanorama(
      Index quantizer, int d, long nlist, MetricType metric, int levels, int batch) {
    this(
        quantizer,
        metric,
        new PanoramaLayout(d, levels, batch),
        IvfState.empty(
            quantizer.isTrained() && quantizer.ntotal() == nlist,
            new PanoramaCodec(d, levels),
            checkNlist(nlist),
            null));
  }

  IndexIVFFlatPanorama(Index quantizer, MetricType metric, PanoramaLayout file, IvfState state) {
    super(quantizer, file.d(), state.lists.nlist(), checkMetric(metric), 0f, false, state);
    this.file = file;
  }

  private static MetricType checkMetric(MetricType metric) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "IndexIVFFlatPanorama measures L2 and inner product, not " + metric);
    }
    return metric;
  }

  /** Levels asked for; where they do not divide the dimension there may be fewer. */
  public int levels() {
    return file.levelsAsked();
  }

  /** Vectors of a batch in files. */
  public int batchSize() {
    return file.batch();
  }

  /** How batches lie in files. */
  PanoramaLayout fileLayout() {
    return file;
  }

  @Override
  ListScanner scanner(IvfState s) {
    return new PanoramaScanner((PanoramaCodec) s.codec, metricType());
  }

  @Override
  boolean groups(IvfState s) {
    return false;
  }

  @Override
  int standaloneSize(IvfState s) {
    return 4 * d();
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    return new IndexIVFFlatPanorama(newQuantizer, metricType(), file, state);
  }
}
