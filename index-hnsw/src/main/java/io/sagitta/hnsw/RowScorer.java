package io.sagitta.hnsw;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/**
 * Keys ({@link Keys}) between a query and stored rows, and between stored rows, in bulk: a search
 * calls it once per visited list, so the loop over the list's rows has no branch on the metric.
 *
 * <p>For one thread; allocates nothing after its first query.
 */
abstract class RowScorer {
  /** Looks at these rows from now on. */
  abstract void bind(CodeRows rows);

  /** Sets the query: d floats at a byte offset, copied. */
  abstract void setQuery(MemorySegment x, long offset);

  /** Key of one row. */
  abstract float score(int row);

  /** Keys of {@code rows[0..n)} into {@code out[0..n)}. */
  abstract void score(int[] rows, int n, float[] out);

  /** Keys between a stored row and {@code rows[0..n)}; independent of the query. */
  abstract void between(int row, int[] rows, int n, float[] out);

  /** Starts a list of the neighbour heuristic: nothing is kept yet. */
  abstract void clearKept();

  /** Keeps a stored row, whatever else is kept. */
  abstract void keep(int row);

  /**
   * Keeps a stored row unless a kept one is strictly closer to it than {@code key}; returns whether
   * it is kept now.
   */
  abstract boolean keepUnlessCloser(int row, float key);
}
