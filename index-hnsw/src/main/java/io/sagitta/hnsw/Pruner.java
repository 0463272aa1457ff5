package io.sagitta.hnsw;

/**
 * The neighbour heuristic: going from the best candidate to the worst, one is kept unless some kept
 * one is strictly closer to it than the point itself is.
 *
 * <p>For one thread; reused. Source: FAISS {@code HNSW::shrink_neighbor_list}.
 */
final class Pruner {
  private int[] kept = new int[64];
  private float[] keys = new float[64];
  private int size;
  private final IntStack outsiders = new IntStack();
  private float[] outsiderKeys = new float[64];
  private int limit;
  private boolean refill;

  /**
   * Starts a list; the scorer must have nothing kept.
   *
   * @param max how many to keep at most
   * @param fill whether rejected candidates fill what is left (FAISS keep_max_size_level0)
   */
  void begin(int max, boolean fill) {
    if (kept.length < max) {
      kept = new int[max];
      keys = new float[max];
    }
    limit = max;
    refill = fill;
    size = 0;
    outsiders.clear();
  }

  /**
   * Offers the next candidate, in order from best to worst.
   *
   * @return false when the list is full: nothing more needs to be offered
   */
  boolean offer(RowScorer scorer, float key, int row) {
    if (!scorer.keepUnlessCloser(row, key)) {
      if (refill) {
        if (outsiderKeys.length == outsiders.size()) {
          outsiderKeys = java.util.Arrays.copyOf(outsiderKeys, 2 * outsiders.size());
        }
        outsiderKeys[outsiders.size()] = key;
        outsiders.push(row);
      }
      return true;
    }
    kept[size] = row;
    keys[size++] = key;
    return size < limit;
  }

  /** Ends the list: refills if asked for. */
  void finish() {
    for (int i = 0; i < outsiders.size() && size < limit; i++) {
      kept[size] = outsiders.get(i);
      keys[size++] = outsiderKeys[i];
    }
  }

  /** Adds the best of {@code sorted[0..n)} that were not kept, up to {@code slots} in all. */
  void fillFrom(long[] sorted, int n, int slots) {
    int chosen = size;
    if (kept.length < slots) {
      kept = java.util.Arrays.copyOf(kept, slots);
      keys = java.util.Arrays.copyOf(keys, slots);
    }
    for (int i = 0; i < n && size < slots; i++) {
      int row = Keys.rowOf(sorted[i]);
      boolean known = false;
      for (int j = 0; j < chosen && !known; j++) {
        known = kept[j] == row;
      }
      if (!known) {
        kept[size] = row;
        keys[size++] = Keys.keyOf(sorted[i]);
      }
    }
  }

  int size() {
    return size;
  }

  int[] rows() {
    return kept;
  }

  float key(int i) {
    return keys[i];
  }
}
