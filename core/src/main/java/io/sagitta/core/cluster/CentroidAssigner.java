package io.sagitta.core.cluster;

import io.sagitta.core.Vectors;

/**
 * Assigns rows to centroids on behalf of {@link Clustering}: FAISS hands an index in here.
 *
 * <p>Used by one training at a time, from one thread.
 */
public interface CentroidAssigner {
  /** True if the largest score is the nearest centroid (inner product). */
  boolean largerIsBetter();

  /**
   * Replaces the centroids.
   *
   * @param centroids k rows
   * @param retrain also train the structure that holds them ({@code update_index})
   */
  void setCentroids(Vectors centroids, boolean retrain);

  /**
   * Finds the centroid of each row.
   *
   * @param x n rows
   * @param labels receives n centroid numbers, −1 if none was found
   * @param distances receives n distances or similarities
   */
  void assign(Vectors x, int[] labels, float[] distances);
}
