package io.sagitta.core.codec;

import io.sagitta.core.kernel.Kernels;

/**
 * How badly Hamming distances between codes reproduce the distances between centroids: Σ w_ij·(t_ij
 * − h(code_i, code_j))², with t the squared distances brought to the mean and deviation of Hamming
 * distances, and w falling with t.
 *
 * <p>Implementation note. A swap of the codes a and b of i and j changes row i from h(a, ·) = x to
 * h(b, ·) = y and row j from y to x; columns change alike, the tables being symmetric. So the
 * change is 2·Σ_k (y−x)·((w_ik − w_jk)·(x+y) − 2·(wt_ik − wt_jk)) over k other than i and j: 256
 * short terms from four table rows, where adding up old and new squares of rows and columns, as
 * FAISS does, takes 2,040 terms.
 *
 * <p>Immutable; safe for all threads.
 */
final class HammingCost implements PermutationCost {
  /** The tables of more bits exceed an array. */
  static final int MAX_BITS = 15;

  private static final boolean VECTOR = Kernels.vectorBits() >= 256;

  private final int n;
  private final double[] target;
  private final double[] weight;
  private final double[] product;

  /**
   * @param centroids those of one sub-quantizer, 2^nbits × dsub from element {@code at} on
   */
  HammingCost(float[] centroids, int at, int nbits, int dsub, PolysemousTraining settings) {
    n = 1 << nbits;
    target = new double[n * n];
    weight = new double[n * n];
    product = new double[n * n];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        float distance =
            Kernels.DISTANCES.l2(centroids, at + i * dsub, centroids, at + j * dsub, dsub);
        target[i * n + j] = distance;
        sum += distance;
        squares += (double) distance * distance;
      }
    }
    double mean = sum / ((double) n * n);
    double deviation = Math.sqrt(squares / ((double) n * n) - mean * mean);
    // Whole-number divisions, as in FAISS.
    int quarter = nbits / 4;
    int half = nbits / 2;
    double spread = Math.sqrt(quarter);
    for (int k = 0; k < n * n; k++) {
      double t = (target[k] - mean) / deviation * spread + half;
      target[k] = t;
      weight[k] = Math.exp(-settings.distanceWeight() * t);
      product[k] = weight[k] * t;
    }
  }

  /** Bytes of the tables. */
  static long bytes(int nbits) {
    return 3L * 8 << 2 * nbits;
  }

  @Override
  public int size() {
    return n;
  }

  @Override
  public double cost(int[] order) {
    double cost = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double d = target[i * n + j] - Integer.bitCount(order[i] ^ order[j]);
        cost += weight[i * n + j] * d * d;
      }
    }
    return cost;
  }

  @Override
  public double change(int[] order, int i, int j) {
    if (VECTOR && n >= 16) {
      return VectorHammingChange.of(order, i, j, weight, product);
    }
    int a = order[i];
    int b = order[j];
    double sum = 0;
    for (int k = 0; k < n; k++) {
      if (k != i && k != j) {
        int x = Integer.bitCount(order[k] ^ a);
        int y = Integer.bitCount(order[k] ^ b);
        double w = weight[i * n + k] - weight[j * n + k];
        double p = product[i * n + k] - product[j * n + k];
        sum += (y - x) * (w * (x + y) - 2 * p);
      }
    }
    return 2 * sum;
  }
}
