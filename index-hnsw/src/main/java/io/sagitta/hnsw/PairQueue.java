package io.sagitta.hnsw;

import java.util.Arrays;

/**
 * A priority queue of (key, row) ordered by both, largest or smallest pair on top; for similarities
 * rows order in reverse. For one thread; grows once and is reused. On heap: 8 bytes an entry.
 */
final class PairQueue {
  private final long flip;
  private int mask;
  private long[] heap = new long[64];
  private int size;

  PairQueue(boolean smallestOnTop) {
    flip = smallestOnTop ? -1L : 0L;
  }

  void begin(boolean similarity) {
    mask = similarity ? -1 : 0;
    size = 0;
  }

  int size() {
    return size;
  }

  int topOrder() {
    return (int) ((heap[0] ^ flip) >> 32);
  }

  int topRow() {
    return (int) (heap[0] ^ flip) ^ mask;
  }

  /** The row at a place of the heap, in no order. */
  int row(int i) {
    return (int) (heap[i] ^ flip) ^ mask;
  }

  void push(int order, int row) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    long value = (((long) order << 32) | ((row ^ mask) & 0xffffffffL)) ^ flip;
    int i = size++;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (heap[parent] >= value) {
        break;
      }
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = value;
  }

  void pop() {
    long value = heap[--size];
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= value) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = value;
  }
}
