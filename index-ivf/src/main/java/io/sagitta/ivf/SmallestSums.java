package io.sagitta.ivf;

import com.carrotsearch.hppc.LongHashSet;
import java.util.Arrays;

/**
 * The k smallest sums of one entry from each of M tables, in ascending order, without forming all:
 * from each sum taken, those that follow it in one table are put into a queue. A combination is a
 * number with nbits a table, the first table lowest.
 *
 * <p>Sums are made of differences between neighbours, in FAISS's order of additions. FAISS may give
 * a combination twice where values tie; here each comes once (mended on purpose).
 *
 * <p>Scratch of one thread. Source: FAISS {@code MinSumK}.
 */
final class SmallestSums {
  private final int m;
  private final int nbits;
  private final SemiSorted[] tables;
  private final LongHashSet taken = new LongHashSet();
  private float[] sums = new float[64];
  private long[] ids = new long[64];
  private int size;

  SmallestSums(int m, int nbits) {
    this.m = m;
    this.nbits = nbits;
    tables = new SemiSorted[m];
    Arrays.setAll(tables, i -> new SemiSorted(1 << nbits));
  }

  /**
   * Finds the sums.
   *
   * @param x M tables of 2^nbits values
   * @param labels receives combinations from {@code at} on
   * @param distances receives sums from {@code at} on
   * @return how many there are: k, fewer if there are not so many combinations, 0 if a table has
   *     NaN
   */
  int run(float[] x, int k, float[] distances, long[] labels, int at) {
    size = 0;
    taken.clear();
    float sum = 0;
    for (int i = 0; i < m; i++) {
      tables[i].begin(x, i << nbits);
      sum += tables[i].least();
    }
    if (Float.isNaN(sum)) {
      return 0;
    }
    int n = 0;
    long next = 0;
    for (; ; ) {
      distances[at + n] = sum;
      labels[at + n++] = next;
      taken.add(next);
      if (n == k) {
        break;
      }
      long rest = next;
      for (int i = 0; i < m; i++) {
        int place = (int) rest & (1 << nbits) - 1;
        rest >>>= nbits;
        if (tables[i].has(place + 1)) {
          push(sum + tables[i].step(place + 1), next + (1L << i * nbits));
        }
      }
      while (size > 0 && taken.contains(ids[0])) {
        pop();
      }
      if (size == 0) {
        break;
      }
      sum = sums[0];
      next = ids[0];
      pop();
    }
    for (int i = at; i < at + n; i++) {
      long rest = labels[i];
      long label = 0;
      for (int j = 0; j < m; j++) {
        label |= (long) tables[j].place((int) rest & (1 << nbits) - 1) << j * nbits;
        rest >>>= nbits;
      }
      labels[i] = label;
    }
    return n;
  }

  private boolean isBefore(float a, long idA, float b, long idB) {
    return a < b || (a == b && idA < idB);
  }

  private void push(float sum, long id) {
    if (size == sums.length) {
      sums = Arrays.copyOf(sums, 2 * size);
      ids = Arrays.copyOf(ids, 2 * size);
    }
    int i = size++;
    while (i > 0 && isBefore(sum, id, sums[(i - 1) / 2], ids[(i - 1) / 2])) {
      sums[i] = sums[(i - 1) / 2];
      ids[i] = ids[(i - 1) / 2];
      i = (i - 1) / 2;
    }
    sums[i] = sum;
    ids[i] = id;
  }

  private void pop() {
    size--;
    float sum = sums[size];
    long id = ids[size];
    int i = 0;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && isBefore(sums[child + 1], ids[child + 1], sums[child], ids[child])) {
        child++;
      }
      if (isBefore(sum, id, sums[child], ids[child])) {
        break;
      }
      sums[i] = sums[child];
      ids[i] = ids[child];
      i = child;
    }
    sums[i] = sum;
    ids[i] = id;
  }
}
