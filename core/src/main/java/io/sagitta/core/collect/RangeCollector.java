package io.sagitta.core.collect;

import io.sagitta.core.MetricType;
import java.util.Arrays;

/**
 * Keeps every candidate strictly inside a radius, in the order offered.
 *
 * <p>For one thread at a time; reusable by {@link #begin}. On heap: 12 bytes a result.
 */
public final class RangeCollector extends ResultCollector {
  private final boolean similarity;
  private float[] distances = new float[64];
  private long[] ids = new long[64];
  private int size;

  /** A collector for a metric's direction and a radius. */
  public RangeCollector(MetricType metric, float radius) {
    super(radius);
    similarity = metric.isSimilarity();
  }

  /** Starts a query: empty. */
  public void begin() {
    size = 0;
  }

  @Override
  public boolean add(float distance, long id) {
    if (similarity ? distance > threshold : distance < threshold) {
      if (size == ids.length) {
        distances = Arrays.copyOf(distances, 2 * size);
        ids = Arrays.copyOf(ids, 2 * size);
      }
      distances[size] = distance;
      ids[size++] = id;
    }
    return false;
  }

  /** Number of results. */
  public int size() {
    return size;
  }

  /** Id of result i. */
  public long id(int i) {
    return ids[i];
  }

  /** Distance of result i. */
  public float distance(int i) {
    return distances[i];
  }

  /** Copies all results to position {@code at} of two arrays. */
  public void copyTo(long[] toIds, float[] toDistances, int at) {
    System.arraycopy(ids, 0, toIds, at, size);
    System.arraycopy(distances, 0, toDistances, at, size);
  }

  /** A copy of the ids. */
  public long[] ids() {
    return Arrays.copyOf(ids, size);
  }

  /** A copy of the distances. */
  public float[] distances() {
    return Arrays.copyOf(distances, size);
  }
}
