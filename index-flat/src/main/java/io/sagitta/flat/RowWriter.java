package io.sagitta.flat;

import io.sagitta.core.RowMoves;
import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next state of a flat index's rows: appends, removes, compacts. Rows are never reordered
 * and readers' memory is never written.
 *
 * <p>A chunk holds 2^shift rows, 4 to 8 MiB (whole huge pages, mostly); only the last one is
 * allocated smaller and grows, by doubling up to a megabyte and by a quarter from then on. A
 * removal marks rows dead; a chunk less than half of whose rows are live is rewritten without the
 * dead ones, together with a neighbour if both fit. So dead rows never take more than the live
 * ones, and removing a row costs one bitmap, one copy of the chunk table and, amortised, the copy
 * of one row.
 *
 * <p>For one writer at a time. A method that throws leaves everything as before.
 */
final class RowWriter {
  private static final long CHUNK_BYTES = 8 << 20;
  private static final long DOUBLED_BYTES = 1 << 20;
  private static final int MAX_SHIFT = 16;

  private final int codeSize;
  private final int shift;
  private final int fullRows;
  private final SlotPool slots = new SlotPool();
  private Chunk[] bySlot = new Chunk[4];
  private int[] indexOfSlot = new int[4];

  /**
   * @param codeSize bytes of a row, ≥ 1
   */
  RowWriter(int codeSize) {
    this.codeSize = codeSize;
    long rows = Math.max(1, CHUNK_BYTES / codeSize);
    shift = Math.min(MAX_SHIFT, 63 - Long.numberOfLeadingZeros(rows));
    fullRows = 1 << shift;
  }

  SlotPool slots() {
    return slots;
  }

  /** Rows of a full chunk. */
  int fullRows() {
    return fullRows;
  }

  /** No rows. */
  FlatRows none() {
    return new FlatRows(
        shift, new Chunk[4], 0, new long[5], Chunk.EMPTY, bySlot, slots.bound(), true);
  }

  /** A chunk over memory that exists already; {@code index} is its position among all. */
  Chunk adopt(MemorySegment data, ChunkMemory memory, int index, int rows) {
    Chunk c = Chunk.of(data, memory, slots.take(), rows);
    place(c, index);
    return c;
  }

  /** Appends {@code n} rows. */
  FlatRows append(FlatRows rows, long n, RowFiller filler, Retired retired) {
    Chunk[] sealed = rows.sealedArray();
    long[] before = rows.liveBeforeArray();
    int sealedCount = rows.sealedCount();
    Chunk tail = rows.tail();
    boolean dense = rows.dense();
    List<Chunk> fresh = new ArrayList<>();
    List<Chunk> replaced = new ArrayList<>();
    try {
      for (long done = 0; done < n; ) {
        if (tail.count == fullRows) {
          if (sealedCount == sealed.length) {
            sealed = Arrays.copyOf(sealed, 2 * sealedCount);
            before = Arrays.copyOf(before, 2 * sealedCount + 1);
          }
          before[sealedCount + 1] = before[sealedCount] + tail.liveCount;
          sealed[sealedCount++] = tail;
          tail = Chunk.EMPTY;
        }
        if (tail.slot < 0) {
          int rowsWanted = (int) Math.min(fullRows, n - done);
          tail = allocate(rowsWanted, slots.take(), fresh);
        } else if (!hasRoom(tail)) {
          long step = Math.min(tail.count, Math.max(DOUBLED_BYTES / codeSize, tail.count / 4));
          long wanted = tail.count + Math.max(step, n - done);
          Chunk larger = allocate((int) Math.min(fullRows, wanted), tail.slot, fresh);
          MemorySegment.copy(tail.data, 0, larger.data, 0, (long) tail.count * codeSize);
          replaced.add(tail);
          tail = tail.movedTo(larger.data, larger.memory);
        }
        int room = (int) Math.min(fullRows, tail.data.byteSize() / codeSize) - tail.count;
        int here = (int) Math.min(room, n - done);
        filler.fill(tail.data, (long) tail.count * codeSize, done, here);
        tail = tail.extended(here);
        done += here;
        place(tail, sealedCount);
      }
    } catch (Throwable t) {
      undo(fresh, replaced, rows);
      throw t;
    }
    for (Chunk c : replaced) {
      retired.memory(c.memory);
    }
    return new FlatRows(shift, sealed, sealedCount, before, tail, bySlot, slots.bound(), dense);
  }

  /**
   * Removes live rows.
   *
   * @param ordinals ascending, distinct, live; the first {@code n} count
   * @param moves receives what a compaction moved, if asked for
   */
  FlatRows remove(
      FlatRows rows, long[] ordinals, int n, @Nullable RowMoves moves, Retired retired) {
    int count = rows.chunkCount();
    Chunk[] all = new Chunk[count];
    System.arraycopy(rows.sealedArray(), 0, all, 0, rows.sealedCount());
    if (count > rows.sealedCount()) {
      all[count - 1] = rows.tail();
    }
    boolean sparse = false;
    long mask = fullRows - 1L;
    for (int i = 0; i < n; ) {
      int at = (int) (ordinals[i] >>> shift);
      int end = i + 1;
      while (end < n && ordinals[end] >>> shift == at) {
        end++;
      }
      all[at] = all[at].without(ordinals, i, end, mask);
      sparse |= isSparse(all[at]);
      i = end;
    }
    List<Chunk> fresh = new ArrayList<>();
    List<Chunk> gone = new ArrayList<>();
    if (sparse) {
      try {
        all = compacted(all, fresh, gone, moves);
      } catch (Throwable t) {
        undo(fresh, List.of(), rows);
        throw t;
      }
    }
    for (Chunk c : gone) {
      retired.chunk(c);
    }
    for (int i = 0; i < all.length; i++) {
      indexOfSlot[all[i].slot] = i;
    }
    return assemble(all);
  }

  /** Ordinal of a row, or −1 if the newest state has no live vector there. */
  long ordinalOfRow(FlatRows rows, long row) {
    long slot = row >>> shift;
    if (row < 0 || slot >= indexOfSlot.length) {
      return -1;
    }
    int index = indexOfSlot[(int) slot];
    int p = (int) (row & fullRows - 1L);
    if (index >= rows.chunkCount()) {
      return -1;
    }
    Chunk c = rows.chunk(index);
    return c.slot == slot && p < c.count && c.isLive(p) ? ((long) index << shift) + p : -1;
  }

  private static boolean isSparse(Chunk c) {
    return 2 * c.liveCount < c.count || c.liveCount == 0;
  }

  private Chunk[] compacted(
      Chunk[] all, List<Chunk> fresh, List<Chunk> gone, @Nullable RowMoves moves) {
    int most = fullRows - fullRows / 4;
    List<Chunk> out = new ArrayList<>(all.length);
    for (int i = 0; i < all.length; i++) {
      Chunk c = all[i];
      if (!isSparse(c)) {
        out.add(c);
        continue;
      }
      if (c.liveCount == 0) {
        gone.add(c);
        continue;
      }
      List<Chunk> group = new ArrayList<>(3);
      int live = c.liveCount;
      if (!out.isEmpty() && out.getLast().liveCount + live <= most) {
        Chunk previous = out.removeLast();
        group.add(previous);
        live += previous.liveCount;
      }
      group.add(c);
      if (i + 1 < all.length && all[i + 1].liveCount + live <= most) {
        group.add(all[++i]);
        live += all[i].liveCount;
      }
      out.add(rewritten(group, live, fresh, gone, moves));
    }
    return out.toArray(new Chunk[0]);
  }

  private Chunk rewritten(
      List<Chunk> group, int live, List<Chunk> fresh, List<Chunk> gone, @Nullable RowMoves moves) {
    Chunk target = allocate(live, slots.take(), fresh);
    int at = 0;
    for (Chunk c : group) {
      for (int p = c.nextLive(0); p < c.count; ) {
        int end = c.nextDead(p);
        MemorySegment.copy(
            c.data,
            (long) p * codeSize,
            target.data,
            (long) at * codeSize,
            (long) (end - p) * codeSize);
        if (moves != null) {
          for (int q = p; q < end; q++) {
            moves.add(row(c, q), row(target, at + q - p));
          }
        }
        at += end - p;
        p = c.nextLive(end);
      }
      // A chunk made a moment ago in this same pass was never published.
      if (fresh.remove(c)) {
        c.memory.release();
        slots.give(c.slot);
      } else {
        gone.add(c);
      }
    }
    Chunk done = target.extended(live);
    fresh.set(fresh.indexOf(target), done);
    place(done, 0);
    return done;
  }

  private long row(Chunk c, int p) {
    return ((long) c.slot << shift) + p;
  }

  /** The state of given chunks, none of which is empty, in the order of their ids. */
  FlatRows assemble(Chunk[] all) {
    int count = all.length;
    if (count == 0) {
      return none();
    }
    int sealedCount = count - 1;
    Chunk[] sealed = Arrays.copyOf(all, Math.max(4, sealedCount + sealedCount / 8));
    Arrays.fill(sealed, sealedCount, Math.min(sealed.length, count), null);
    long[] before = new long[sealed.length + 1];
    boolean dense = all[sealedCount].allLive();
    for (int i = 0; i < sealedCount; i++) {
      before[i + 1] = before[i] + all[i].liveCount;
      dense &= all[i].liveCount == fullRows;
    }
    return new FlatRows(
        shift, sealed, sealedCount, before, all[sealedCount], bySlot, slots.bound(), dense);
  }

  private boolean hasRoom(Chunk c) {
    return c.memory.writable() && c.data.byteSize() / codeSize > c.count;
  }

  private Chunk allocate(int rows, int slot, List<Chunk> fresh) {
    MemoryBlock block = MemoryBlock.allocate((long) rows * codeSize);
    Chunk c = Chunk.of(block.segment(), ChunkMemory.own(block), slot, 0);
    fresh.add(c);
    return c;
  }

  private void place(Chunk c, int index) {
    if (c.slot >= bySlot.length) {
      int size = Math.max(c.slot + 1, bySlot.length + bySlot.length / 2);
      bySlot = Arrays.copyOf(bySlot, size);
      indexOfSlot = Arrays.copyOf(indexOfSlot, size);
    }
    bySlot[c.slot] = c;
    indexOfSlot[c.slot] = index;
  }

  private void undo(List<Chunk> fresh, List<Chunk> replaced, FlatRows rows) {
    for (Chunk c : fresh) {
      c.memory.release();
      boolean grown = false;
      for (Chunk r : replaced) {
        grown |= r.slot == c.slot;
      }
      if (!grown) {
        slots.give(c.slot);
      }
    }
    // The tail may have been moved into memory that is gone now.
    if (rows.tail().slot >= 0) {
      place(rows.tail(), rows.sealedCount());
    }
  }
}
