package io.sagitta.ivf;

import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.StoredBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Inverted lists in a file: {@code ilar} with {@code full} or {@code sprs} sizes, {@code ilod},
 * {@code il00}, and the vectors of the oldest files.
 */
final class ListsFile {
  /** Lists read from a file, and where they lie. */
  record Lists(ListTable table, @Nullable ListStore store, List<StoredBytes> borrowed) {}

  private ListsFile() {}

  /** Reads lists of any kind and checks them against the index. */
  static Lists read(IndexInput in, int nlist, int codeSize) throws IOException {
    String kind = in.readFourcc();
    return switch (kind) {
      case "il00" -> new Lists(ListTable.empty(nlist), emptyStore(in), List.of());
      case "ilar" -> readArray(in, nlist, codeSize);
      case "ilod" -> DiskListsFile.read(in, nlist, codeSize);

      case "ilp2", "ilpn" ->
          throw in.bad("Panorama inverted lists (" + kind + ") are not supported");
      case "ilbl" -> throw in.bad("block inverted lists (ilbl) do not fit this index type");
      default -> throw in.bad("inverted lists of kind \"" + kind + "\" are unknown");
    };
  }

  static @Nullable ListStore emptyStore(IndexInput in) {
    return in.options().map() ? null : new MemoryListStore();
  }

  /** Checks nlist and code size as they stand before any lists. */
  static void checkShape(IndexInput in, int nlist, int codeSize) throws IOException {
    long n = in.readLong();
    if (n != nlist) {
      throw in.bad("there are " + Long.toUnsignedString(n) + " lists, nlist is " + nlist);
    }
    long size = in.readLong();
    if (size != codeSize) {
      throw in.bad(
          "codes have " + Long.toUnsignedString(size) + " bytes, the index's have " + codeSize);
    }
  }

  private static Lists readArray(IndexInput in, int nlist, int codeSize) throws IOException {
    checkShape(in, nlist, codeSize);
    String encoding = in.readFourcc();
    if (!encoding.equals("full") && !encoding.equals("sprs")) {
      throw in.bad("list sizes are encoded as \"" + encoding + "\", not full or sprs");
    }
    boolean full = encoding.equals("full");
    long[] sizes = in.readLongVector();
    if (full ? sizes.length != nlist : sizes.length % 2 != 0) {
      throw in.bad(sizes.length + " size entries do not fit " + nlist + " lists");
    }
    long bytes = checkSizes(in, sizes, full, nlist, codeSize);
    return in.options().map()
        ? mapped(in.readStored(bytes), sizes, full, nlist, codeSize)
        : loaded(in, in.peekAndSkip(bytes), sizes, full, nlist, codeSize);
  }

  /** Lists in memory of their own, each aligned for the kernels. */
  private static Lists loaded(
      IndexInput in, MemorySegment data, long[] sizes, boolean full, int nlist, int codeSize) {
    MemoryListStore store = new MemoryListStore();
    in.onFailure(store::close);
    boolean done = false;
    try {
      ListEditor editor = new ListEditor(ListTable.empty(nlist), store, ListLayout.rows(codeSize));
      long at = 0;
      for (int i = 0; i < sizes.length; i += full ? 1 : 2) {
        int n = (int) (full ? sizes[i] : sizes[i + 1]);
        if (n > 0) {
          ListChunk chunk = editor.renew(full ? i : (int) sizes[i], n).chunk(0);
          long codes = (long) n * codeSize;
          MemorySegment.copy(data, at, chunk.data(), chunk.codesAt(), codes);
          MemorySegment.copy(data, at + codes, chunk.data(), chunk.idsAt(), 8L * n);
          at += codes + 8L * n;
        }
      }
      done = true;
      return new Lists(editor.table(), store, List.of());
    } finally {
      if (!done) {
        store.close();
      }
    }
  }

  private static Lists mapped(
      StoredBytes data, long[] sizes, boolean full, int nlist, int codeSize) {
    ListTable.Editor table = ListTable.empty(nlist).edit();
    long at = 0;
    for (int i = 0; i < sizes.length; i += full ? 1 : 2) {
      int list = full ? i : (int) sizes[i];
      int n = (int) (full ? sizes[i] : sizes[i + 1]);
      if (n > 0) {
        table.set(list, over(data.segment(), at, n, codeSize));
        at += n * (codeSize + 8L);
      }
    }
    return new Lists(table.table(), null, List.of(data));
  }

  private static InvertedList over(MemorySegment data, long at, int n, int codeSize) {
    return InvertedList.of(ListChunk.over(data, at, n, codeSize, null), n);
  }

  private static long checkSizes(IndexInput in, long[] sizes, boolean full, int nlist, int codeSize)
      throws IOException {
    long left = in.remaining() / (codeSize + 8L);
    long rows = 0;
    long last = -1;
    for (int i = 0; i < sizes.length; i += full ? 1 : 2) {
      long n = full ? sizes[i] : sizes[i + 1];
      if (!full) {
        if (sizes[i] <= last || sizes[i] >= nlist) {
          throw in.bad("list number " + sizes[i] + " is out of order or not in [0, " + nlist + ")");
        }
        last = sizes[i];
      }
      if (n < 0 || n > Integer.MAX_VALUE || n > left - rows) {
        throw in.bad("a list of " + Long.toUnsignedString(n) + " codes exceeds the file");
      }
      rows += n;
    }
    return rows * (codeSize + 8L);
  }

  /** Reads the codes of an {@code Iv..} file, whose ids stood in the header. */
  static Lists readLegacy(IndexInput in, long[][] ids, int codeSize, boolean countFloats)
      throws IOException {
    ListTable.Editor table = ListTable.empty(ids.length).edit();
    MemoryListStore store = new MemoryListStore();
    in.onFailure(store::close);
    boolean done = false;
    try {
      ListEditor editor = new ListEditor(table.table(), store, ListLayout.rows(codeSize));
      for (int l = 0; l < ids.length; l++) {
        long bytes = countFloats ? 4 * in.readCount(4) : in.readCount(1);
        if (bytes != (long) ids[l].length * codeSize) {
          throw in.bad(
              "list " + l + " has " + bytes + " bytes of codes for " + ids[l].length + " ids");
        }
        MemorySegment codes = in.peekAndSkip(bytes);
        if (ids[l].length > 0) {
          ListChunk chunk = editor.renew(l, ids[l].length).chunk(0);
          MemorySegment.copy(codes, 0, chunk.data(), chunk.codesAt(), bytes);
          for (int i = 0; i < ids[l].length; i++) {
            chunk.setId(i, ids[l][i]);
          }
        }
      }
      done = true;
      return new Lists(editor.table(), store, List.of());
    } finally {
      if (!done) {
        store.close();
      }
    }
  }

  /** Writes lists as FAISS would: {@code ilod} for lists in a data file, else {@code ilar}. */
  static void write(IvfState state, IndexOutput out) throws IOException {
    if (state.store instanceof DataFileStore file) {
      DiskListsFile.write(file, state, out);
      return;
    }
    ListTable lists = state.lists;
    int codeSize = state.codec.codeSize();
    int occupied = 0;
    for (int l = 0; l < lists.nlist(); l++) {
      if (lists.get(l).size() > 0) {
        occupied++;
      }
    }
    out.writeFourcc("ilar");
    out.writeLong(lists.nlist());
    out.writeLong(codeSize);
    if (occupied > lists.nlist() / 2) {
      out.writeFourcc("full");
      out.writeLong(lists.nlist());
      for (int l = 0; l < lists.nlist(); l++) {
        out.writeLong(lists.get(l).size());
      }
    } else {
      out.writeFourcc("sprs");
      out.writeLong(2L * occupied);
      for (int l = 0; l < lists.nlist(); l++) {
        if (lists.get(l).size() > 0) {
          out.writeLong(l);
          out.writeLong(lists.get(l).size());
        }
      }
    }
    for (int l = 0; l < lists.nlist(); l++) {
      writeList(lists.get(l), codeSize, out);
    }
  }

  private static void writeList(InvertedList list, int codeSize, IndexOutput out)
      throws IOException {
    for (int c = 0; c < list.chunkCount(); c++) {
      ListChunk chunk = list.chunk(c);
      out.writeSegment(chunk.data(), chunk.codesAt(), (long) list.rows(c) * codeSize);
    }
    for (int c = 0; c < list.chunkCount(); c++) {
      ListChunk chunk = list.chunk(c);
      out.writeSegment(chunk.data(), chunk.idsAt(), 8L * list.rows(c));
    }
  }
}
