package io.sagitta.ivf;

import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of an inverted list: {@code capacity} codes one after the other, and their ids one
 * after the other (FAISS's on-disk layout of a list). Written once per row, below what any
 * published list counts, so that readers need no lock.
 *
 * @param data the memory, off heap or mapped
 * @param codesAt byte offset of the first code
 * @param idsAt byte offset of the first id (i64)
 * @param capacity rows it has room for
 * @param piece what to give back to the {@link ListStore}, or null when somebody else frees it
 */
record ListChunk(
    MemorySegment data, long codesAt, long idsAt, int capacity, ListStore.@Nullable Piece piece) {
  static final ValueLayout.OfLong ID =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static final ValueLayout.OfFloat FLOAT = Vectors.FLOAT;

  /** A fresh chunk that uses a piece as far as whole units of rows fit. */
  static ListChunk of(ListStore.Piece piece, int codeSize, int unit) {
    long rows = Math.min(Integer.MAX_VALUE, piece.bytes() / (codeSize + 8L));
    int capacity = Math.toIntExact(rows / unit * unit);
    return over(piece.segment(), piece.offset(), capacity, codeSize, piece);
  }

  /**
   * A chunk over memory that is there: codes, then ids. Of memory of 2 GiB and more it takes a
   * slice, because the kernels count in 32 bits.
   *
   * @param at byte of the first code
   */
  static ListChunk over(
      MemorySegment data, long at, int capacity, int codeSize, ListStore.@Nullable Piece piece) {
    long codes = (long) capacity * codeSize;
    if (data.byteSize() > Integer.MAX_VALUE) {
      return new ListChunk(data.asSlice(at, codes + 8L * capacity), 0, codes, capacity, piece);
    }
    return new ListChunk(data, at, at + codes, capacity, piece);
  }

  long id(int i) {
    return data.get(ID, idsAt + 8L * i);
  }

  void setId(int i, long id) {
    data.set(ID, idsAt + 8L * i, id);
  }
}
