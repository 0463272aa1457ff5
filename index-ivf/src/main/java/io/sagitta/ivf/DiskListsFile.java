package io.sagitta.ivf;

import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.StoredBytes;
import java.io.IOException;
import java.util.List;

/** {@code ilod}: lists in a data file that the index file names. */
final class DiskListsFile {
  private DiskListsFile() {}

  static ListsFile.Lists read(IndexInput in, int nlist, int codeSize) throws IOException {
    ListsFile.checkShape(in, nlist, codeSize);
    long[] extents = triples(in, nlist);
    long[] slots = new long[Math.toIntExact(2 * in.readCount(16))];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = in.readLong();
    }
    String name = in.readString();
    long total = in.readLong();
    StoredBytes data = in.openDataFile(name);
    long size = data.segment().byteSize();
    ListTable.Editor table = ListTable.empty(nlist).edit();
    for (int l = 0; l < nlist; l++) {
      long n = extents[3 * l];
      long capacity = extents[3 * l + 1];
      long offset = extents[3 * l + 2];
      if (n == 0 && capacity == 0) {
        continue;
      }
      long row = codeSize + 8L;
      if (n < 0
          || n > capacity
          || capacity > Integer.MAX_VALUE
          || offset < 0
          || offset > size
          || capacity > (size - offset) / row) {
        throw in.bad(
            "list "
                + l
                + " ("
                + Long.toUnsignedString(n)
                + " of "
                + Long.toUnsignedString(capacity)
                + " rows at byte "
                + Long.toUnsignedString(offset)
                + ") is not inside the data file of "
                + size
                + " bytes");
      }
      if (n > 0) {
        ListChunk chunk = ListChunk.over(data.segment(), offset, (int) capacity, codeSize, null);
        table.set(l, InvertedList.of(chunk, (int) n));
      }
    }
    return new ListsFile.Lists(
        table.table(), new DataFileStore(name, extents, slots, total, data), List.of());
  }

  private static long[] triples(IndexInput in, int nlist) throws IOException {
    long n = in.readCount(24);
    if (n != nlist) {
      throw in.bad("there are extents of " + n + " lists, nlist is " + nlist);
    }
    long[] out = new long[Math.multiplyExact(3, nlist)];
    for (int i = 0; i < out.length; i++) {
      out[i] = in.readLong();
    }
    return out;
  }

  static void write(DataFileStore store, IvfState state, IndexOutput out) throws IOException {
    out.writeFourcc("ilod");
    out.writeLong(state.lists.nlist());
    out.writeLong(state.codec.codeSize());
    out.writeLong(state.lists.nlist());
    for (long v : store.extents()) {
      out.writeLong(v);
    }
    out.writeLong(store.slots().length / 2);
    for (long v : store.slots()) {
      out.writeLong(v);
    }
    out.writeString(store.name());
    out.writeLong(store.total());
  }
}
