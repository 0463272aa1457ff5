package io.sagitta.core.memory;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Growable off-heap rows of equal size with stable places: row r never moves, a freed row may be
 * overwritten. The writer's side of {@link CodeRows}.
 *
 * <p>Growth copies nothing but the last, short chunk: every chunk holds the same power of two of
 * rows, sized so that it is 4 to 8 MiB (whole huge pages, mostly), and only the last one is
 * allocated as small as it can be. It grows by doubling up to a megabyte and by a quarter from then
 * on: at most a megabyte is unused in small indexes, and two in large ones, for four copies of a
 * row.
 *
 * <p>For one writer at a time. Chunks replaced by growth are handed to the caller to be freed when
 * no reader sees them ({@link #takeRetired()}).
 */
public final class CodeStore {
  private static final long CHUNK_BYTES = 8 << 20;
  private static final long DOUBLED_BYTES = 1 << 20;

  private final int rowBytes;
  private final int shift;
  private MemoryBlock[] blocks = new MemoryBlock[0];
  private MemorySegment[] segments = new MemorySegment[0];
  private MemoryBlock[] retired = new MemoryBlock[0];
  private long size;

  /**
   * @param rowBytes bytes of a row, ≥ 0
   */
  public CodeStore(int rowBytes) {
    if (rowBytes < 0) {
      throw new IllegalArgumentException("row of " + rowBytes + " bytes");
    }
    this.rowBytes = rowBytes;
    long rows = Math.max(1, CHUNK_BYTES / Math.max(1, rowBytes));
    shift = 63 - Long.numberOfLeadingZeros(rows);
  }

  /** Number of rows. */
  public long size() {
    return size;
  }

  /** Bytes of a row. */
  public int rowBytes() {
    return rowBytes;
  }

  /** Off-heap bytes allocated. */
  public long bytes() {
    long sum = 0;
    for (MemoryBlock b : blocks) {
      sum += b.bytes();
    }
    return sum;
  }

  /** The present rows as an immutable view. */
  public CodeRows view() {
    return new CodeRows(segments, shift, rowBytes, size);
  }

  /** Makes room for {@code n} more rows, zero-filled, and counts them; returns the first. */
  public long grow(long n) {
    long first = size;
    long rows = 1L << shift;
    long wanted = size + n;
    int chunks = Math.toIntExact((wanted + rows - 1) >>> shift);
    if (chunks > 0) {
      long lastRows = wanted - ((long) (chunks - 1) << shift);
      MemoryBlock[] b = Arrays.copyOf(blocks, Math.max(chunks, blocks.length));
      int kept = blocks.length;
      for (int i = Math.max(0, kept - 1); i < chunks; i++) {
        boolean last = i == chunks - 1;
        MemoryBlock old = i < kept ? blocks[i] : null;
        long need = (last ? lastRows : rows) * rowBytes;
        if (old != null && old.bytes() >= need) {
          continue;
        }
        long capacity = rows * rowBytes;
        if (last) {
          long grown = old == null ? need : Math.max(need, grown(old.bytes()));
          capacity = Math.min(capacity, roundUp(grown));
        }
        MemoryBlock fresh = MemoryBlock.allocate(Math.max(capacity, need));
        if (old != null) {
          MemorySegment.copy(old.segment(), 0, fresh.segment(), 0, old.bytes());
          retired = Arrays.copyOf(retired, retired.length + 1);
          retired[retired.length - 1] = old;
        }
        b[i] = fresh;
      }
      blocks = b;
      MemorySegment[] s = new MemorySegment[b.length];
      for (int i = 0; i < s.length; i++) {
        s[i] = b[i].segment();
      }
      segments = s;
    }
    size = wanted;
    return first;
  }

  /** Appends n rows; returns the first one's number. */
  public long append(MemorySegment rows, long offset, long n) {
    long first = grow(n);
    for (long i = 0; i < n; ) {
      long row = first + i;
      long here = Math.min(n - i, (1L << shift) - (row & ((1L << shift) - 1)));
      MemorySegment.copy(
          rows,
          offset + i * rowBytes,
          segments[(int) (row >>> shift)],
          offsetOf(row),
          here * rowBytes);
      i += here;
    }
    return first;
  }

  /** Overwrites a row that no reader sees. */
  public void set(long row, MemorySegment source, long offset) {
    MemorySegment.copy(source, offset, segments[(int) (row >>> shift)], offsetOf(row), rowBytes);
  }

  /** Forgets the rows from {@code n} on; their memory is kept for later ones. */
  public void truncate(long n) {
    if (n < 0 || n > size) {
      throw new IllegalArgumentException("cannot cut " + size + " rows to " + n);
    }
    size = n;
  }

  /** Blocks replaced since the last call, to be freed when no reader sees them. */
  public MemoryBlock[] takeRetired() {
    MemoryBlock[] r = retired;
    retired = new MemoryBlock[0];
    return r;
  }

  /** Frees everything. */
  public void free() {
    for (MemoryBlock b : blocks) {
      b.free();
    }
    for (MemoryBlock b : retired) {
      b.free();
    }
    blocks = new MemoryBlock[0];
    segments = new MemorySegment[0];
    retired = new MemoryBlock[0];
    size = 0;
  }

  private long offsetOf(long row) {
    return (row & ((1L << shift) - 1)) * rowBytes;
  }

  /** What a full last chunk is replaced by. */
  private static long grown(long bytes) {
    return bytes + Math.min(bytes, Math.max(DOUBLED_BYTES, bytes / 4));
  }

  private static long roundUp(long bytes) {
    return (bytes + 63) & ~63L;
  }
}
