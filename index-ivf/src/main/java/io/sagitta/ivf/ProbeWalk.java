package io.sagitta.ivf;

import io.sagitta.core.collect.ResultCollector;

/**
 * One query's walk through its lists in coarse order, by FAISS's rules: −1 is skipped, a budget of
 * codes cuts the last list, counting is on codes that passed the selector.
 */
final class ProbeWalk {
  private ProbeWalk() {}

  /**
   * Visits lists and offers what they hold.
   *
   * @param lists coarse assignment, from {@code at} on {@code nprobe} entries
   * @param distances their coarse distances
   * @param k how many results {@code ensure_topk_full} asks for
   * @throws IllegalArgumentException for a list number ≥ nlist
   */
  static void walk(
      IndexIVF index,
      IvfState state,
      SearchScratch scratch,
      SearchSettings settings,
      long[] lists,
      float[] distances,
      int at,
      int nprobe,
      int k,
      boolean pairs,
      ResultCollector out) {
    long budget = settings.maxCodes == 0 ? Long.MAX_VALUE : settings.maxCodes;
    boolean cut = !settings.ensureTopkFull;
    if (settings.ensureTopkFull) {
      budget = Math.max(budget, k);
    }
    long scored = 0;
    int visited = 0;
    for (int p = 0; p < nprobe; p++) {
      long key = lists[at + p];
      if (key < 0) {
        continue;
      }
      if (key >= index.nlist()) {
        throw badList(key, index.nlist());
      }
      InvertedList list = state.lists.get((int) key);
      if (list.size() == 0) {
        continue;
      }
      scratch.scanner.setList((int) key, distances[at + p]);
      int n = cut ? (int) Math.min(list.size(), budget - scored) : list.size();
      scored += scratch.visit.visit(scratch.scanner, list, (int) key, n, settings, pairs, out);
      visited++;
      if (scored >= budget) {
        break;
      }
    }
    index.stats().count(visited, scored);
  }

  static IllegalArgumentException badList(long key, int nlist) {
    return new IllegalArgumentException("list " + key + " is not in [0, " + nlist + ")");
  }
}
