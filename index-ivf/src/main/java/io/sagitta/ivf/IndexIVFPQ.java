package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PolysemousTraining;
import io.sagitta.core.codec.ProductQuantizer;
import org.jspecify.annotations.Nullable;

/**
 * An inverted file of product-quantizer codes, of the vectors or (FAISS's default) of their
 * differences to the centroid: code size + 8 bytes a vector. L2 and inner product.
 *
 * <p>Instead of FAISS's precomputed table of every list × sub-centroid, a search over residuals
 * keeps one float a vector, ‖r‖² + 2·c·r, made on a list's first visit: 4 bytes a vector instead of
 * nlist · M · 2^nbits · 4, and no table to build per list.
 *
 * <p>Threads: as {@link IndexIVF}. Source: FAISS {@code IndexIVFPQ}.
 */
public class IndexIVFPQ extends IndexIVF {
  /** An index over residuals. */
  public IndexIVFPQ(Index quantizer, int d, long nlist, int m, int nbits, MetricType metric) {
    this(quantizer, d, nlist, m, nbits, metric, true);
  }

  /**
   * An index.
   *
   * @param quantizer holds, or is trained to, nlist centroids; closed with this index
   * @param m sub-quantizers, dividing d
   * @param nbits bits of a sub-code, 1 … 16
   * @param byResidual whether differences to the centroid are coded
   */
  public IndexIVFPQ(
      Index quantizer, int d, long nlist, int m, int nbits, MetricType metric, boolean byResidual) {
    this(
        quantizer,
        d,
        metric,
        byResidual,
        IvfState.empty(false, new ProductQuantizer(d, m, nbits), checkNlist(nlist), null));
  }

  IndexIVFPQ(Index quantizer, int d, MetricType metric, boolean byResidual, IvfState state) {
    super(quantizer, d, state.lists.nlist(), checkMetric(metric), 0f, byResidual, state);
  }

  private static MetricType checkMetric(MetricType metric) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException("IndexIVFPQ measures L2 and inner product, not " + metric);
    }
    return metric;
  }

  /** The codec; trained with the index. */
  public final ProductQuantizer productQuantizer() {
    return read(s -> (ProductQuantizer) s.codec);
  }

  /** Lets a later {@link #train} number the centroids for polysemous codes; null leaves it out. */
  public final void setPolysemousTraining(@Nullable PolysemousTraining training) {
    productQuantizer().setPolysemousTraining(training);
  }

  @Override
  long encoderTrainingSize() {
    ProductQuantizer pq = productQuantizer();
    return (long) pq.clusteringParameters().maxPointsPerCentroid() * pq.ksub();
  }

  private boolean scansTerms(IvfState s) {
    return byResidual()
        && !chosenElsewhere()
        && metricType() == MetricType.L2
        && ListTerms.worthwhile(s);
  }

  @Override
  ListScanner scanner(IvfState s) {
    return scansTerms(s) ? new PqResidualScanner(this, s) : super.scanner(s);
  }

  /**
   * Codes that are sieved in registers take 1 to 2 ns a query; to decode a list for a product with
   * many queries costs more than that saves.
   */
  @Override
  boolean groups(IvfState s) {
    return !((ProductQuantizer) s.codec).scansInRegisters() || (byResidual() && !scansTerms(s));
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    return new IndexIVFPQ(newQuantizer, d(), metricType(), byResidual(), state);
  }
}
