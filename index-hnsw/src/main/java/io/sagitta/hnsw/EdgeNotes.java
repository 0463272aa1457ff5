package io.sagitta.hnsw;

import java.util.Arrays;

/**
 * Links that are to be added to other rows' lists, by level: (target, source) each, source to be in
 * target's list. For one thread; grows and is reused. On heap: 8 bytes an edge.
 */
final class EdgeNotes {
  private long[][] edges = new long[0][];
  private int[] counts = new int[0];

  void note(int level, int target, int source) {
    if (edges.length <= level) {
      int old = edges.length;
      edges = Arrays.copyOf(edges, level + 1);
      counts = Arrays.copyOf(counts, level + 1);
      for (int l = old; l <= level; l++) {
        edges[l] = new long[256];
      }
    }
    if (counts[level] == edges[level].length) {
      edges[level] = Arrays.copyOf(edges[level], 2 * edges[level].length);
    }
    edges[level][counts[level]++] = ((long) target << 32) | source;
  }

  int count(int level) {
    return level < edges.length ? counts[level] : 0;
  }

  /** Moves the edges of a level to an array; returns where the next ones go. */
  int take(int level, long[] out, int at) {
    int n = count(level);
    if (n > 0) {
      System.arraycopy(edges[level], 0, out, at, n);
      counts[level] = 0;
    }
    return at + n;
  }
}
