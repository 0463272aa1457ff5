package io.sagitta.hnsw;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which rows have a vector after a removal, and which dense id each has: ids ascend in the order
 * vectors were added, without gaps, while rows stay where they are.
 *
 * <p>Immutable; safe for all threads. The tables between rows and ids are made when an id is first
 * asked for (an index under an id map never asks), and are kept: 8 bytes per row on heap.
 */
final class Numbering {
  private final RowSet live;
  private final int rows;
  private final int count;
  private final @Nullable CodeRows sequence;
  private volatile @Nullable Tables tables;

  private record Tables(int[] rowOf, int[] idOf) {}

  /**
   * @param live the rows that have a vector
   * @param rows number of rows, those without a vector included
   * @param count number of rows that have one
   * @param sequence per row, when its vector was added (a long below 2^32); null = in row order
   */
  Numbering(RowSet live, int rows, int count, @Nullable CodeRows sequence) {
    this.live = live;
    this.rows = rows;
    this.count = count;
    this.sequence = sequence;
  }

  RowSet live() {
    return live;
  }

  boolean isLive(int row) {
    return live.has(row);
  }

  /** Dense id of a live row. */
  int idOf(int row) {
    return tables().idOf[row];
  }

  /** Row of a dense id. */
  int rowOf(long id) {
    return tables().rowOf[(int) id];
  }

  private Tables tables() {
    Tables t = tables;
    if (t == null) {
      synchronized (this) {
        t = tables;
        if (t == null) {
          t = make();
          tables = t;
        }
      }
    }
    return t;
  }

  private Tables make() {
    int[] rowOf = new int[count];
    int n = 0;
    for (int r = live.next(0, rows); r < rows; r = live.next(r + 1, rows)) {
      rowOf[n++] = r;
    }
    CodeRows s = sequence;
    if (s != null) {
      long[] order = new long[count];
      for (int i = 0; i < count; i++) {
        int r = rowOf[i];
        order[i] = s.chunk(r).get(ValueLayout.JAVA_LONG, s.offset(r)) << 31 | r;
      }
      Arrays.sort(order);
      for (int i = 0; i < count; i++) {
        rowOf[i] = (int) (order[i] & Integer.MAX_VALUE);
      }
    }
    int[] idOf = new int[rows];
    Arrays.fill(idOf, -1);
    for (int i = 0; i < count; i++) {
      idOf[rowOf[i]] = i;
    }
    return new Tables(rowOf, idOf);
  }
}
