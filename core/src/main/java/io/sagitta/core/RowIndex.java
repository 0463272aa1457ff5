package io.sagitta.core;

import io.sagitta.core.collect.ResultCollector;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What an id map needs of the index inside so that removing one vector costs the same whatever the
 * size: places of vectors that do not change when others go. For index families and wrappers, not
 * for callers; implemented by subclasses of {@link AbstractIndex}.
 *
 * <p>A <em>row</em> is such a place. It stays while its vector lives, unless {@link #removeRows}
 * says that it moved, and is given to another vector only when no reader, and no holder of a
 * snapshot, can see a state in which it was the old one's. Rows are non-negative, say nothing about
 * order, and stay within a small factor of the number of vectors.
 *
 * <p>Threads: reading methods take a state and are safe while its version is held; the writing ones
 * take the index's lock and publish, like {@code add}.
 *
 * @param <S> the index's state
 */
public interface RowIndex<S> {
  /** k-NN as {@link Index#searchInto}: labels are rows, and the selector is asked with rows. */
  void searchRows(S s, Vectors queries, int k, SearchParameters p, KnnResult out);

  /** One query into a collector that is offered rows. */
  void searchRowsWith(S s, Vectors query, ResultCollector collector, SearchParameters p);

  /** Range search: ids of the result are rows. */
  RangeResult rangeSearchRows(S s, Vectors queries, float radius, SearchParameters p);

  /** Exclusive upper bound of row numbers of a state. */
  long rowBound(S s);

  /** Whether a state has a vector at this row. */
  boolean hasRow(S s, long row);

  /** Row of the vector whose dense id is {@code id}, in [0, ntotal). */
  long rowOf(S s, long id);

  /**
   * Rows of the vectors with dense ids [from, from + n), in that order.
   *
   * @param out receives n rows from position 0
   */
  default void rowsOf(S s, long from, int n, long[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = rowOf(s, from + i);
    }
  }

  /** Decodes the vector at a row that the state has. */
  void reconstructRow(S s, long row, MemorySegment out, long offset);

  /**
   * Removes vectors by row; a row that has none is passed over.
   *
   * @param rows any order; the first {@code n} count
   * @param moves receives the rows that moved, or null when nobody wants to know
   * @return how many were removed
   */
  long removeRows(long[] rows, int n, @Nullable RowMoves moves);
}
