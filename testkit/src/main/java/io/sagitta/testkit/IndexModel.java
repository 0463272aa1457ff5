package io.sagitta.testkit;

import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an index should hold, as a list: the id and the key of each vector, in order. A key decides
 * its vector, whose components are whole numbers from 0 to 15, so that distances are exact.
 *
 * <p>Immutable; an operation gives another model.
 */
public final class IndexModel {
  private final int d;
  private final MetricType metric;
  private final boolean givenIds;
  private final long[] ids;
  private final int[] keys;

  private IndexModel(int d, MetricType metric, boolean givenIds, long[] ids, int[] keys) {
    this.d = d;
    this.metric = metric;
    this.givenIds = givenIds;
    this.ids = ids;
    this.keys = keys;
  }

  /** No vectors. */
  public static IndexModel empty(int d, MetricType metric, boolean givenIds) {
    return new IndexModel(d, metric, givenIds, new long[0], new int[0]);
  }

  /** Number of vectors. */
  public int size() {
    return keys.length;
  }

  /** Id of the i-th vector. */
  public long id(int i) {
    return givenIds ? ids[i] : i;
  }

  /** The i-th vector. */
  public float[] vector(int i) {
    return vectorOf(keys[i], d);
  }

  /** The vector of a key. */
  public static float[] vectorOf(int key, int d) {
    Random r = new Random(key * 0x9E3779B97F4A7C15L);
    float[] v = new float[d];
    for (int i = 0; i < d; i++) {
      v[i] = r.nextInt(16);
    }
    return v;
  }

  /** Vectors of keys [from, from + n), row-major. */
  public static float[] vectorsOf(int from, int n, int d) {
    float[] x = new float[n * d];
    for (int i = 0; i < n; i++) {
      System.arraycopy(vectorOf(from + i, d), 0, x, i * d, d);
    }
    return x;
  }

  /** The id given to a key where ids are given: neither dense nor ascending with the key. */
  public static long idOf(int key) {
    return key * 1_000_003L ^ 0x5555;
  }

  /** Adds keys [from, from + n) to this model. */
  public IndexModel plus(int from, int n) {
    long[] newIds = Arrays.copyOf(ids, ids.length + n);
    int[] newKeys = Arrays.copyOf(keys, keys.length + n);
    for (int i = 0; i < n; i++) {
      newIds[ids.length + i] = idOf(from + i);
      newKeys[keys.length + i] = from + i;
    }
    return new IndexModel(d, metric, givenIds, newIds, newKeys);
  }

  /** Adds keys [from, from + n) to an index, under the ids of {@link #plus}. */
  public void addTo(Index index, int from, int n) {
    float[] x = vectorsOf(from, n, d);
    if (!givenIds) {
      index.add(x);
      return;
    }
    long[] newIds = new long[n];
    for (int i = 0; i < n; i++) {
      newIds[i] = idOf(from + i);
    }
    index.addWithIds(x, newIds);
  }

  /** Without the members of a selector. */
  public IndexModel minus(IDSelector selector) {
    long[] newIds = new long[ids.length];
    int[] newKeys = new int[keys.length];
    int n = 0;
    for (int i = 0; i < keys.length; i++) {
      if (!selector.isMember(id(i))) {
        newIds[n] = ids[i];
        newKeys[n++] = keys[i];
      }
    }
    return new IndexModel(d, metric, givenIds, Arrays.copyOf(newIds, n), Arrays.copyOf(newKeys, n));
  }

  /** Distance between a query and the i-th vector. */
  public float distance(float[] query, int i) {
    float[] v = vector(i);
    float sum = 0;
    for (int j = 0; j < d; j++) {
      float diff = query[j] - v[j];
      sum += metric == MetricType.INNER_PRODUCT ? query[j] * v[j] : diff * diff;
    }
    return sum;
  }

  /** Positions of the k nearest by FAISS's rules, best first. */
  public int[] nearest(float[] query, int k, @Nullable IDSelector selector) {
    float[] distances = new float[size()];
    boolean similarity = metric.isSimilarity();
    TreeSet<Integer> kept =
        new TreeSet<>(
            (a, b) -> {
              int c = Float.compare(distances[a], distances[b]);
              int order = c != 0 ? c : Integer.compare(a, b);
              return similarity ? -order : order;
            });
    for (int i = 0; i < distances.length; i++) {
      if (selector != null && !selector.isMember(id(i))) {
        continue;
      }
      distances[i] = distance(query, i);
      if (kept.size() < k) {
        kept.add(i);
      } else if (metric.better(distances[i], distances[kept.last()])) {
        kept.pollLast();
        kept.add(i);
      }
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * What is wrong with an answer to one query, or null if it fits this state.
   *
   * @param q its number in the result
   * @param exact whether it must be that of a full scan; otherwise it may miss vectors
   * @param tolerance relative error of distances (0 for exact storage)
   */
  public @Nullable String fault(
      KnnResult result,
      int q,
      float[] query,
      @Nullable IDSelector selector,
      boolean exact,
      double tolerance) {
    if (exact) {
      int[] want = nearest(query, result.k(), selector);
      if (want.length != result.count(q)) {
        return result.count(q) + " results, wanted " + want.length;
      }
      for (int i = 0; i < want.length; i++) {
        if (result.id(q, i) != id(want[i]) || result.distance(q, i) != distance(query, want[i])) {
          return at(result, q, i) + ", wanted " + id(want[i]) + " " + distance(query, want[i]);
        }
      }
      return null;
    }
    List<Long> seen = new ArrayList<>();
    for (int i = 0; i < result.count(q); i++) {
      long id = result.id(q, i);
      int position = positionOf(id);
      if (position < 0) {
        return at(result, q, i) + ": no such id";
      }
      if (seen.contains(id)) {
        return at(result, q, i) + ": twice";
      }
      if (selector != null && !selector.isMember(id)) {
        return at(result, q, i) + ": not selected";
      }
      float want = distance(query, position);
      if (Math.abs(want - result.distance(q, i)) > tolerance * Math.max(1, Math.abs(want))) {
        return at(result, q, i) + ": its distance is " + want;
      }
      if (i > 0 && metric.better(result.distance(q, i), result.distance(q, i - 1))) {
        return at(result, q, i) + ": better than the one before";
      }
      seen.add(id);
    }
    return null;
  }

  private static String at(KnnResult result, int q, int i) {
    return "result " + i + " is id " + result.id(q, i) + " at " + result.distance(q, i);
  }

  private int positionOf(long id) {
    if (!givenIds) {
      return id >= 0 && id < keys.length ? (int) id : -1;
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }
}
