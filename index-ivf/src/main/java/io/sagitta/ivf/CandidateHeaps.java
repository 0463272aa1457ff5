package io.sagitta.ivf;

import java.util.Arrays;

/**
 * The best candidates of many queries at once: for each the {@code capacity} smallest keys (a
 * similarity's key is its negative). Which of several equally bad ones stays is left open: whoever
 * needs a rule keeps one more than asked for and looks whether the last two are equal.
 *
 * <p>Scratch for one thread. On heap 12 bytes a candidate.
 */
final class CandidateHeaps {
  private float[] keys = new float[0];
  private long[] ids = new long[0];
  private int[] sizes = new int[0];
  private float[] bounds = new float[0];
  private int capacity;

  /** Empty heaps for n queries. */
  void begin(int n, int newCapacity) {
    int slots = Math.multiplyExact(n, newCapacity);
    if (keys.length < slots) {
      keys = new float[slots];
      ids = new long[slots];
    }
    if (sizes.length < n) {
      sizes = new int[n];
      bounds = new float[n];
    }
    capacity = newCapacity;
    Arrays.fill(sizes, 0, n, 0);
    Arrays.fill(bounds, 0, n, Float.MAX_VALUE);
  }

  /** What a key must be below to enter. */
  float bound(int q) {
    return bounds[q];
  }

  int size(int q) {
    return sizes[q];
  }

  float key(int q, int i) {
    return keys[q * capacity + i];
  }

  long id(int q, int i) {
    return ids[q * capacity + i];
  }

  /** Offers a candidate; NaN and what is not below the bound change nothing. */
  void add(int q, float key, long id) {
    if (!(key < bounds[q])) {
      return;
    }
    int base = q * capacity;
    int n = sizes[q];
    if (n < capacity) {
      int i = n;
      while (i > 0) {
        int parent = (i - 1) >>> 1;
        if (keys[base + parent] >= key) {
          break;
        }
        keys[base + i] = keys[base + parent];
        ids[base + i] = ids[base + parent];
        i = parent;
      }
      keys[base + i] = key;
      ids[base + i] = id;
      sizes[q] = n + 1;
    } else {
      siftDown(base, n, key, id);
    }
    if (sizes[q] == capacity) {
      bounds[q] = keys[base];
    }
  }

  /** Offers all of another's candidates of a query. */
  void addAll(int q, CandidateHeaps other) {
    for (int i = 0; i < other.sizes[q]; i++) {
      add(q, other.key(q, i), other.id(q, i));
    }
  }

  /** Turns query q's heap into ascending order. */
  void sort(int q, boolean largestIdFirst) {
    int base = q * capacity;
    int n = sizes[q];
    for (int end = n - 1; end > 0; end--) {
      float key = keys[base + end];
      long id = ids[base + end];
      keys[base + end] = keys[base];
      ids[base + end] = ids[base];
      siftDown(base, end, key, id);
    }
    orderTies(base, n, largestIdFirst);
  }

  /** Runs of equal keys by id. */
  private void orderTies(int base, int n, boolean largestIdFirst) {
    for (int i = base + 1; i < base + n; i++) {
      float key = keys[i];
      long id = ids[i];
      int j = i;
      while (j > base
          && keys[j - 1] == key
          && (largestIdFirst ? ids[j - 1] < id : ids[j - 1] > id)) {
        ids[j] = ids[j - 1];
        j--;
      }
      ids[j] = id;
    }
  }

  private void siftDown(int base, int n, float key, long id) {
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child >= n) {
        break;
      }
      if (child + 1 < n && keys[base + child + 1] > keys[base + child]) {
        child++;
      }
      if (keys[base + child] <= key) {
        break;
      }
      keys[base + i] = keys[base + child];
      ids[base + i] = ids[base + child];
      i = child;
    }
    keys[base + i] = key;
    ids[base + i] = id;
  }
}
