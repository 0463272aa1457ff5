package io.sagitta.storage.engine;

import io.sagitta.core.kernel.Kernels;
import io.sagitta.storage.SimilarityMetric;
import java.lang.foreign.MemorySegment;

/**
 * The exact number of a query and an original vector, as an index of the metric reports it: the
 * cosine, the squared Euclidean distance or the inner product. For one query; any thread may use
 * it.
 */
final class Scoring {
  private final SimilarityMetric metric;
  private final float[] query;

  Scoring(SimilarityMetric metric, float[] query) {
    this.metric = metric;
    this.query = metric == SimilarityMetric.COSINE ? normalized(query) : query;
  }

  /** A vector of length 1 in the same direction. */
  static float[] normalized(float[] x) {
    MemorySegment s = MemorySegment.ofArray(x);
    double scale = 1 / Math.sqrt(VectorCheck.squares(s, 0, x.length));
    float[] out = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = (float) (x[i] * scale);
    }
    return out;
  }

  /** The number of the vector at a byte offset. */
  float raw(MemorySegment x, long offset) {
    int d = query.length;
    return switch (metric) {
      case L2 -> Kernels.DISTANCES.l2(query, 0, x, offset, d);
      case IP -> Kernels.DISTANCES.ip(query, 0, x, offset, d);
      case COSINE ->
          (float)
              (Kernels.DISTANCES.ip(query, 0, x, offset, d)
                  / Math.sqrt(VectorCheck.squares(x, offset, d)));
    };
  }

  /** Whether one number is nearer than another. */
  static boolean nearer(SimilarityMetric metric, float a, float b) {
    return metric == SimilarityMetric.L2 ? a < b : a > b;
  }
}
