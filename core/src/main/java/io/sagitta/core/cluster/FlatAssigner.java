package io.sagitta.core.cluster;

import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import org.jspecify.annotations.Nullable;

/** Exact assignment by {@link NearestCentroids}: what FAISS does with an {@code IndexFlat}. */
final class FlatAssigner implements CentroidAssigner {
  /** FAISS forms distances from differences while rows × components stay below this. */
  private static final long DIRECT_BELOW = 128_000;

  private final MetricType metric;
  private float[] centroids = {};
  private int d = 1;
  private @Nullable Vectors seen;
  private float @Nullable [] norms;

  FlatAssigner(MetricType metric) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException("k-means needs L2 or inner product, not " + metric);
    }
    this.metric = metric;
  }

  @Override
  public boolean largerIsBetter() {
    return metric == MetricType.INNER_PRODUCT;
  }

  @Override
  public void setCentroids(Vectors rows, boolean retrain) {
    centroids = rows.toArray();
    d = rows.d();
  }

  @Override
  public void assign(Vectors x, int[] labels, float[] distances) {
    int k = centroids.length / d;
    NearestCentroids nearest =
        metric == MetricType.L2 && x.n() * d < DIRECT_BELOW
            ? NearestCentroids.direct(centroids, 0, k, d)
            : NearestCentroids.of(centroids, 0, k, d, metric);
    if (metric == MetricType.L2 && (seen == null || !seen.equals(x))) {
      seen = x;
      norms = NearestCentroids.squaredNorms(x);
    }
    nearest.assign(x, norms, labels, distances);
  }
}
