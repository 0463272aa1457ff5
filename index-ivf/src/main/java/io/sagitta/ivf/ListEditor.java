package io.sagitta.ivf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A writer's change to the lists: new rows go where no reader looks yet, replaced lists stay until
 * no reader holds them. Ends either in a new table to publish or in {@link #rollback()}, which
 * leaves no trace.
 *
 * <p>For one writer; after the reservations, threads may fill disjoint rows.
 */
final class ListEditor {
  private static final int MIN_ROWS = 8;

  private final ListTable.Editor table;
  private final ListStore store;
  private final ListLayout layout;
  private final List<ListStore.Piece> allocated = new ArrayList<>();
  private final List<ListStore.Piece> replaced = new ArrayList<>();

  ListEditor(ListTable base, ListStore store, ListLayout layout) {
    this.table = base.edit();
    this.store = store;
    this.layout = layout;
  }

  InvertedList get(int list) {
    return table.get(list);
  }

  /** Lets a list grow by n rows, to be written by the caller; returns the grown list. */
  InvertedList append(int list, int n) {
    InvertedList old = table.get(list);
    InvertedList grown;
    int missing = n - old.spare();
    if (missing <= 0) {
      grown = old.grown(n);
    } else if (store.contiguous()) {
      int wanted = Math.addExact(old.size(), n);
      ListChunk chunk = chunk(Math.max(wanted, Math.min(2L * old.size(), Integer.MAX_VALUE)));
      copyRows(old, 0, old.size(), chunk, 0);
      replace(old);
      grown = InvertedList.of(chunk, wanted);
    } else {
      grown = old.grown(n, chunk(Math.max(missing, Math.max(MIN_ROWS, old.size() / 4))));
    }
    table.set(list, grown);
    return grown;
  }

  /** Puts a new list of n rows, to be written by the caller, in the place of the old one. */
  InvertedList renew(int list, int n) {
    replace(table.get(list));
    InvertedList fresh = n == 0 ? InvertedList.EMPTY : InvertedList.of(chunk(n), n);
    table.set(list, fresh);
    return fresh;
  }

  private ListChunk chunk(long rows) {
    int unit = layout.unit();
    long whole = (rows + unit - 1) / unit * unit;
    ListStore.Piece piece = store.allocate(whole * (layout.codeSize + 8L));
    allocated.add(piece);
    return ListChunk.of(piece, layout.codeSize, unit);
  }

  private void replace(InvertedList old) {
    for (int i = 0; i < old.chunkCount(); i++) {
      ListStore.Piece piece = old.chunk(i).piece();
      if (piece != null) {
        replaced.add(piece);
      }
    }
  }

  /** Copies codes and ids of rows [from, from + n) to rows from {@code at} on of a chunk. */
  void copyRows(InvertedList source, int from, int n, ListChunk to, int at) {
    for (int done = 0; done < n; ) {
      int c = source.chunkOf(from + done);
      ListChunk chunk = source.chunk(c);
      int row = from + done - source.start(c);
      int here = Math.min(n - done, source.rows(c) - row);
      layout.copy(chunk, row, here, to, at + done);
      MemorySegment.copy(
          chunk.data(),
          chunk.idsAt() + 8L * row,
          to.data(),
          to.idsAt() + 8L * (at + done),
          8L * here);
      done += here;
    }
  }

  /** The table with all changes. */
  ListTable table() {
    return table.table();
  }

  /** Frees what was replaced, or null if nothing was. Run when no reader holds the old state. */
  @Nullable Runnable freeing() {
    if (replaced.isEmpty()) {
      return null;
    }
    return () -> replaced.forEach(store::free);
  }

  /** Gives back what was allocated; the base table is untouched. */
  void rollback() {
    allocated.forEach(store::free);
  }
}
