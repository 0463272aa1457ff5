package io.sagitta.flat;

import java.util.Arrays;

/**
 * One state of the rows of a flat-codes index: chunks in the order of their ids, dead rows and all.
 *
 * <p>Three numberings. An <em>ordinal</em> is (position of the chunk) · 2^shift + (row in the
 * chunk); it ascends with the ids. An <em>id</em> is FAISS's dense number, the rank among live
 * rows. A <em>row</em> is slot · 2^shift + (row in the chunk): it stays the same while the row
 * lives, but for the moves that a compaction announces, and says nothing about the order. While
 * nothing was removed, id and ordinal are equal.
 *
 * <p>Immutable; safe for all threads. The arrays may be longer than what this state uses: the
 * writer appends behind it.
 */
final class FlatRows {
  private final int shift;
  private final Chunk[] sealed;
  private final int sealedCount;
  private final long[] liveBefore;
  private final Chunk tail;
  private final Chunk[] bySlot;
  private final int slotBound;
  private final long size;
  private final boolean dense;

  /**
   * @param sealed all chunks but the last
   * @param liveBefore live rows before each of them and before the tail, sealedCount + 1 values
   * @param tail the last chunk, the only one that grows
   * @param slotBound exclusive bound of the slots in use
   * @param dense whether all of {@code sealed} are full and no row is dead
   */
  FlatRows(
      int shift,
      Chunk[] sealed,
      int sealedCount,
      long[] liveBefore,
      Chunk tail,
      Chunk[] bySlot,
      int slotBound,
      boolean dense) {
    this.shift = shift;
    this.sealed = sealed;
    this.sealedCount = sealedCount;
    this.liveBefore = liveBefore;
    this.tail = tail;
    this.bySlot = bySlot;
    this.slotBound = slotBound;
    this.dense = dense;
    this.size = liveBefore[sealedCount] + tail.liveCount;
  }

  /** Live rows. */
  long size() {
    return size;
  }

  /** Whether ids are ordinals. */
  boolean dense() {
    return dense;
  }

  int shift() {
    return shift;
  }

  /** Chunks, some of which may be empty only if the last is. */
  int chunkCount() {
    return sealedCount + (tail.count > 0 ? 1 : 0);
  }

  /** Chunks before the tail. */
  int sealedCount() {
    return sealedCount;
  }

  Chunk[] sealedArray() {
    return sealed;
  }

  long[] liveBeforeArray() {
    return liveBefore;
  }

  Chunk tail() {
    return tail;
  }

  Chunk chunk(int i) {
    return i < sealedCount ? sealed[i] : tail;
  }

  /** Id of the first live row of a chunk. */
  long firstId(int chunk) {
    return liveBefore[chunk];
  }

  /** Id at a place that is live. */
  long idAt(int chunk, int position) {
    Chunk c = chunk(chunk);
    return liveBefore[chunk] + c.rank(position);
  }

  /** Position of the chunk that holds an id in [0, size). */
  int chunkOfId(long id) {
    if (dense) {
      return (int) (id >>> shift);
    }
    int at = Arrays.binarySearch(liveBefore, 0, sealedCount + 1, id);
    if (at < 0) {
      return -at - 2;
    }
    // Empty chunks are never kept, so equal values do not occur.
    return at;
  }

  /** Row in its chunk of an id that the chunk holds. */
  int positionOfId(int chunk, long id) {
    return chunk(chunk).select((int) (id - liveBefore[chunk]));
  }

  /** Ordinal of an id in [0, size). */
  long ordinalOf(long id) {
    if (dense) {
      return id;
    }
    int c = chunkOfId(id);
    return ((long) c << shift) + positionOfId(c, id);
  }

  /** Row of an id in [0, size). */
  long rowOf(long id) {
    int c = chunkOfId(id);
    return ((long) chunk(c).slot << shift) + positionOfId(c, id);
  }

  /** A chunk by its slot; its memory is right for every state that has a row there. */
  Chunk bySlot(int slot) {
    return bySlot[slot];
  }

  /** Exclusive bound of row numbers. */
  long rowBound() {
    return (long) slotBound << shift;
  }

  /** Whether this state has the row; looks at every chunk. */
  boolean hasRow(long row) {
    int slot = (int) (row >>> shift);
    int p = (int) (row & (1L << shift) - 1);
    for (int i = 0; i < chunkCount(); i++) {
      Chunk c = chunk(i);
      if (c.slot == slot) {
        return p < c.count && c.isLive(p);
      }
    }
    return false;
  }

  /** Off-heap bytes of all chunks. */
  long bytes() {
    long sum = 0;
    for (int i = 0; i < chunkCount(); i++) {
      Chunk c = chunk(i);
      sum += c.memory.counted() ? c.data.byteSize() : 0;
    }
    return sum;
  }
}
