package io.sagitta.ivf;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;

/**
 * Removal by FAISS's rule: a removed row's place is taken by the last row of its list, which is
 * then looked at in turn. Only lists that lose a row are rewritten. With a hash table as direct map
 * the ids of an array leave in the order given.
 */
final class ListRemoval {
  private ListRemoval() {}

  /** Removes; returns how many. */
  static long remove(IndexIVF index, IvfState state, ListStore store, IDSelector selector) {
    DirectMapType map = index.directMapType();
    if (map == DirectMapType.ARRAY) {
      throw new UnsupportedOperationException(
          index.getClass().getSimpleName()
              + " does not support removeIds with an array direct map (FAISS's rule): ids must stay"
              + " dense");
    }
    if (map == DirectMapType.HASHTABLE
        && selector instanceof IDSelectorArray array
        && index.directMap().isComplete(state)) {
      return VectorUpdate.remove(index, state, store, array.givenIds());
    }
    ListEditor editor = new ListEditor(state.lists, store, ListLayout.of(state.codec));
    DirectMap.Changes changes = new DirectMap.Changes();
    boolean mapped = map == DirectMapType.HASHTABLE;
    long removed = 0;
    boolean done = false;
    try {
      for (int l = 0; l < index.nlist(); l++) {
        InvertedList list = state.lists.get(l);
        int first = firstMember(list, selector);
        if (first >= 0) {
          removed += removeFrom(editor, l, list, first, selector, mapped, changes);
        }
      }
      if (removed > 0) {
        index.publishLists(state, editor, state.ntotal - removed, changes, state.extra);
      }
      done = true;
      return removed;
    } finally {
      if (!done) {
        editor.rollback();
      }
    }
  }

  private static int firstMember(InvertedList list, IDSelector selector) {
    for (int c = 0; c < list.chunkCount(); c++) {
      ListChunk chunk = list.chunk(c);
      int rows = list.rows(c);
      for (int i = 0; i < rows; i++) {
        if (selector.isMember(chunk.id(i))) {
          return list.start(c) + i;
        }
      }
    }
    return -1;
  }

  private static int removeFrom(
      ListEditor editor,
      int l,
      InvertedList list,
      int first,
      IDSelector selector,
      boolean mapped,
      DirectMap.Changes changes) {
    RowPlan plan = new RowPlan(list);
    int at = first;
    while (at < plan.size()) {
      long id = list.id(plan.source(at));
      if (selector.isMember(id)) {
        if (mapped) {
          changes.put(id, DirectMap.ABSENT);
        }
        plan.removeBySwap(at);
      } else {
        if (mapped && plan.source(at) != at) {
          changes.put(id, (long) l << 32 | at);
        }
        at++;
      }
    }
    plan.carryOut(editor, l, list, NO_NEW_ROWS);
    return list.size() - plan.size();
  }

  static final ListChunk NO_NEW_ROWS =
      new ListChunk(java.lang.foreign.MemorySegment.NULL, 0, 0, 0, null);
}
