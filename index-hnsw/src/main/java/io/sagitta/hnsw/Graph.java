package io.sagitta.hnsw;

/**
 * One version of the neighbour lists, as a search sees it. A list is read as a whole into a buffer
 * of the caller's and ends where FAISS's ends: at the first −1.
 *
 * <p>Safe for all threads.
 */
abstract class Graph {
  /** Slots per level. */
  abstract LevelPlan plan();

  /** Rows, free ones included. */
  abstract int rows();

  /** The row searches start from, −1 when there is none. */
  abstract int entryPoint();

  /** The highest level in use, −1 when there is none. */
  abstract int maxLevel();

  /** The highest level a row is on, ≥ 0. */
  abstract int levelOf(int row);

  /**
   * Reads a neighbour list.
   *
   * @param out receives the rows; at least as long as the level has slots
   * @return how many there are
   */
  abstract int neighbors(int row, int level, int[] out);

  /** Off-heap bytes. */
  abstract long offHeapBytes();

  /** Length of the list that lies in {@code list[0..slots)}: up to the first negative entry. */
  static int length(int[] list, int slots) {
    // Most lists are either full or end early: look at the last slot first.
    if (list[slots - 1] >= 0) {
      for (int i = 0; i < slots; i++) {
        if (list[i] < 0) {
          return i;
        }
      }
      return slots;
    }
    int n = 0;
    while (list[n] >= 0) {
      n++;
    }
    return n;
  }
}
