package io.sagitta.ivf;

import java.util.Arrays;

/**
 * The rows of one state that pass a selector, by list: found through the direct map instead of by
 * testing every id of a list. Immutable; safe for all threads.
 */
final class PassingRows {
  private final long[] places;

  private PassingRows(long[] places) {
    this.places = places;
  }

  /**
   * Of places (list &lt;&lt; 32 | row) in any order, each at most once; the array is taken over.
   */
  static PassingRows of(long[] places) {
    Arrays.sort(places);
    return new PassingRows(places);
  }

  /** Number of rows in all lists. */
  int size() {
    return places.length;
  }

  /** Where the rows of a list begin. */
  int first(int list) {
    int at = Arrays.binarySearch(places, (long) list << 32);
    return at < 0 ? -at - 1 : at;
  }

  /** Whether the i-th place is in a list, and before a row. */
  boolean isBefore(int i, int list, int row) {
    return i < places.length && places[i] < ((long) list << 32 | row);
  }

  /** The row of the i-th place. */
  int row(int i) {
    return (int) places[i];
  }
}
