package io.sagitta.core;

import com.carrotsearch.hppc.LongArrayList;

/**
 * Rows that a removal moved, to be applied in order: what belonged to row {@code from(i)} belongs
 * to row {@code to(i)} from then on. No state that a reader may still hold has a row {@code to(i)}.
 * For one thread.
 */
public final class RowMoves {
  private final LongArrayList from = new LongArrayList();
  private final LongArrayList to = new LongArrayList();

  /** Notes a move. */
  public void add(long oldRow, long newRow) {
    from.add(oldRow);
    to.add(newRow);
  }

  /** How many rows moved. */
  public int size() {
    return from.size();
  }

  /** Row before. */
  public long from(int i) {
    return from.get(i);
  }

  /** Row after. */
  public long to(int i) {
    return to.get(i);
  }
}
