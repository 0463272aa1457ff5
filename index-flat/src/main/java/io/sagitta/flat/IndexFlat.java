package io.sagitta.flat;

import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.codec.VectorCodec;

/**
 * Exact search over float32 vectors, for every metric; the vectors lie off heap, d·4 bytes each.
 *
 * <p>Every vector is read whole. Where most can be told apart by their first components, {@link
 * IndexFlatL2Panorama} gives the same answers and reads less (784 dimensions: 1.6 times as fast).
 *
 * <p>Threads, ids, ties and memory: as {@link IndexFlatCodes} says. Source: FAISS {@code
 * IndexFlat}.
 */
public class IndexFlat extends IndexFlatCodes {
  /** An empty index of a metric without argument. */
  public IndexFlat(int d, MetricType metric) {
    this(d, metric, 0f);
  }

  /**
   * An empty index.
   *
   * @param d dimension, 1..2^20
   * @param metricArg p of {@link MetricType#LP}, else 0
   */
  public IndexFlat(int d, MetricType metric, float metricArg) {
    this(metric, metricArg, new FloatCodec(d), StoredRows.none(4 * d));
  }

  IndexFlat(MetricType metric, float metricArg, VectorCodec codec, StoredRows rows) {
    super(codec, metric, metricArg, rows);
  }

  /**
   * An index over the caller's memory: heap, off heap or a mapped file. Nothing is copied and
   * nothing of it is ever written or freed here; the caller keeps it alive and unchanged until this
   * index, its snapshots included, is closed. Vectors may be added (they go into memory of the
   * index's own; at most the last megabyte is copied) and removed (they are marked, and what is
   * left of a chunk is copied when less than half of it lives).
   */
  public static IndexFlat over(Vectors x, MetricType metric, float metricArg) {
    StoredRows rows = StoredRows.over(x);
    FloatCodec codec = new FloatCodec(x.d());
    return switch (metric) {
      case L2 -> new IndexFlatL2(codec, rows);
      case INNER_PRODUCT -> new IndexFlatIP(codec, rows);
      default -> new IndexFlat(metric, metricArg, codec, rows);
    };
  }

  /** {@link #over(Vectors, MetricType, float)} for a metric without argument. */
  public static IndexFlat over(Vectors x, MetricType metric) {
    return over(x, metric, 0f);
  }

  @Override
  IndexFlatCodes like(VectorCodec codec, StoredRows rows) {
    return new IndexFlat(metricType(), metricArg(), codec, rows);
  }

  @Override
  final boolean isFloat() {
    return true;
  }

  @Override
  final boolean sameCodes(IndexFlatCodes other) {
    return true;
  }
}
