package io.sagitta.core.cluster;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * First centroids by squared distance: k-means++ (Arthur, Vassilvitskii 2007) and its approximation
 * by a Markov chain, AFK-MC² (Bachem, Lucic, Hassani, Krause 2016).
 *
 * <p>FAISS draws these from C++'s standard distributions, which differ between compilers, so the
 * rows chosen here are equally distributed but not the same. Seeded: equal input gives equal
 * centroids.
 */
final class CentroidSeeding {
  private final TrainingRows x;
  private final int d;
  private final float[] centroids;
  private final RandomGenerator random;
  private final float[] row;

  /**
   * @param centroids k × d; the first ones may be given already, the rest is filled in
   */
  CentroidSeeding(TrainingRows x, float[] centroids, long seed) {
    this.x = x;
    this.d = x.d();
    this.centroids = centroids;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.row = new float[d];
  }

  /** Fills centroids [given, k) by k-means++. */
  void plusPlus(int given) {
    double[] nearest = new double[x.n()];
    double[] sums = new double[x.n()];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int c = 0; c < given; c++) {
      lower(nearest, c);
    }
    for (int c = given; c < centroids.length / d; c++) {
      take(c, c == 0 ? random.nextInt(x.n()) : draw(nearest, sums));
      lower(nearest, c);
    }
  }

  private void lower(double[] nearest, int c) {
    for (int i = 0; i < nearest.length; i++) {
      x.read(i, 1, row, 0);
      nearest[i] = Math.min(nearest[i], squaredDistance(row, c * d));
    }
  }

  private int draw(double[] weights, double[] sums) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      sums[i] = sum;
    }
    return drawFrom(sums);
  }

  private int drawFrom(double[] sums) {
    double total = sums[sums.length - 1];
    if (!(total > 0)) {
      return random.nextInt(sums.length);
    }
    int at = Arrays.binarySearch(sums, random.nextDouble() * total);
    return Math.min(at < 0 ? -at - 1 : at, sums.length - 1);
  }

  /**
   * Fills centroids [given, k) by AFK-MC².
   *
   * @param chain steps of the Markov chain a centroid
   */
  void markovChain(int given, int chain) {
    int k = centroids.length / d;
    BitSet taken = new BitSet(x.n());
    int first = given;
    if (given == 0) {
      int row0 = random.nextInt(x.n());
      take(0, row0);
      taken.set(row0);
      first = 1;
    }
    double[] q = new double[x.n()];
    Arrays.fill(q, Double.POSITIVE_INFINITY);
    for (int c = 0; c < first; c++) {
      lower(q, c);
    }
    double total = 0;
    for (double v : q) {
      total += v;
    }
    double[] sums = new double[q.length];
    double sum = 0;
    for (int i = 0; i < q.length; i++) {
      q[i] = (total > 0 ? 0.5 * q[i] / total : 0) + 0.5 / q.length;
      sum += q[i];
      sums[i] = sum;
    }
    for (int c = first; c < k; c++) {
      int current = drawFrom(sums);
      while (taken.get(current)) {
        current = drawFrom(sums);
      }
      double distance = toNearest(current, c);
      for (int step = 0; step < chain; step++) {
        int proposed = drawFrom(sums);
        if (taken.get(proposed) || !(distance > 0)) {
          continue;
        }
        double other = toNearest(proposed, c);
        if (random.nextDouble() < other * q[current] / (distance * q[proposed])) {
          current = proposed;
          distance = other;
        }
      }
      taken.set(current);
      take(c, current);
    }
  }

  private double toNearest(int i, int count) {
    x.read(i, 1, row, 0);
    double nearest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < count; c++) {
      nearest = Math.min(nearest, squaredDistance(row, c * d));
    }
    return nearest;
  }

  private void take(int c, int i) {
    x.read(i, 1, centroids, c * d);
  }

  private double squaredDistance(float[] a, int at) {
    float sum = 0;
    for (int j = 0; j < d; j++) {
      float t = a[j] - centroids[at + j];
      sum += t * t;
    }
    return sum;
  }
}
