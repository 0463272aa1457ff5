package io.sagitta.ivf;

import com.carrotsearch.hppc.LongHashSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Lists in a data file that grows (FAISS's {@code OnDiskInvertedLists}), mapped for writing.
 *
 * <p><b>Nothing that the index file names is overwritten.</b> A list that does not fit any more
 * moves; its old place is reused only when no reader holds it <em>and</em> a new index file without
 * it is on disk ({@link #committed}). Rows added in place lie behind the size that the index file
 * states. So whatever happens before the next commit, index file and data file still belong
 * together.
 */
final class DiskListStore extends ListStore {
  private static final long ALIGN = 64;
  private static final long LEAST_GROWTH = 1 << 20;

  private final GrowingFile file;
  private final FreeExtents free = new FreeExtents();

  /** Offsets of the places that the index file names. */
  private final LongHashSet named = new LongHashSet();

  /** Places that nobody reads any more but the index file still names. */
  private final List<Piece> waiting = new ArrayList<>();

  private boolean closed;

  private DiskListStore(GrowingFile file) {
    super(0, 0);
    this.file = file;
    adoptHeld(file.segment().byteSize());
  }

  /** The lists of a data file and the store to write them with. */
  record Opened(ListTable table, DiskListStore store) {}

  /**
   * Opens the data file of lists that were read from it.
   *
   * @param extents size, capacity and offset of each list, as checked against the file
   */
  static Opened open(GrowingFile file, long[] extents, int codeSize) {
    DiskListStore store = new DiskListStore(file);
    long row = codeSize + 8L;
    int nlist = extents.length / 3;
    ListTable.Editor table = ListTable.empty(nlist).edit();
    List<Piece> used = new ArrayList<>();
    for (int l = 0; l < nlist; l++) {
      long size = extents[3 * l];
      int capacity = (int) extents[3 * l + 1];
      if (size > 0) {
        Piece piece = new Piece(file.segment(), extents[3 * l + 2], capacity * row);
        used.add(piece);
        ListChunk chunk =
            ListChunk.over(piece.segment(), piece.offset(), capacity, codeSize, piece);
        table.set(l, InvertedList.of(chunk, (int) size));
      }
    }
    store.own(used, table.table());
    return new Opened(table.table(), store);
  }

  /** Everything between the used places is free. */
  private void own(List<Piece> used, ListTable table) {
    used.sort(Comparator.comparingLong(Piece::offset));
    long at = 0;
    for (Piece p : used) {
      if (p.offset() < at) {
        throw new IllegalArgumentException(
            "lists overlap at byte " + p.offset() + " of " + file.path());
      }
      free.give(at, p.offset() - at);
      at = p.offset() + p.bytes();
    }
    free.give(at, file.segment().byteSize() - at);
    name(table);
  }

  private void name(ListTable table) {
    named.clear();
    for (int l = 0; l < table.nlist(); l++) {
      InvertedList list = table.get(l);
      for (int c = 0; c < list.chunkCount(); c++) {
        Piece p = list.chunk(c).piece();
        if (p != null) {
          named.add(p.offset());
        }
      }
    }
  }

  @Override
  synchronized Piece allocate(long bytes) {
    if (closed) {
      throw new IllegalStateException("the data file of these lists is closed");
    }
    long size = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    long at = free.take(size);
    if (at == FreeExtents.NONE) {
      grow(size);
      at = free.take(size);
    }
    return new Piece(file.segment(), at, size);
  }

  private void grow(long bytes) {
    long old = file.segment().byteSize();
    long more = Math.max(bytes, Math.max(LEAST_GROWTH, old / 4));
    more = (more + ALIGN - 1) / ALIGN * ALIGN;
    try {
      file.grow(old + more);
    } catch (IOException e) {
      throw new UncheckedIOException(file.path() + ": the data file cannot grow", e);
    }
    adoptHeld(more);
    free.give(old, more);
  }

  @Override
  synchronized void free(Piece piece) {
    if (closed) {
      return;
    }
    if (named.contains(piece.offset())) {
      waiting.add(piece);
    } else {
      free.give(piece.offset(), piece.bytes());
    }
  }

  /** A new index file is on disk: what only the old one named may be reused. */
  synchronized void committed(ListTable table) {
    name(table);
    for (Piece p : waiting) {
      free.give(p.offset(), p.bytes());
    }
    waiting.clear();
  }

  /** Forces all rows to disk. */
  void force() {
    file.force();
  }

  /** The description of a table's lists in this file, for an index file. */
  DataFileStore describe(ListTable table) {
    int nlist = table.nlist();
    long[] extents = new long[3 * nlist];
    List<Piece> used = new ArrayList<>();
    for (int l = 0; l < nlist; l++) {
      InvertedList list = table.get(l);
      if (list.size() > 0) {
        ListChunk chunk = list.chunk(0);
        Piece p = java.util.Objects.requireNonNull(chunk.piece());
        extents[3 * l] = list.size();
        extents[3 * l + 1] = chunk.capacity();
        extents[3 * l + 2] = p.offset();
        used.add(p);
      }
    }
    used.sort(Comparator.comparingLong(Piece::offset));
    long[] slots = new long[2 * used.size() + 2];
    int n = 0;
    long at = 0;
    long total = file.segment().byteSize();
    for (int i = 0; i <= used.size(); i++) {
      long next = i < used.size() ? used.get(i).offset() : total;
      if (next > at) {
        slots[n++] = at;
        slots[n++] = next - at;
      }
      at = i < used.size() ? next + used.get(i).bytes() : total;
    }
    String name = String.valueOf(file.path().getFileName());
    return new DataFileStore(name, extents, Arrays.copyOf(slots, n), total, null);
  }

  @Override
  MemorySegment newSlab(long bytes) {
    throw new IllegalStateException("a data file has no slabs");
  }

  @Override
  synchronized void close() {
    if (!closed) {
      closed = true;
      free.clear();
      waiting.clear();
      freeSlabs();
    }
  }

  @Override
  void freeSlabs() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file.path() + ": the data file cannot be closed", e);
    }
  }

  @Override
  ListStore emptied() {
    return this;
  }

  @Override
  boolean contiguous() {
    return true;
  }
}
