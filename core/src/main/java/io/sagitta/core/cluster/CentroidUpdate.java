package io.sagitta.core.cluster;

import io.sagitta.core.Parallelism;
import io.sagitta.core.random.FaissRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The second half of a k-means iteration: new centroids from the assignment, and new life for empty
 * clusters, in FAISS's order of operations so that the sums round alike.
 */
final class CentroidUpdate {
  /** FAISS's perturbation of a split cluster: a little above the machine epsilon of float16. */
  private static final float EPS = 1f / 1024f;

  private static final int READ_ROWS = 256;

  private CentroidUpdate() {}

  /**
   * Sets centroids [frozen, k) to the (weighted) means of their rows. Each thread owns a range of
   * centroids and adds their rows in row order, so the result does not depend on the thread count.
   *
   * @param labels the centroid of each row
   * @param weights one weight a row, or null
   * @param sizes receives, from index 0, the weight of centroid frozen + i
   * @param centroids k × d, changed in place
   */
  static void means(
      TrainingRows x,
      int[] labels,
      float @Nullable [] weights,
      int frozen,
      float[] sizes,
      float[] centroids) {
    int d = x.d();
    int free = centroids.length / d - frozen;
    Arrays.fill(centroids, frozen * d, centroids.length, 0f);
    Arrays.fill(sizes, 0f);
    long threads = Parallelism.current().threads();
    long grain = (free + threads - 1) / threads;
    Parallelism.forRange(
        free,
        Math.max(1, grain),
        (from, to) ->
            sum(
                x,
                labels,
                weights,
                frozen,
                frozen + (int) from,
                frozen + (int) to,
                sizes,
                centroids));
    for (int c = 0; c < free; c++) {
      if (sizes[c] != 0) {
        float scale = 1f / sizes[c];
        int end = (frozen + c + 1) * d;
        for (int i = (frozen + c) * d; i < end; i++) {
          centroids[i] *= scale;
        }
      }
    }
  }

  private static void sum(
      TrainingRows x,
      int[] labels,
      float @Nullable [] weights,
      int frozen,
      int from,
      int to,
      float[] sizes,
      float[] centroids) {
    int d = x.d();
    float[] rows = new float[READ_ROWS * d];
    for (int at = 0; at < x.n(); at += READ_ROWS) {
      int count = Math.min(READ_ROWS, x.n() - at);
      x.read(at, count, rows, 0);
      if (weights == null) {
        for (int r = at; r < at + count; r++) {
          if (labels[r] >= from && labels[r] < to) {
            sizes[labels[r] - frozen] += 1f;
          }
        }
        NearestKernels.KERNEL.accumulate(rows, count, d, labels, at, from, to, centroids);
      } else {
        for (int r = 0; r < count; r++) {
          int label = labels[at + r];
          if (label >= from && label < to) {
            float w = weights[at + r];
            sizes[label - frozen] += w;
            for (int j = 0; j < d; j++) {
              centroids[label * d + j] += rows[r * d + j] * w;
            }
          }
        }
      }
    }
  }

  /**
   * Refills each empty cluster with a slightly moved copy of another's centroid, chosen by size
   * with FAISS's seeded draws.
   *
   * @param n training rows
   * @param frozen the first centroids, which neither give nor take
   * @param sizes the weight of centroid frozen + i, changed in place
   * @param centroids changed in place
   * @return how many clusters were refilled
   */
  static int split(int d, long n, int frozen, float[] sizes, float[] centroids) {
    int k = centroids.length / d - frozen;
    FaissRandom random = new FaissRandom(1234);
    int splits = 0;
    for (int empty = 0; empty < k; empty++) {
      if (sizes[empty] == 0) {
        int donor = donor(random, n, k, sizes);
        int from = (frozen + donor) * d;
        int to = (frozen + empty) * d;
        for (int j = 0; j < d; j++) {
          float value = centroids[from + j];
          float up = value * (1 + EPS);
          float down = value * (1 - EPS);
          centroids[to + j] = (j & 1) == 0 ? up : down;
          centroids[from + j] = (j & 1) == 0 ? down : up;
        }
        sizes[empty] = sizes[donor] / 2;
        sizes[donor] -= sizes[empty];
        splits++;
      }
    }
    return splits;
  }

  private static int donor(FaissRandom random, long n, int k, float[] sizes) {
    int c = 0;
    for (long tries = 0; tries < 10L * k; tries++) {
      float p = (float) ((sizes[c] - 1.0) / (float) (n - k));
      if (random.nextFloat() < p) {
        return c;
      }
      c = c + 1 == k ? 0 : c + 1;
    }
    int largest = 0;
    for (int j = 1; j < k; j++) {
      if (sizes[j] > sizes[largest]) {
        largest = j;
      }
    }
    return largest;
  }
}
