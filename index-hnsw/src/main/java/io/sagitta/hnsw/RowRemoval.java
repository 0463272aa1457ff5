package io.sagitta.hnsw;

import io.sagitta.core.Parallelism;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Removal from a graph without tombstones that stay.
 *
 * <p>A removed row leaves the lists of its own neighbours at once ({@link ListRepair}); since most
 * links go both ways, that is nearly all of them. The few lists that point to it one way are found
 * by a sweep that walks all rows in a circle, a fixed number of them per row removed or added. When
 * the sweep has come round, nobody points to the row any more, and it can be used again as soon as
 * no reader has a version in which somebody did. At most a 64th of the rows are on their way
 * between the two. When many rows go at once, everything is swept at once, on all cores.
 *
 * <p>For one writer at a time.
 */
final class RowRemoval {
  private static final int SWEPT_PER_ROW = 64;
  private static final int ROWS_PER_TASK = 256;

  private record Pending(int row, long until) {}

  private final GraphStore store;
  private final BitSet dead = new BitSet();
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private int cursor;
  private long swept;

  private int cursorBefore;
  private long sweptBefore;
  private int[] marked = new int[0];

  RowRemoval(GraphStore store) {
    this.store = store;
  }

  /** Rows that are removed and may still be pointed to; not to be linked. */
  BitSet dead() {
    return dead;
  }

  boolean idle() {
    return pending.isEmpty();
  }

  void begin() {
    cursorBefore = cursor;
    sweptBefore = swept;
    marked = new int[0];
  }

  void rollBack() {
    cursor = cursorBefore;
    swept = sweptBefore;
    for (int r : marked) {
      dead.clear(r);
    }
  }

  /** A row that is used again is not removed any more. */
  void reuse(int row) {
    dead.clear(row);
  }

  /**
   * Removes rows, each once; the entry point is the caller's to replace first.
   *
   * @param whole whether reverse links are wanted from all in a repaired list, see {@link
   *     ListRepair#notes}
   * @return these links, to be merged afterwards
   */
  List<EdgeNotes> remove(int[] rows, Undo undo, Supplier<RowScorer> scorers, boolean whole) {
    marked = rows;
    for (int r : rows) {
      dead.set(r);
    }
    if ((long) rows.length * SWEPT_PER_ROW >= store.rows()) {
      List<EdgeNotes> notes = sweepAll(undo, scorers, whole);
      for (int r : rows) {
        pending.add(new Pending(r, swept));
      }
      return notes;
    }
    ListRepair repair = new ListRepair(store, undo, dead, scorers.get(), whole);
    OwnedGraph graph = store.view();
    int[] list = new int[store.plan().maxSlots()];
    for (int r : rows) {
      for (int l = graph.levelOf(r); l >= 0; l--) {
        graph.copyList(r, l, list);
        int n = Graph.length(list, store.plan().slots(l));
        for (int i = 0; i < n; i++) {
          if (!dead.get(list[i])) {
            repair.repair(graph, list[i], l);
          }
        }
      }
    }
    sweep(rows.length, repair);
    for (int r : rows) {
      pending.add(new Pending(r, swept + store.rows()));
    }
    return List.of(repair.notes());
  }

  /** Sweeps for rows that were added; otherwise as {@link #remove}. */
  List<EdgeNotes> sweepFor(int rows, Undo undo, Supplier<RowScorer> scorers, boolean whole) {
    if (pending.isEmpty()) {
      return List.of();
    }
    ListRepair repair = new ListRepair(store, undo, dead, scorers.get(), whole);
    sweep(rows, repair);
    return List.of(repair.notes());
  }

  private void sweep(int rows, ListRepair repair) {
    long steps = Math.min(store.rows(), (long) rows * SWEPT_PER_ROW);
    for (long i = 0; i < steps; i++) {
      if (cursor >= store.rows()) {
        cursor = 0;
      }
      if (!dead.get(cursor)) {
        repair.repair(cursor);
      }
      cursor++;
    }
    swept += steps;
  }

  private List<EdgeNotes> sweepAll(Undo undo, Supplier<RowScorer> scorers, boolean whole) {
    ConcurrentLinkedQueue<ListRepair> idle = new ConcurrentLinkedQueue<>();
    Parallelism.forRange(
        store.rows(),
        ROWS_PER_TASK,
        (from, to) -> {
          ListRepair r = idle.poll();
          if (r == null) {
            r = new ListRepair(store, undo, dead, scorers.get(), whole);
          }
          for (int row = (int) from; row < to; row++) {
            if (!dead.get(row)) {
              r.repair(row);
            }
          }
          idle.add(r);
        });
    swept += store.rows();
    return idle.stream().map(r -> r.notes()).toList();
  }

  /** Rows that nobody points to any more in the lists as they are now. */
  int[] takeSwept() {
    int[] rows = new int[pending.size()];
    int n = 0;
    while (!pending.isEmpty() && pending.getFirst().until <= swept) {
      rows[n++] = pending.removeFirst().row;
    }
    return Arrays.copyOf(rows, n);
  }
}
