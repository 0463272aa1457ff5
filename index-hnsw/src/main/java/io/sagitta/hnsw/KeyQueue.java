package io.sagitta.hnsw;

import java.util.Arrays;

/**
 * A priority queue of (key, row) that compares keys only, with the largest key on top (or the
 * smallest, see the constructor). What happens to equal keys is part of the contract: it follows
 * the two heap algorithms of libstdc++ ({@code push_heap}: sift up while the parent is strictly
 * less; {@code pop_heap}: move the hole to a leaf, promoting the right child unless it is strictly
 * less than the left, then sift the last element up), because FAISS's graphs on tied data depend on
 * it.
 *
 * <p>For one thread; grows once and is reused by {@link #clear}. On heap: 8 bytes an entry.
 */
final class KeyQueue {
  private final int flip;
  private long[] heap = new long[64];
  private int size;

  /**
   * @param smallestOnTop whether the best (smallest) key is on top instead of the worst
   */
  KeyQueue(boolean smallestOnTop) {
    // Flipping all bits of the monotone image reverses its order.
    flip = smallestOnTop ? -1 : 0;
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  float topKey() {
    return Keys.key((int) (heap[0] >> 32) ^ flip);
  }

  /** Monotone image of the top key, see {@link Keys#order}. */
  int topOrder() {
    return (int) (heap[0] >> 32) ^ flip;
  }

  int topRow() {
    return (int) heap[0];
  }

  void push(float key, int row) {
    pushOrder(Keys.order(key), row);
  }

  void pushOrder(int order, int row) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    siftUp(heap, size++, ((long) (order ^ flip) << 32) | (row & 0xffffffffL));
  }

  void pop() {
    long[] h = heap;
    int n = --size;
    long value = h[n];
    int hole = 0;
    int child = 0;
    int inner = (n - 1) / 2;
    while (child < inner) {
      child = 2 * (child + 1);
      if ((int) (h[child] >> 32) < (int) (h[child - 1] >> 32)) {
        child--;
      }
      h[hole] = h[child];
      hole = child;
    }
    if ((n & 1) == 0 && n > 0 && child == (n - 2) / 2) {
      child = 2 * (child + 1);
      h[hole] = h[child - 1];
      hole = child - 1;
    }
    siftUp(h, hole, value);
  }

  private static void siftUp(long[] h, int from, long value) {
    int hole = from;
    int key = (int) (value >> 32);
    while (hole > 0) {
      int parent = (hole - 1) / 2;
      if ((int) (h[parent] >> 32) >= key) {
        break;
      }
      h[hole] = h[parent];
      hole = parent;
    }
    h[hole] = value;
  }
}
