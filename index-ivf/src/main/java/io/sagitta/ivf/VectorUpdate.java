package io.sagitta.ivf;

import io.sagitta.core.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Replacing vectors by id, in FAISS's order: with an array map each one leaves its list and joins
 * the new one in turn; with a hash table all leave first, then all join.
 */
final class VectorUpdate {
  private final IndexIVF index;
  private final IvfState state;
  private final Map<Integer, RowPlan> plans = new HashMap<>();
  private final Map<Long, Long> moved = new HashMap<>();
  private final long[] ids;

  private VectorUpdate(IndexIVF index, IvfState state, long[] ids) {
    this.index = index;
    this.state = state;
    this.ids = ids;
  }

  static void update(IndexIVF index, IvfState state, ListStore store, long[] ids, Vectors x) {
    DirectMapType type = index.directMapType();
    if (type == DirectMapType.NONE) {
      throw new IllegalStateException(
          index.getClass().getSimpleName() + " updates vectors only with a direct map");
    }
    index.requireUpdatable();
    Set<Long> seen = new HashSet<>();
    for (long id : ids) {
      if (IvfRows.find(index, state, id) == DirectMap.ABSENT) {
        throw new IllegalArgumentException("there is no vector with id " + id);
      }
      if (!seen.add(id)) {
        throw new IllegalArgumentException("id " + id + " is given twice");
      }
    }
    new VectorUpdate(index, state, ids).run(store, x, type == DirectMapType.ARRAY);
  }

  /**
   * Removes vectors one after the other in a given order, each found through the map (FAISS's
   * removal with a hash table): O(ids and lists touched), not O(vectors).
   *
   * @return how many were there
   */
  static long remove(IndexIVF index, IvfState state, ListStore store, long[] ids) {
    return new VectorUpdate(index, state, ids).removeAll(store);
  }

  private long removeAll(ListStore store) {
    ListEditor editor = new ListEditor(state.lists, store, ListLayout.of(state.codec));
    boolean done = false;
    try {
      long removed = 0;
      for (long id : ids) {
        removed += leave(id) ? 1 : 0;
      }
      if (removed > 0) {
        finish(editor, ListRemoval.NO_NEW_ROWS, state.ntotal - removed);
      }
      done = true;
      return removed;
    } finally {
      if (!done) {
        editor.rollback();
      }
    }
  }

  private void finish(ListEditor editor, ListChunk fresh, long ntotal) {
    for (Map.Entry<Integer, RowPlan> e : plans.entrySet()) {
      e.getValue().carryOut(editor, e.getKey(), state.lists.get(e.getKey()), fresh);
    }
    DirectMap.Changes changes = new DirectMap.Changes();
    moved.forEach(changes::put);
    index.publishLists(state, editor, ntotal, changes, state.extra);
  }

  private void run(ListStore store, Vectors x, boolean inTurn) {
    long[] lists = CoarseAssignment.nearest(index.quantizer(), x);
    ListEditor editor = new ListEditor(state.lists, store, ListLayout.of(state.codec));
    boolean done = false;
    try (Arena arena = Arena.ofShared()) {
      ListChunk fresh = encode(arena, x, lists);
      for (int i = 0; i < ids.length; i++) {
        leave(ids[i]);
        if (inTurn) {
          join(i, lists[i]);
        }
      }
      for (int i = 0; !inTurn && i < ids.length; i++) {
        join(i, lists[i]);
      }
      finish(editor, fresh, state.ntotal);
      done = true;
    } finally {
      if (!done) {
        editor.rollback();
      }
    }
  }

  private ListChunk encode(Arena arena, Vectors x, long[] lists) {
    int n = ids.length;
    int codeSize = state.codec.codeSize();
    MemorySegment memory = arena.allocate(n * (codeSize + 8L) + 1, 64);
    Vectors source = x;
    if (index.byResidual()) {
      MemorySegment residuals = arena.allocate(Math.max(1, n * x.rowBytes()), 64);
      CoarseAssignment.residuals(index.quantizer(), x, lists, residuals);
      source = new Vectors(n, x.d(), residuals);
    }
    state.codec.encode(source, memory, 0);
    ListChunk chunk = new ListChunk(memory, 0, (long) n * codeSize, n, null);
    for (int i = 0; i < n; i++) {
      chunk.setId(i, ids[i]);
    }
    return chunk;
  }

  private RowPlan plan(int list) {
    return plans.computeIfAbsent(list, l -> new RowPlan(state.lists.get(l)));
  }

  private long idAt(int list, RowPlan plan, int place) {
    int s = plan.source(place);
    return s >= 0 ? state.lists.get(list).id(s) : ids[-s - 1];
  }

  /** Takes a vector out of its list; false if it is not there. */
  private boolean leave(long id) {
    Long known = moved.get(id);
    long place = known == null ? IvfRows.find(index, state, id) : known;
    if (place == DirectMap.ABSENT) {
      return false;
    }
    int list = (int) (place >>> 32);
    int row = (int) place;
    RowPlan plan = plan(list);
    plan.removeBySwap(row);
    moved.put(id, DirectMap.ABSENT);
    if (row < plan.size()) {
      moved.put(idAt(list, plan, row), (long) list << 32 | row);
    }
    return true;
  }

  private void join(int i, long list) {
    if (list < 0) {
      moved.put(ids[i], DirectMap.ABSENT);
      return;
    }
    RowPlan plan = plan((int) list);
    moved.put(ids[i], list << 32 | plan.size());
    plan.append(i);
  }
}
