package io.sagitta.hnsw;

import java.util.Arrays;
import java.util.BitSet;

/**
 * One thread's part of a build: finds the forward links of a new point in the frozen graph, and
 * merges reverse links into one list. For one thread at a time; reused. Which steps it takes is
 * FAISS 1.15.1's deterministic build, see {@link GraphBuilder}.
 */
final class BuildWorker {
  private final GraphBuilder.Settings settings;
  private final GraphStore store;
  private final Undo undo;
  private final int savedBelow;
  private final BitSet dead;
  private final RowScorer scorer;
  private final VisitedRows visited = new VisitedRows();
  private final KeyQueue candidates = new KeyQueue(true);
  private final KeyQueue results = new KeyQueue(false);
  private final KeyQueue ordered = new KeyQueue(true);
  private final Pruner pruner = new Pruner();
  private final Descent descent = new Descent();
  private final int[] list;
  private final int[] fresh;
  private final float[] keys;
  private int[] merged = new int[256];
  private float[] mergedKeys = new float[256];
  private long[] sorted = new long[256];
  private final EdgeNotes notes = new EdgeNotes();

  /**
   * @param savedBelow rows below this one may be in a published version: their lists are saved in
   *     the undo log before they change
   * @param dead removed rows, which may be passed through but not linked
   */
  BuildWorker(
      GraphBuilder.Settings settings,
      GraphStore store,
      Undo undo,
      int savedBelow,
      BitSet dead,
      RowScorer scorer) {
    this.settings = settings;
    this.store = store;
    this.undo = undo;
    this.savedBelow = savedBelow;
    this.dead = dead;
    this.scorer = scorer;
    int slots = store.plan().maxSlots();
    list = new int[slots];
    fresh = new int[slots + 1];
    keys = new float[slots];
  }

  RowScorer scorer() {
    return scorer;
  }

  /** Finds and writes the links of a row from {@code top} down to level 0; notes reverse edges. */
  void link(int row, int level) {
    OwnedGraph graph = store.view();
    descent.begin(graph, scorer);
    for (int l = graph.maxLevel(); l > level; l--) {
      descent.level(graph, scorer, l, list, keys);
    }
    for (int l = Math.min(graph.maxLevel(), level); l >= 0; l--) {
      candidatesOf(graph, l);
      if (!dead.isEmpty()) {
        dropDead();
      }
      int slots = store.plan().slots(l);
      if (results.size() >= slots) {
        prune(slots, settings.refill() && l == 0);
      }
      int n = 0;
      while (results.size() > 0) {
        int other = results.topRow();
        results.pop();
        if (other != row) {
          list[n++] = other;
          notes.note(l, other, row);
        }
      }
      graph.writeList(row, l, list, n);
    }
  }

  private void candidatesOf(OwnedGraph graph, int level) {
    int ef = settings.efConstruction();
    visited.begin(graph.rows());
    candidates.clear();
    results.clear();
    candidates.push(descent.key(), descent.row());
    results.push(descent.key(), descent.row());
    visited.add(descent.row());
    while (candidates.size() > 0) {
      if (candidates.topOrder() > results.topOrder()) {
        break;
      }
      int row = candidates.topRow();
      candidates.pop();
      int n = graph.neighbors(row, level, list);
      int m = visited.filter(list, n, fresh);
      scorer.score(fresh, m, keys);
      for (int i = 0; i < m; i++) {
        int order = Keys.order(keys[i]);
        if (results.size() < ef || order < results.topOrder()) {
          results.pushOrder(order, fresh[i]);
          candidates.pushOrder(order, fresh[i]);
          if (results.size() > ef) {
            results.pop();
          }
        }
      }
    }
  }

  private void dropDead() {
    ordered.clear();
    while (results.size() > 0) {
      if (!dead.get(results.topRow())) {
        ordered.pushOrder(results.topOrder(), results.topRow());
      }
      results.pop();
    }
    while (ordered.size() > 0) {
      results.pushOrder(ordered.topOrder(), ordered.topRow());
      ordered.pop();
    }
  }

  /** Prunes {@code results} to at most {@code max}, leaving the kept ones there. */
  private void prune(int max, boolean refill) {
    ordered.clear();
    while (results.size() > 0) {
      ordered.pushOrder(results.topOrder(), results.topRow());
      results.pop();
    }
    scorer.clearKept();
    pruner.begin(max, refill);
    boolean more = true;
    while (more && ordered.size() > 0) {
      float key = ordered.topKey();
      int row = ordered.topRow();
      ordered.pop();
      more = pruner.offer(scorer, key, row);
    }
    pruner.finish();
    for (int i = 0; i < pruner.size(); i++) {
      results.push(pruner.key(i), pruner.rows()[i]);
    }
  }

  /** The reverse links noted so far. */
  EdgeNotes notes() {
    return notes;
  }

  /** Merges the reverse edges {@code sources[from..to)} (ascending sources) into one list. */
  void merge(int level, long[] sources, int from, int to) {
    OwnedGraph graph = store.view();
    int target = (int) (sources[from] >> 32);
    int slots = store.plan().slots(level);
    graph.copyList(target, level, list);
    int existing = Graph.length(list, slots);
    int most = existing + to - from;
    if (merged.length < most) {
      merged = new int[2 * most];
      mergedKeys = new float[2 * most];
      sorted = new long[2 * most];
    }
    System.arraycopy(list, 0, merged, 0, existing);
    int n = existing;
    for (int i = from; i < to; i++) {
      int source = (int) sources[i];
      boolean known = i > from && source == (int) sources[i - 1];
      for (int j = 0; j < existing && !known; j++) {
        known = merged[j] == source;
      }
      if (!known) {
        merged[n++] = source;
      }
    }
    if (n == existing) {
      return;
    }
    if (target < savedBelow && !undo.has(target, level)) {
      undo.save(target, level, Arrays.copyOf(list, slots));
    }
    if (n <= slots) {
      graph.writeList(target, level, merged, n);
      return;
    }
    scorer.between(target, merged, n, mergedKeys);
    for (int i = 0; i < n; i++) {
      sorted[i] = Keys.pack(mergedKeys[i], merged[i]);
    }
    Arrays.sort(sorted, 0, n);
    scorer.clearKept();
    pruner.begin(settings.targetSize(slots), false);
    for (int i = 0; i < n; i++) {
      if (!pruner.offer(scorer, Keys.keyOf(sorted[i]), Keys.rowOf(sorted[i]))) {
        break;
      }
    }
    if (settings.refill() && level == 0) {
      pruner.fillFrom(sorted, n, slots);
    }
    graph.writeList(target, level, pruner.rows(), pruner.size());
  }
}
