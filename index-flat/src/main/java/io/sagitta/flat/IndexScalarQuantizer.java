package io.sagitta.flat;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.codec.RangeStat;
import io.sagitta.core.codec.ScalarQuantizer;
import io.sagitta.core.codec.VectorCodec;
import java.util.Arrays;

/**
 * Exhaustive search over scalar-quantized vectors ({@link ScalarQuantizer}), L2 or inner product
 * between the query as it is and the decoded vectors.
 *
 * <p>Threads, ids, ties and memory: as {@link IndexFlatCodes} says. Source: FAISS {@code
 * IndexScalarQuantizer}.
 */
public final class IndexScalarQuantizer extends IndexFlatCodes {
  /** An empty index that estimates ranges by minimum and maximum. */
  public IndexScalarQuantizer(int d, QuantizerType type, MetricType metric) {
    this(d, type, metric, RangeStat.MINMAX, 0);
  }

  /**
   * An empty index, untrained if its type learns something.
   *
   * @param d dimension, 1..2^20
   * @param metric L2 or inner product
   * @param rangeArgument see {@link RangeStat}
   * @throws IllegalArgumentException for another metric, or type {@link QuantizerType#QT_0BIT},
   *     which has a meaning only inside an IVF
   */
  public IndexScalarQuantizer(
      int d, QuantizerType type, MetricType metric, RangeStat rangeStat, float rangeArgument) {
    this(
        new ScalarQuantizer(d, type, rangeStat, rangeArgument),
        checked(metric, type),
        StoredRows.none(type.codeSize(d)));
  }

  IndexScalarQuantizer(ScalarQuantizer codec, MetricType metric, StoredRows rows) {
    super(codec, metric, 0f, rows);
  }

  private static MetricType checked(MetricType metric, QuantizerType type) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "IndexScalarQuantizer knows L2 and INNER_PRODUCT, not " + metric);
    }
    if (type == QuantizerType.QT_0BIT) {
      throw new IllegalArgumentException(
          "codes of 0 bits say something only inside an IVF, not in an IndexScalarQuantizer");
    }
    return metric;
  }

  /** The quantizer; it must not be trained from outside. */
  public ScalarQuantizer scalarQuantizer() {
    return read(s -> (ScalarQuantizer) s.codec());
  }

  @Override
  IndexFlatCodes like(VectorCodec codec, StoredRows rows) {
    return new IndexScalarQuantizer((ScalarQuantizer) codec, metricType(), rows);
  }

  @Override
  boolean searchOwn(
      FlatState s, Vectors queries, int k, SearchParameters p, boolean byRow, KnnResult out) {
    // The TQ types are searched by an estimate of their own, not by decoded vectors.
    return !((ScalarQuantizer) s.codec()).type().estimatesProducts()
        && DecodedSource.search(s, metricType(), queries, p, byRow, out);
  }

  @Override
  boolean sameCodes(IndexFlatCodes other) {
    ScalarQuantizer mine = scalarQuantizer();
    ScalarQuantizer theirs = ((IndexScalarQuantizer) other).scalarQuantizer();
    return mine.type() == theirs.type() && Arrays.equals(mine.trained(), theirs.trained());
  }
}
