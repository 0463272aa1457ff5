package io.sagitta.hnsw;

import java.util.Arrays;

/**
 * Which rows a search has met: one byte per row that holds the number of the last search that met
 * it, so that a new search begins with one addition; the bytes are cleared every 255 searches.
 *
 * <p>For one thread. On heap: 1 byte per row.
 */
final class VisitedRows {
  private byte[] marks = new byte[0];
  private int stamp;

  /** Starts a search over {@code rows} rows. */
  void begin(int rows) {
    if (marks.length < rows) {
      marks = new byte[Math.max(rows, Math.min(Integer.MAX_VALUE - 8, marks.length / 2 * 3))];
      stamp = 0;
    }
    if (++stamp == 256) {
      Arrays.fill(marks, (byte) 0);
      stamp = 1;
    }
  }

  /** Marks a row; returns whether it was not marked before. */
  boolean add(int row) {
    byte s = (byte) stamp;
    if (marks[row] == s) {
      return false;
    }
    marks[row] = s;
    return true;
  }

  /** Whether a row is marked. */
  boolean has(int row) {
    return marks[row] == (byte) stamp;
  }

  /**
   * Moves the rows of {@code list[0..n)} that are not marked yet to the front of {@code out}, in
   * order, and marks them; without a branch per row.
   *
   * @return how many there are
   */
  int filter(int[] list, int n, int[] out) {
    byte[] m = marks;
    byte s = (byte) stamp;
    int count = 0;
    for (int i = 0; i < n; i++) {
      int row = list[i];
      out[count] = row;
      count += m[row] == s ? 0 : 1;
      m[row] = s;
    }
    return count;
  }
}
