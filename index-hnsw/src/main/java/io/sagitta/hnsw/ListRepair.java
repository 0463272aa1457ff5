package io.sagitta.hnsw;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Takes removed rows out of one neighbour list and puts others in their place: candidates are the
 * neighbours of the removed ones (through removed ones among those, too), best first, by the
 * neighbour heuristic against what the list has; then the best of the rest fill it to the length
 * that it had, or to half of its slots. Who is taken in is to point back ({@link #notes}): what led
 * to a cluster was often the removed row alone, and one way out of it is no way in.
 *
 * <p>For one thread at a time; reused. Reads the lists of removed rows, which nobody changes, and
 * writes only the list it repairs, so several lists can be repaired at once, with the same result
 * in any order.
 */
final class ListRepair {
  /** Candidates that go through the heuristic for one list. */
  private static final int TRIED = 16;

  /** Candidates gathered for one list. */
  private static final int GATHERED = 256;

  private final GraphStore store;
  private final Undo undo;
  private final BitSet dead;
  private final RowScorer scorer;
  private final int[] list;
  private final int[] other;
  private int[] kept;
  private final int[] gathered = new int[GATHERED];
  private final float[] keys = new float[GATHERED];
  private final long[] sorted = new long[GATHERED];
  private final IntStack path = new IntStack();
  private final VisitedRows seen = new VisitedRows();
  private final EdgeNotes notes = new EdgeNotes();
  private final boolean whole;

  /**
   * @param whole whether {@link #notes} are of all in a repaired list, not only of those taken in
   */
  ListRepair(GraphStore store, Undo undo, BitSet dead, RowScorer scorer, boolean whole) {
    this.store = store;
    this.undo = undo;
    this.dead = dead;
    this.scorer = scorer;
    this.whole = whole;
    int slots = store.plan().maxSlots();
    list = new int[slots];
    other = new int[slots];
    kept = new int[slots];
  }

  /**
   * For each row whose list was repaired, who should point back to it: those that were taken in, or
   * the whole list. By inner product a long vector hides shorter ones of its direction: nobody
   * points to them, and they are in nobody's result. When it goes they come into results, and only
   * they know of it, by the place that it leaves in their lists.
   */
  EdgeNotes notes() {
    return notes;
  }

  /** Repairs all lists of a row that is not removed. */
  void repair(int row) {
    OwnedGraph graph = store.view();
    for (int l = graph.levelOf(row); l >= 0; l--) {
      repair(graph, row, l);
    }
  }

  /** Repairs one list; does nothing when it has no removed row. */
  void repair(OwnedGraph graph, int row, int level) {
    int slots = store.plan().slots(level);
    graph.copyList(row, level, list);
    int n = Graph.length(list, slots);
    int size = 0;
    path.clear();
    for (int i = 0; i < n; i++) {
      if (dead.get(list[i])) {
        path.push(list[i]);
      } else {
        kept[size++] = list[i];
      }
    }
    int gone = path.size();
    if (gone == 0) {
      return;
    }
    if (!undo.has(row, level)) {
      undo.save(row, level, Arrays.copyOf(list, slots));
    }
    int found = gather(graph, row, level, size);
    scorer.between(row, gathered, found, keys);
    for (int i = 0; i < found; i++) {
      sorted[i] = Keys.pack(keys[i], gathered[i]);
    }
    Arrays.sort(sorted, 0, found);
    int stayed = size;
    int most = Math.min(slots, size + gone);
    int tried = Math.min(found, TRIED);
    scorer.clearKept();
    for (int i = 0; i < size; i++) {
      scorer.keep(kept[i]);
    }
    for (int i = 0; i < tried && size < most; i++) {
      int candidate = Keys.rowOf(sorted[i]);
      if (scorer.keepUnlessCloser(candidate, Keys.keyOf(sorted[i]))) {
        kept[size++] = candidate;
        sorted[i] = -1;
      }
    }
    for (int i = 0; i < found && size < Math.max(most, slots / 2); i++) {
      if (i >= tried || sorted[i] != -1) {
        kept[size++] = Keys.rowOf(sorted[i]);
      }
    }
    graph.writeList(row, level, kept, size);
    for (int i = whole ? 0 : stayed; i < size; i++) {
      notes.note(level, kept[i], row);
    }
  }

  private int gather(OwnedGraph graph, int row, int level, int size) {
    seen.begin(store.rows());
    seen.add(row);
    for (int i = 0; i < size; i++) {
      seen.add(kept[i]);
    }
    for (int i = 0; i < path.size(); i++) {
      seen.add(path.get(i));
    }
    int found = 0;
    for (int at = 0; at < path.size() && found < GATHERED; at++) {
      graph.copyList(path.get(at), level, other);
      int n = Graph.length(other, store.plan().slots(level));
      for (int i = 0; i < n && found < GATHERED; i++) {
        if (seen.add(other[i])) {
          if (dead.get(other[i])) {
            path.push(other[i]);
          } else if (graph.levelOf(other[i]) >= level) {
            // A removed row may still point to one that was used again, on fewer levels.
            gathered[found++] = other[i];
          }
        }
      }
    }
    return found;
  }
}
