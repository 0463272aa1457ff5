package io.sagitta.ivf;

import java.lang.foreign.MemorySegment;

/**
 * Distances of one query to the codes of one list at a time.
 *
 * <p>For one thread; reusable: a query, then a list, then its codes. Allocates nothing once warm.
 */
abstract class ListScanner {
  /** Takes the settings of the call; before its first query. */
  void configure(SearchSettings settings) {}

  /** Sets the query: d floats at byte {@code offset}, unchanged until the next query is set. */
  abstract void setQuery(MemorySegment x, long offset);

  /**
   * Sets the list.
   *
   * @param coarse the query's distance (or similarity) to the list's centroid
   */
  abstract void setList(int list, float coarse);

  /**
   * Says which row of the list the next {@link #run} begins with, or {@link #chosen} counts from.
   */
  void setRows(InvertedList list, int row) {}

  /** Distances to n codes one after the other; {@code out} receives n values from 0 on. */
  abstract void run(MemorySegment codes, long offset, int n, float[] out);

  /**
   * As {@link #run}, but a code that does not beat {@code bound} strictly may get any value that
   * does not beat it either.
   */
  void runBounded(MemorySegment codes, long offset, int n, float bound, float[] out) {
    run(codes, offset, n, out);
  }

  /** As {@link io.sagitta.core.codec.CodeScorer#isStaged}. */
  boolean isStaged() {
    return false;
  }

  /**
   * How many of the n codes of the last {@link #run} or {@link #chosen} were measured; the others
   * have the worst distance there is.
   */
  int measured(int n) {
    return n;
  }

  /** Distances to n chosen codes: the i-th at byte {@code offset + rows[i]·codeSize}. */
  abstract void chosen(MemorySegment codes, long offset, int[] rows, int n, float[] out);
}
