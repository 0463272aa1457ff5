package io.sagitta.hnsw;

import java.util.Arrays;

/**
 * A set of rows as a bitmap in chunks; immutable, a change copies one chunk and the table of
 * chunks. Safe for all threads. On heap: one bit a row.
 */
final class RowSet {
  private static final int SHIFT = 12;
  private static final int WORDS = 1 << (SHIFT - 6);

  private final long[][] chunks;

  private RowSet(long[][] chunks) {
    this.chunks = chunks;
  }

  /** Rows [0, n). */
  static RowSet firstRows(int n) {
    long[][] c = new long[(n + (1 << SHIFT) - 1) >>> SHIFT][WORDS];
    for (int i = 0; i < c.length; i++) {
      int here = Math.min(1 << SHIFT, n - (i << SHIFT));
      Arrays.fill(c[i], 0, here >>> 6, -1L);
      if ((here & 63) != 0) {
        c[i][here >>> 6] = (1L << here) - 1;
      }
    }
    return new RowSet(c);
  }

  boolean has(int row) {
    int c = row >>> SHIFT;
    return c < chunks.length && (chunks[c][(row >>> 6) & (WORDS - 1)] >>> row & 1) != 0;
  }

  /** This set with some rows more or fewer; {@code rows[0..n)} are all of the other kind now. */
  RowSet with(int[] rows, int n, boolean present) {
    long[][] c = chunks.clone();
    boolean[] own = new boolean[c.length];
    for (int i = 0; i < n; i++) {
      int at = rows[i] >>> SHIFT;
      if (at >= c.length) {
        int old = c.length;
        c = Arrays.copyOf(c, at + 1);
        own = Arrays.copyOf(own, at + 1);
        for (int j = old; j <= at; j++) {
          c[j] = new long[WORDS];
          own[j] = true;
        }
      }
      if (!own[at]) {
        c[at] = c[at].clone();
        own[at] = true;
      }
      long bit = 1L << rows[i];
      int word = (rows[i] >>> 6) & (WORDS - 1);
      c[at][word] = present ? c[at][word] | bit : c[at][word] & ~bit;
    }
    return new RowSet(c);
  }

  /** The first member ≥ {@code from} and below {@code bound}, or {@code bound}. */
  int next(int from, int bound) {
    int row = from;
    while (row < bound) {
      int c = row >>> SHIFT;
      if (c >= chunks.length) {
        return bound;
      }
      long word = chunks[c][(row >>> 6) & (WORDS - 1)] >>> row;
      if (word != 0) {
        return Math.min(bound, row + Long.numberOfTrailingZeros(word));
      }
      row = (row & ~63) + 64;
    }
    return bound;
  }
}
