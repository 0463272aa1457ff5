package io.sagitta.ivf;

import java.util.Arrays;

/**
 * What becomes of one list's rows: which old or new row stands at each place. For one writer; on
 * heap 4 bytes a row.
 */
final class RowPlan {
  private int[] sources;
  private int size;

  /** The list as it is. */
  RowPlan(InvertedList list) {
    size = list.size();
    sources = new int[Math.max(8, size)];
    for (int i = 0; i < size; i++) {
      sources[i] = i;
    }
  }

  int size() {
    return size;
  }

  /** Old row r ≥ 0, or new row n as −n − 1. */
  int source(int place) {
    return sources[place];
  }

  /** Puts the last row in a place, as FAISS removes. */
  void removeBySwap(int place) {
    sources[place] = sources[--size];
  }

  /** Appends a new row. */
  void append(int newRow) {
    if (size == sources.length) {
      sources = Arrays.copyOf(sources, 2 * size);
    }
    sources[size++] = -newRow - 1;
  }

  /**
   * Makes the planned list.
   *
   * @param newCodes chunk that holds the new rows, ids included
   */
  void carryOut(ListEditor editor, int list, InvertedList old, ListChunk newRows) {
    InvertedList fresh = editor.renew(list, size);
    for (int i = 0; i < size; ) {
      int s = sources[i];
      int n = 1;
      if (s < 0) {
        editor.copyRows(InvertedList.of(newRows, -s), -s - 1, 1, fresh.chunk(0), i);
      } else {
        while (i + n < size && sources[i + n] == s + n) {
          n++;
        }
        editor.copyRows(old, s, n, fresh.chunk(0), i);
      }
      i += n;
    }
  }
}
