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

  /** A list with more bytes is long enough to be read at full speed in several chunks. */
  private static final long MOST_JOINED = 1 << 20;

  /** So many bytes may be copied to join lists in a small index; otherwise a quarter of it. */
  private static final long LEAST_BUDGET = 4 << 20;

  private final ListTable.Editor table;
  private final ListStore store;
  private final ListLayout layout;
  private final List<ListStore.Piece> allocated = new ArrayList<>();
  private final List<ListStore.Piece> replaced = new ArrayList<>();

  /** Bytes that may still be copied to join chunks. */
  private long budget;

  ListEditor(ListTable base, ListStore store, ListLayout layout) {
    this.table = base.edit();
    this.store = store;
    this.layout = layout;
    this.budget = Math.max(LEAST_BUDGET, store.heldBytes() / 4);
  }

  InvertedList get(int list) {
    return table.get(list);
  }

  /**
   * Lets a list grow by n rows, to be written by the caller; returns the grown list.
   *
   * <p>A list of up to a megabyte lies in two chunks of its own at most: where a third would be
   * needed, the rows are copied to one that has room for a quarter more. Every break costs the scan
   * a cache miss that no prefetch hides (a list of 200 rows in four chunks took half as long again
   * as in one). A list is then copied at most 2.3 times while it grows row by row, and what one
   * writer replaces before its readers let go is bounded by a quarter of all lists.
   */
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
      grown = join(old, n);
      if (grown == null) {
        grown = old.grown(n, chunk(Math.max(missing, Math.max(MIN_ROWS, old.size() / 4))));
      }
    }
    table.set(list, grown);
    return grown;
  }

  /** The list grown by n rows with the chunks that are the store's as one, or null. */
  private @Nullable InvertedList join(InvertedList old, int n) {
    int first = old.chunkCount();
    while (first > 0 && old.chunk(first - 1).piece() != null) {
      first--;
    }
    if (old.chunkCount() - first < 2) {
      return null;
    }
    int rows = old.size() - old.start(first);
    long bytes = rows * (layout.codeSize + 8L);
    if (bytes > MOST_JOINED || bytes > budget) {
      return null;
    }
    budget -= bytes;
    ListChunk chunk = chunk((long) rows + Math.max(n, Math.max(MIN_ROWS, rows / 4)));
    copyRows(old, old.start(first), rows, chunk, 0);
    replace(old);
    return old.joined(first, chunk, n);
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
