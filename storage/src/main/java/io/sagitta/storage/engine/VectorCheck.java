package io.sagitta.storage.engine;

import io.sagitta.core.Vectors;
import io.sagitta.storage.SimilarityMetric;
import java.lang.foreign.MemorySegment;

/**
 * Refuses vectors that no similarity can be told of: with a NaN or an infinity in them, all zero,
 * or (for the cosine) so long or short that the reciprocal of their length is no normal float.
 */
final class VectorCheck {
  /** Lengths a cosine can be told of: between 2^-100 and 2^100. */
  private static final double MIN_LENGTH = 0x1p-100;

  private static final double MAX_LENGTH = 0x1p100;

  private VectorCheck() {}

  /**
   * Checks every row.
   *
   * @throws IllegalArgumentException naming the first row that is refused, and why
   */
  static void check(Vectors x, int dimension, SimilarityMetric metric) {
    if (x.d() != dimension) {
      throw new IllegalArgumentException(
          "vectors have dimension " + x.d() + ", the store has " + dimension);
    }
    for (long i = 0; i < x.n(); i++) {
      checkRow(x, i, metric);
    }
  }

  private static void checkRow(Vectors x, long row, SimilarityMetric metric) {
    double squares = squares(x.data(), x.offset(row), x.d());
    if (!(squares > 0 && squares < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "vector " + row + (squares == 0 ? " is all zero" : " has a NaN or an infinity in it"));
    }
    double length = Math.sqrt(squares);
    if (metric == SimilarityMetric.COSINE && (length < MIN_LENGTH || length > MAX_LENGTH)) {
      throw new IllegalArgumentException(
          "vector "
              + row
              + " has length "
              + length
              + ", a cosine is told of lengths between 2^-100 and 2^100");
    }
  }

  /** Σ x², in double: exact enough for floats of any size. Four sums, so that they overlap. */
  static double squares(MemorySegment s, long offset, int d) {
    double a = 0;
    double b = 0;
    double c = 0;
    double e = 0;
    int j = 0;
    for (; j + 4 <= d; j += 4) {
      double p = s.get(Vectors.FLOAT, offset + 4L * j);
      double q = s.get(Vectors.FLOAT, offset + 4L * j + 4);
      double r = s.get(Vectors.FLOAT, offset + 4L * j + 8);
      double t = s.get(Vectors.FLOAT, offset + 4L * j + 12);
      a += p * p;
      b += q * q;
      c += r * r;
      e += t * t;
    }
    for (; j < d; j++) {
      double p = s.get(Vectors.FLOAT, offset + 4L * j);
      a += p * p;
    }
    return a + b + c + e;
  }
}
