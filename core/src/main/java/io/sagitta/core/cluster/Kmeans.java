package io.sagitta.core.cluster;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The short way to k-means, as Python users of FAISS know it: construct, {@link #train}, read
 * {@link #centroids}, {@link #assign}.
 *
 * <p>Spherical k-means assigns by inner product, any other by L2. Not thread-safe while training;
 * afterwards reading and assigning are safe for all threads.
 *
 * <pre>{@code
 * Kmeans kmeans = new Kmeans(128, 1024, ClusteringParameters.DEFAULTS.withNiter(10));
 * float objective = kmeans.train(vectors);
 * Kmeans.Assignment nearest = kmeans.assign(vectors);
 * }</pre>
 */
public final class Kmeans {
  private final Clustering clustering;
  private final MetricType metric;
  private final int d;
  private final int k;
  private @Nullable NearestCentroids nearest;

  /** What {@link #assign} finds: the centroid of each row, and the distance or similarity to it. */
  public record Assignment(int[] labels, float[] distances) {}

  /**
   * @param d components of a row
   * @param k number of centroids
   * @throws IllegalArgumentException if d or k is below 1
   */
  public Kmeans(int d, int k, ClusteringParameters parameters) {
    clustering = new Clustering(d, k, parameters);
    metric = parameters.spherical() ? MetricType.INNER_PRODUCT : MetricType.L2;
    this.d = d;
    this.k = k;
  }

  /**
   * Trains on equally weighted rows; see {@link #train(Vectors, float[], float[],
   * ProgressListener)}.
   */
  public float train(Vectors x) {
    return train(x, null, null, ProgressListener.NONE);
  }

  /**
   * Trains.
   *
   * @param x at least k rows of d components
   * @param weights one weight a row, or null
   * @param initialCentroids up to k·d elements to start from, or null
   * @return the final objective: the sum of distances (L2) or of inner products (spherical)
   * @throws IllegalArgumentException as {@link Clustering#train(Vectors, CentroidAssigner, float[],
   *     ProgressListener)}
   * @throws java.util.concurrent.CancellationException if the listener stops it
   */
  public float train(
      Vectors x,
      float @Nullable [] weights,
      float @Nullable [] initialCentroids,
      ProgressListener listener) {
    if (initialCentroids != null) {
      clustering.setCentroids(initialCentroids);
    }
    clustering.train(x, metric, weights, listener);
    nearest = NearestCentroids.of(clustering.centroids(), 0, k, d, metric);
    List<IterationStats> stats = clustering.iterationStats();
    return stats.isEmpty() ? 0 : stats.getLast().obj();
  }

  /** The centroids, k × d row-major. */
  public float[] centroids() {
    return clustering.centroids();
  }

  /** The objective after each iteration. */
  public float[] objectives() {
    List<IterationStats> stats = clustering.iterationStats();
    float[] objectives = new float[stats.size()];
    for (int i = 0; i < objectives.length; i++) {
      objectives[i] = stats.get(i).obj();
    }
    return objectives;
  }

  /** What each iteration came to. */
  public List<IterationStats> iterationStats() {
    return clustering.iterationStats();
  }

  /**
   * Finds the nearest centroid of each row.
   *
   * @param x at most 2^31 − 1 rows of d components
   * @throws IllegalStateException before {@link #train}
   * @throws IllegalArgumentException if x has another dimension
   */
  public Assignment assign(Vectors x) {
    NearestCentroids centroids = nearest;
    if (centroids == null) {
      throw new IllegalStateException("assign before train: there are no centroids");
    }
    int n = Math.toIntExact(x.n());
    Assignment out = new Assignment(new int[n], new float[n]);
    centroids.assign(x, out.labels(), out.distances());
    return out;
  }
}
