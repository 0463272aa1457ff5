package io.sagitta.core.collect;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;

/**
 * Keeps the k best of one query by FAISS's rules, for every k: a candidate enters only if strictly
 * better than the worst kept; of equally bad ones the largest id leaves first (similarities: the
 * smallest); the final order ascends by (distance, id), for similarities it descends by (score,
 * id).
 *
 * <p>One heap serves both directions: a similarity is kept as (−score, −id), which turns "largest
 * score, then largest id" into "smallest key, then smallest tie" exactly (negation of a float and
 * of an id other than the smallest long is exact).
 *
 * <p>For one thread at a time; reusable by {@link #begin}. On heap: 12·k bytes. Source: FAISS
 * {@code utils/Heap.h}.
 */
public final class TopK extends ResultCollector {
  private final boolean similarity;
  private final float worst;
  private float[] keys = new float[0];
  private long[] ties = new long[0];
  private int k;
  private int size;

  /** A collector for a metric's direction; {@link #begin} before use. */
  public TopK(MetricType metric) {
    super(metric.worst());
    similarity = metric.isSimilarity();
    worst = metric.worst();
  }

  /** Starts a query: empty, k slots. */
  public void begin(int k) {
    if (keys.length < k) {
      keys = new float[k];
      ties = new long[k];
    }
    this.k = k;
    size = 0;
    threshold = worst;
  }

  /** How many are wanted. */
  public int k() {
    return k;
  }

  /** How many are kept now. */
  public int size() {
    return size;
  }

  @Override
  public boolean add(float distance, long id) {
    float key = similarity ? -distance : distance;
    long tie = similarity ? -id : id;
    if (size < k) {
      // FLT_MAX itself and everything worse, like NaN, is never a result (FAISS fills with it).
      if (!(key < Float.MAX_VALUE)) {
        return false;
      }
      siftUp(size++, key, tie);
      if (size < k) {
        return false;
      }
      threshold = similarity ? -keys[0] : keys[0];
      return true;
    }
    if (!(key < keys[0])) {
      return false;
    }
    siftDown(key, tie, k);
    threshold = similarity ? -keys[0] : keys[0];
    return true;
  }

  /**
   * Writes the kept ones, best first, as query q of a result, and pads the rest. The collector is
   * empty afterwards.
   */
  public void finish(KnnResult out, int q) {
    int n = size;
    int base = q * out.k();
    float[] distances = out.rawDistances();
    long[] labels = out.rawLabels();
    while (size > 0) {
      int at = base + --size;
      distances[at] = similarity ? -keys[0] : keys[0];
      labels[at] = similarity ? -ties[0] : ties[0];
      siftDown(keys[size], ties[size], size);
    }
    out.finish(q, n, worst);
  }

  private void siftUp(int at, float key, long tie) {
    int i = at;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (!after(key, tie, keys[parent], ties[parent])) {
        break;
      }
      keys[i] = keys[parent];
      ties[i] = ties[parent];
      i = parent;
    }
    keys[i] = key;
    ties[i] = tie;
  }

  private void siftDown(float key, long tie, int n) {
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child >= n) {
        break;
      }
      if (child + 1 < n && after(keys[child + 1], ties[child + 1], keys[child], ties[child])) {
        child++;
      }
      if (!after(keys[child], ties[child], key, tie)) {
        break;
      }
      keys[i] = keys[child];
      ties[i] = ties[child];
      i = child;
    }
    keys[i] = key;
    ties[i] = tie;
  }

  private static boolean after(float key, long tie, float otherKey, long otherTie) {
    return key > otherKey || (key == otherKey && tie > otherTie);
  }
}
