package io.sagitta.core.memory;

import java.lang.foreign.MemorySegment;

/**
 * An immutable view of rows of equal size that lie in chunks: row r is at byte {@link #offset} of
 * {@link #chunk}. Every chunk holds 2^shift rows, the last one perhaps fewer.
 *
 * <p>Safe for all threads as a view; the rows below {@link #size()} do not change while the view's
 * version is held.
 */
public final class CodeRows {
  private static final long MAX_CHUNK = 1L << 30;

  private final MemorySegment[] chunks;
  private final int shift;
  private final long mask;
  private final int rowBytes;
  private final long size;

  CodeRows(MemorySegment[] chunks, int shift, int rowBytes, long size) {
    this.chunks = chunks;
    this.shift = shift;
    this.mask = (1L << shift) - 1;
    this.rowBytes = rowBytes;
    this.size = size;
  }

  /**
   * A view of memory somebody else owns: {@code size} rows in one piece. It is cut into chunks of
   * at most 1 GiB, because kernels are twice as fast with {@code int} offsets.
   */
  public static CodeRows over(MemorySegment data, int rowBytes, long size) {
    if (data.byteSize() < size * rowBytes) {
      throw new IllegalArgumentException(
          size + " rows of " + rowBytes + " bytes exceed " + data.byteSize() + " bytes");
    }
    if (data.byteSize() <= MAX_CHUNK || rowBytes == 0) {
      return new CodeRows(new MemorySegment[] {data}, 62, rowBytes, size);
    }
    long rows = Long.highestOneBit(Math.max(1, MAX_CHUNK / rowBytes));
    MemorySegment[] chunks = new MemorySegment[Math.toIntExact((size + rows - 1) / rows)];
    for (int i = 0; i < chunks.length; i++) {
      long first = i * rows;
      chunks[i] = data.asSlice(first * rowBytes, Math.min(rows, size - first) * rowBytes);
    }
    return new CodeRows(chunks, Long.numberOfTrailingZeros(rows), rowBytes, size);
  }

  /**
   * A view of memory somebody else owns, in chunks.
   *
   * @param chunkRows rows of every chunk but perhaps the last, a power of two
   */
  public static CodeRows ofChunks(MemorySegment[] chunks, long chunkRows, int rowBytes, long size) {
    if (Long.bitCount(chunkRows) != 1 || (size + chunkRows - 1) / chunkRows > chunks.length) {
      throw new IllegalArgumentException(
          size + " rows do not lie in " + chunks.length + " chunks of " + chunkRows);
    }
    return new CodeRows(chunks.clone(), Long.numberOfTrailingZeros(chunkRows), rowBytes, size);
  }

  /** Number of rows. */
  public long size() {
    return size;
  }

  /** Bytes of a row. */
  public int rowBytes() {
    return rowBytes;
  }

  /** Rows of a full chunk, a power of two. */
  public long chunkRows() {
    return mask + 1;
  }

  /** Number of chunks. */
  public int chunkCount() {
    return chunks.length;
  }

  /** The i-th chunk; row r lies in chunk r / chunkRows(). */
  public MemorySegment chunkAt(int i) {
    return chunks[i];
  }

  /** Whether the rows lie off heap; all chunks of a view are of one kind. */
  public boolean isOffHeap() {
    return chunks.length > 0 && chunks[0].isNative();
  }

  /** The chunk that holds a row. */
  public MemorySegment chunk(long row) {
    return chunks[(int) (row >>> shift)];
  }

  /** Byte offset of a row in its chunk. */
  public long offset(long row) {
    return (row & mask) * rowBytes;
  }
}
