package io.sagitta.ivf;

/**
 * The places of n values in ascending order of value, sorted only as far as asked for: 3, then 15,
 * 63, … of them. Equal values come in FAISS's order, which is that of its heap.
 *
 * <p>Scratch of one thread. On heap 4·n bytes. Source: FAISS {@code SemiSortedArray}.
 */
final class SemiSorted {
  private static final int FIRST = 3;
  private static final int FACTOR = 4;

  private final int n;
  private final int[] order;
  private float[] x = {};
  private int from;
  private int sorted;

  SemiSorted(int n) {
    this.n = n;
    order = new int[n];
  }

  /** Begins with the n values from {@code at} on. */
  void begin(float[] values, int at) {
    x = values;
    from = at;
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    sorted = 0;
    grow(FIRST);
  }

  /** The smallest value. */
  float least() {
    return x[from + order[0]];
  }

  /** By how much the i-th smallest value exceeds the one before it; i ≥ 1. */
  float step(int i) {
    if (i >= sorted) {
      grow((sorted + 1) * FACTOR - 1);
    }
    return x[from + order[i]] - x[from + order[i - 1]];
  }

  /** Whether there is an i-th value. */
  boolean has(int i) {
    return i < n;
  }

  /** The place of the i-th smallest value, for an i that {@link #step} was asked for. */
  int place(int i) {
    return order[i];
  }

  private void grow(int wanted) {
    // Past the end FAISS sorts the rest by std::sort; where values differ the order is the same.
    int size = Math.min(wanted, n) - sorted;
    int base = sorted;
    for (int i = 1; i < size; i++) {
      push(base, i + 1, order[base + i]);
    }
    for (int i = base + size; i < n; i++) {
      int id = order[i];
      int top = order[base];
      if (value(top) > value(id)) {
        pop(base, size);
        push(base, size, id);
        order[i] = top;
      }
    }
    for (int i = size - 1; i > 0; i--) {
      int top = order[base];
      pop(base, i + 1);
      order[base + i] = top;
    }
    sorted += size;
  }

  private float value(int id) {
    return x[from + id];
  }

  /** Takes the largest out of a heap of k places from {@code base} on. */
  private void pop(int base, int k) {
    int b = base - 1;
    int last = order[b + k];
    float v = value(last);
    int i = 1;
    while (2 * i <= k) {
      int child = 2 * i;
      if (child < k && !(value(order[b + child]) > value(order[b + child + 1]))) {
        child++;
      }
      if (v > value(order[b + child])) {
        break;
      }
      order[b + i] = order[b + child];
      i = child;
    }
    order[b + i] = last;
  }

  /** Puts a place into a heap that then has k. */
  private void push(int base, int k, int id) {
    int b = base - 1;
    float v = value(id);
    int i = k;
    while (i > 1 && v > value(order[b + i / 2])) {
      order[b + i] = order[b + i / 2];
      i /= 2;
    }
    order[b + i] = id;
  }
}
