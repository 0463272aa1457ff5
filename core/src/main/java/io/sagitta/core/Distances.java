package io.sagitta.core;

import io.sagitta.core.collect.FlatScan;
import io.sagitta.core.collect.RowSource;
import io.sagitta.core.kernel.DistanceKernels;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;

/**
 * Search and distances without an index, straight over vectors that lie somewhere: what FAISS calls
 * {@code knn}, {@code range_search} over arrays, {@code pairwise_distances} and {@code
 * fvec_renorm_L2}.
 *
 * <p>Answers are those of a flat index over the same vectors, bit for bit: row r of {@code base}
 * has id r, L2 is squared, similarities (inner product, Jaccard) are better when larger, ties
 * follow {@link io.sagitta.core.collect.TopK}, and NaN is never a result.
 *
 * <p>Threads: stateless; large calls use {@link Parallelism}, which changes no answer. The caller
 * keeps the memory alive and unchanged during a call.
 */
public final class Distances {
  private Distances() {}

  /**
   * The k nearest vectors of each query.
   *
   * @param queries nq × d
   * @param base n × d
   * @param k results per query, ≥ 1; may exceed n
   * @throws IllegalArgumentException if the dimensions differ or k &lt; 1
   */
  public static KnnResult knn(Vectors queries, Vectors base, int k, MetricType metric) {
    return knn(queries, base, k, metric, 0);
  }

  /**
   * The k nearest vectors of each query under a metric with an argument.
   *
   * @param argument p of {@link MetricType#LP}; ignored by the others
   * @throws IllegalArgumentException if the dimensions differ or k &lt; 1
   */
  public static KnnResult knn(
      Vectors queries, Vectors base, int k, MetricType metric, float argument) {
    KnnResult out = new KnnResult();
    knnInto(queries, base, k, metric, argument, out);
    return out;
  }

  /**
   * As {@link #knn(Vectors, Vectors, int, MetricType, float)}, into a holder that is resized and
   * overwritten.
   */
  public static void knnInto(
      Vectors queries, Vectors base, int k, MetricType metric, float argument, KnnResult out) {
    checkDimensions(queries, base);
    out.prepare(queries.n(), k);
    FlatScan.knn(metric, argument, queries, RowSource.of(base), out);
  }

  /**
   * All vectors strictly closer than {@code radius} (similarities: scoring above it), per query in
   * ascending order of id.
   *
   * @throws IllegalArgumentException if the dimensions differ, or if there are more results than an
   *     array holds
   */
  public static RangeResult rangeSearch(
      Vectors queries, Vectors base, float radius, MetricType metric) {
    return rangeSearch(queries, base, radius, metric, 0);
  }

  /**
   * As {@link #rangeSearch(Vectors, Vectors, float, MetricType)} under a metric with an argument.
   *
   * @param argument p of {@link MetricType#LP}; ignored by the others
   */
  public static RangeResult rangeSearch(
      Vectors queries, Vectors base, float radius, MetricType metric, float argument) {
    checkDimensions(queries, base);
    return FlatScan.range(metric, argument, queries, radius, RowSource.of(base));
  }

  /**
   * Every distance: element {@code q·n + r} is that of query q and vector r, by the direct formula.
   *
   * @param queries nq × d
   * @param base n × d
   * @return nq × n, row-major
   * @throws IllegalArgumentException if the dimensions differ or nq·n exceeds an array
   */
  public static float[] pairwise(Vectors queries, Vectors base, MetricType metric) {
    return pairwise(queries, base, metric, 0);
  }

  /**
   * Every distance under a metric with an argument.
   *
   * @param argument p of {@link MetricType#LP}; ignored by the others
   * @throws IllegalArgumentException if the dimensions differ or nq·n exceeds an array
   */
  public static float[] pairwise(Vectors queries, Vectors base, MetricType metric, float argument) {
    checkDimensions(queries, base);
    long most = Integer.MAX_VALUE - 8;
    if (base.n() > 0 && queries.n() > most / base.n()) {
      throw new IllegalArgumentException(
          queries.n() + " x " + base.n() + " distances do not fit into an array");
    }
    float[] out = new float[(int) (queries.n() * base.n())];
    FlatScan.pairwise(metric, argument, queries, RowSource.of(base), (int) base.n(), out);
    return out;
  }

  /**
   * Scales each row to length 1, in place; a row of zeros (or with a NaN) stays as it is. With
   * normalized vectors the inner product is the cosine.
   *
   * @param x n × d floats
   * @throws IllegalArgumentException if the length is not a multiple of d
   */
  public static void normalizeL2(float[] x, int d) {
    normalizeL2(Vectors.of(x, d));
  }

  /**
   * Scales each row of a writable view to length 1, in place; a row of zeros (or with a NaN) stays
   * as it is.
   *
   * @throws UnsupportedOperationException if the memory is read-only
   */
  public static void normalizeL2(Vectors x) {
    if (x.data().isReadOnly()) {
      throw new UnsupportedOperationException("normalizeL2: the memory is read-only");
    }
    int d = x.d();
    Parallelism.forRange(
        x.n(),
        Math.max(1, (1 << 18) / d),
        (from, to) -> {
          float[] row = new float[d];
          for (long r = from; r < to; r++) {
            normalize(x.data(), x.offset(r), row);
          }
        });
  }

  private static void normalize(MemorySegment data, long offset, float[] row) {
    int d = row.length;
    MemorySegment.copy(data, DistanceKernels.FLOAT, offset, row, 0, d);
    float norm = Kernels.DISTANCES.squaredNorm(row, 0, d);
    if (norm > 0) {
      float scale = (float) (1 / Math.sqrt(norm));
      for (int i = 0; i < d; i++) {
        row[i] *= scale;
      }
      MemorySegment.copy(row, 0, data, DistanceKernels.FLOAT, offset, d);
    }
  }

  private static void checkDimensions(Vectors queries, Vectors base) {
    if (queries.d() != base.d()) {
      throw new IllegalArgumentException(
          "queries have dimension " + queries.d() + ", the vectors " + base.d());
    }
  }
}
