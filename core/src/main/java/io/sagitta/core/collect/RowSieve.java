package io.sagitta.core.collect;

import io.sagitta.core.IDSelector;

/**
 * Chooses rows of a scan and names them: freed rows, selectors and the mapping from rows to ids all
 * come in here. Asked once per row and scan thread, not once per query.
 *
 * <p>Immutable and safe for all threads. Ids must ascend with the rows.
 */
@FunctionalInterface
public interface RowSieve {
  /**
   * Chooses among rows [firstRow, firstRow + n).
   *
   * @param places receives row − firstRow of each chosen row, ascending
   * @param ids receives the id of each chosen row
   * @return number of chosen rows
   */
  int sift(long firstRow, int n, int[] places, long[] ids);

  /** The rows whose number, taken as id, is a member. */
  static RowSieve of(IDSelector selector) {
    return (firstRow, n, places, ids) -> {
      int count = 0;
      for (int i = 0; i < n; i++) {
        if (selector.isMember(firstRow + i)) {
          places[count] = i;
          ids[count++] = firstRow + i;
        }
      }
      return count;
    };
  }
}
