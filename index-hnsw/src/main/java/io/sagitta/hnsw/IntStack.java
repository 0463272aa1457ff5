package io.sagitta.hnsw;

import java.util.Arrays;

/** A stack of ints, for one thread. On heap: 4 bytes an entry. */
final class IntStack {
  private int[] items = new int[16];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  int get(int i) {
    return items[i];
  }

  void push(int v) {
    if (size == items.length) {
      items = Arrays.copyOf(items, 2 * size);
    }
    items[size++] = v;
  }

  int pop() {
    return items[--size];
  }

  void clear() {
    size = 0;
  }
}
