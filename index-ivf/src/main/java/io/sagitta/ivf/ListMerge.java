package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.io.StoredBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Copies of rows from one index's lists to the ends of another's. */
final class ListMerge {
  private ListMerge() {}

  /** Rows of one list that a subset takes. */
  private interface Choice {
    boolean takes(int row, long id);
  }

  /** Appends all of {@code source} and empties it; both locks are held. */
  static void merge(IndexIVF target, IvfState to, IndexIVF source, IvfState from, long addId) {
    requireCompatible(target, to, source, from);
    ListStore store = target.writable("mergeFrom");
    append(target, to, store, from, addId, target.mergedExtra(to, from));
    source.resetFromMerge();
  }

  /**
   * Checks what FAISS's {@code check_compatible_for_merge} does.
   *
   * @throws IllegalArgumentException naming what differs
   */
  static void requireCompatible(IndexIVF target, IvfState to, IndexIVF source, IvfState from) {
    same("d", target.d(), source.d());
    same("nlist", target.nlist(), source.nlist());
    same("the code size", to.codec.codeSize(), from.codec.codeSize());
    same("the metric", target.metricType().code(), source.metricType().code());
    same("by_residual", target.byResidual() ? 1 : 0, source.byResidual() ? 1 : 0);
    same("the quantizer's ntotal", target.quantizer().ntotal(), source.quantizer().ntotal());
    if (target.directMapType() != DirectMapType.NONE
        || source.directMapType() != DirectMapType.NONE) {
      throw new IllegalArgumentException("indexes with a direct map cannot be merged");
    }
  }

  private static void same(String what, long a, long b) {
    if (a != b) {
      throw new IllegalArgumentException(
          what + " differs: " + a + " and " + b + ", so the indexes cannot be merged");
    }
  }

  /** Appends all rows to an empty target of the same layout. */
  static void copyAll(IndexIVF source, IvfState from, IndexIVF target, IvfState to) {
    append(target, to, Objects.requireNonNull(to.store), from, 0, from.extra);
  }

  private static void append(
      IndexIVF target,
      IvfState to,
      ListStore store,
      IvfState from,
      long addId,
      @Nullable Object extra) {
    ListEditor editor = new ListEditor(to.lists, store, ListLayout.of(to.codec));
    boolean done = false;
    try {
      for (int l = 0; l < target.nlist(); l++) {
        InvertedList list = from.lists.get(l);
        if (list.size() > 0) {
          InvertedList grown = editor.append(l, list.size());
          copy(editor, list, 0, list.size(), grown, grown.size() - list.size());
          for (int i = 0; addId != 0 && i < list.size(); i++) {
            int row = grown.size() - list.size() + i;
            int c = grown.chunkOf(row);
            grown.chunk(c).setId(row - grown.start(c), list.id(i) + addId);
          }
        }
      }
      target.publishLists(to, editor, to.ntotal + from.ntotal, new DirectMap.Changes(), extra);
      done = true;
    } finally {
      if (!done) {
        editor.rollback();
      }
    }
  }

  /** Copies rows [from, from + n) of a list to rows from {@code at} on of a grown one. */
  private static void copy(
      ListEditor editor, InvertedList source, int from, int n, InvertedList to, int at) {
    for (int done = 0; done < n; ) {
      int c = to.chunkOf(at + done);
      int row = at + done - to.start(c);
      int here = Math.min(n - done, to.chunk(c).capacity() - row);
      editor.copyRows(source, from + done, here, to.chunk(c), row);
      done += here;
    }
  }

  /** Shards of their own memory: number i takes the ids that leave i when divided by n. */
  static List<IndexIVF> split(IndexIVF index, IvfState s, int n) {
    if (n < 1) {
      throw new IllegalArgumentException("n = " + n + " must be at least 1");
    }
    List<IndexIVF> shards = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      IndexIVF shard = index.emptyCopy(s);
      shards.add(shard);
      int rest = i;
      shard.writing(
          () -> {
            copySubset(index, s, shard, shard.currentState(), SubsetType.ID_MOD, n, rest);
            return null;
          });
    }
    return shards;
  }

  /** Appends a subset; FAISS's {@code copy_subset_to}. */
  static void copySubset(
      IndexIVF source,
      IvfState from,
      IndexIVF target,
      IvfState to,
      SubsetType type,
      long a1,
      long a2) {
    same("nlist", target.nlist(), source.nlist());
    same("the code size", to.codec.codeSize(), from.codec.codeSize());
    if (target.directMapType() != DirectMapType.NONE) {
      throw new IllegalArgumentException("the target has a direct map");
    }
    if ((type == SubsetType.ID_MOD || type == SubsetType.INVLIST_FRACTION) && a1 < 1) {
      throw new IllegalArgumentException("a1 = " + a1 + " must be at least 1");
    }
    ListEditor editor =
        new ListEditor(to.lists, target.writable("copySubsetTo"), ListLayout.of(to.codec));
    long copied = 0;
    long total = from.lists.totalSize();
    long accumulated = 0;
    boolean done = false;
    try {
      for (int l = 0; l < source.nlist(); l++) {
        InvertedList list = from.lists.get(l);
        int n = list.size();
        if (n == 0) {
          continue;
        }
        long before = accumulated;
        accumulated += n;
        copied +=
            switch (type) {
              case ID_RANGE -> take(editor, l, list, 0, n, (r, id) -> id >= a1 && id < a2);
              case ID_MOD -> take(editor, l, list, 0, n, (r, id) -> id % a1 == a2);
              case ELEMENT_RANGE -> {
                long i1 = scaled(accumulated, a1, total) - scaled(before, a1, total);
                long i2 = scaled(accumulated, a2, total) - scaled(before, a2, total);
                yield take(editor, l, list, (int) i1, (int) i2, (r, id) -> true);
              }
              case INVLIST_FRACTION -> {
                long i1 = scaled(n, a2, a1);
                long i2 = scaled(n, a2 + 1, a1);
                yield take(editor, l, list, (int) i1, (int) i2, (r, id) -> true);
              }
              case INVLIST -> l >= a1 && l < a2 ? take(editor, l, list, 0, n, (r, id) -> true) : 0;
            };
      }
      target.publishLists(to, editor, to.ntotal + copied, new DirectMap.Changes(), to.extra);
      done = true;
    } finally {
      if (!done) {
        editor.rollback();
      }
    }
  }

  private static long scaled(long value, long by, long of) {
    return Math.multiplyExact(value, by) / of;
  }

  private static int take(
      ListEditor editor, int l, InvertedList list, int from, int to, Choice choice) {
    int n = 0;
    for (int i = from; i < Math.min(to, list.size()); i++) {
      if (choice.takes(i, list.id(i))) {
        n++;
      }
    }
    if (n == 0) {
      return 0;
    }
    InvertedList grown = editor.append(l, n);
    int at = grown.size() - n;
    for (int i = from; i < Math.min(to, list.size()); i++) {
      if (choice.takes(i, list.id(i))) {
        copy(editor, list, i, 1, grown, at++);
      }
    }
    return n;
  }

  /** One state over the rows of several indexes of the same training; nothing is copied. */
  static IvfState joined(IndexIVF index, IvfState first, List<Index> parts) {
    ListTable.Editor table = ListTable.empty(first.lists.nlist()).edit();
    long total = 0;
    for (Index part : parts) {
      IndexIVF ivf = (IndexIVF) part;
      IvfState s = ivf.currentState();
      ListMerge.requireCompatible(index, first, ivf, s);
      total += s.ntotal;
      for (int l = 0; l < first.lists.nlist(); l++) {
        InvertedList list = s.lists.get(l);
        for (int c = 0; c < list.chunkCount(); c++) {
          ListChunk chunk = list.chunk(c);
          int rows = list.rows(c);
          // Cut to what it holds, so that the next one's rows follow at once.
          ListChunk full = new ListChunk(chunk.data(), chunk.codesAt(), chunk.idsAt(), rows, null);
          table.set(l, table.get(l).grown(rows, full));
        }
      }
    }
    return first.withStore(table.table(), total, null, List.<StoredBytes>of(), first.extra);
  }
}
