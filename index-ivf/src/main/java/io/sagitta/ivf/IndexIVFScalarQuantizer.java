package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.codec.ScalarQuantizer;

/**
 * An inverted file whose vectors (or their differences to the centroid) are coded component by
 * component: code size + 8 bytes a vector. L2 and inner product.
 *
 * <p>Threads: as {@link IndexIVF}. Source: FAISS {@code IndexIVFScalarQuantizer}.
 */
public final class IndexIVFScalarQuantizer extends IndexIVF {
  /** What FAISS trains the ranges on at most. */
  private static final long TRAINING_VECTORS = 100_000;

  /**
   * An index with FAISS's default for residuals: on, except for {@link QuantizerType#QT_0BIT} and
   * the TurboQuant types.
   *
   * @param quantizer holds, or is trained to, nlist centroids; closed with this index
   */
  public IndexIVFScalarQuantizer(
      Index quantizer, int d, long nlist, QuantizerType type, MetricType metric) {
    this(quantizer, d, nlist, type, metric, residualByDefault(type));
  }

  /**
   * An index.
   *
   * @param byResidual whether differences to the centroid are coded
   * @throws IllegalArgumentException for a metric other than L2 and inner product
   */
  public IndexIVFScalarQuantizer(
      Index quantizer,
      int d,
      long nlist,
      QuantizerType type,
      MetricType metric,
      boolean byResidual) {
    this(
        quantizer,
        d,
        metric,
        byResidual && type != QuantizerType.QT_0BIT,
        IvfState.empty(
            // FAISS's quirk: without codes it says it is trained before the quantizer is.
            type == QuantizerType.QT_0BIT, new ScalarQuantizer(d, type), checkNlist(nlist), null));
  }

  IndexIVFScalarQuantizer(
      Index quantizer, int d, MetricType metric, boolean byResidual, IvfState state) {
    super(quantizer, d, state.lists.nlist(), checkMetric(metric), 0f, byResidual, state);
  }

  private static boolean residualByDefault(QuantizerType type) {
    return switch (type) {
      case QT_0BIT,
          QT_1BIT_TQMSE,
          QT_2BIT_TQMSE,
          QT_3BIT_TQMSE,
          QT_4BIT_TQMSE,
          QT_8BIT_TQMSE,
          QT_2BIT_TQ,
          QT_3BIT_TQ,
          QT_4BIT_TQ,
          QT_5BIT_TQ ->
          false;
      default -> true;
    };
  }

  private static MetricType checkMetric(MetricType metric) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "IndexIVFScalarQuantizer measures L2 and inner product, not " + metric);
    }
    return metric;
  }

  /** The codec; trained with the index. */
  public ScalarQuantizer scalarQuantizer() {
    return read(s -> (ScalarQuantizer) s.codec);
  }

  @Override
  long encoderTrainingSize() {
    return TRAINING_VECTORS;
  }

  @Override
  ListScanner scanner(IvfState s) {
    return s.codec.codeSize() == 0 ? new CoarseScanner() : super.scanner(s);
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    return new IndexIVFScalarQuantizer(newQuantizer, d(), metricType(), byResidual(), state);
  }
}
