package io.sagitta.core.collect;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Some rows of a scan: where they lie and under which ids, in ascending order of id. A {@link
 * RowSource} fills it, a scan reads it.
 *
 * <p>Position p of the block (0 ≤ p &lt; {@link #count()}) is the row at byte {@code offset() +
 * place(p)·stride()} of {@link #segment()}.
 *
 * <p>A holder for one thread at a time, reused from block to block. On heap: 12 bytes a row once
 * rows were chosen.
 */
public final class RowBlock {
  /** The most rows a block may have; bounds the scratch of a scan. */
  public static final int MAX_ROWS = 4096;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private long stride;
  private int count;
  private long firstId;
  private boolean dense = true;
  private int[] places = new int[0];
  private long[] ids = new long[0];
  private MemorySegment scratch = MemorySegment.NULL;
  private float[] floats = new float[0];

  /** An empty block. */
  public RowBlock() {}

  /**
   * Rows one after the other under consecutive ids.
   *
   * @param offset byte of the first row
   * @param stride bytes from one row to the next
   * @param count number of rows, at most {@link #MAX_ROWS}
   * @param firstId id of the first row
   */
  public void setDense(MemorySegment segment, long offset, long stride, int count, long firstId) {
    this.segment = segment;
    this.offset = offset;
    this.stride = stride;
    this.count = count;
    this.firstId = firstId;
    dense = true;
  }

  /**
   * Rows chosen among those from {@code offset} on: the caller has written {@code count} of {@link
   * #placesToFill()} and of {@link #idsToFill()}.
   *
   * @param count number of rows, at most {@link #MAX_ROWS}
   */
  public void setChosen(MemorySegment segment, long offset, long stride, int count) {
    this.segment = segment;
    this.offset = offset;
    this.stride = stride;
    this.count = count;
    dense = false;
  }

  /** {@link #MAX_ROWS} places to write before {@link #setChosen}. */
  public int[] placesToFill() {
    grow();
    return places;
  }

  /** {@link #MAX_ROWS} ids to write before {@link #setChosen}; ascending. */
  public long[] idsToFill() {
    grow();
    return ids;
  }

  /**
   * Memory for a source that makes its rows instead of having them: off heap, aligned to 64 bytes,
   * kept for the block's next filling.
   *
   * @param bytes at least this many
   */
  public MemorySegment scratch(long bytes) {
    if (scratch.byteSize() < bytes) {
      scratch = Arena.ofAuto().allocate(bytes, 64);
    }
    return scratch;
  }

  /**
   * An array for a source whose rows pass through one, kept like {@link #scratch}.
   *
   * @param n at least this many floats
   */
  public float[] scratchFloats(int n) {
    if (floats.length < n) {
      floats = new float[n];
    }
    return floats;
  }

  /** Memory of the rows. */
  public MemorySegment segment() {
    return segment;
  }

  /** Byte that places count from. */
  public long offset() {
    return offset;
  }

  /** Bytes from one place to the next. */
  public long stride() {
    return stride;
  }

  /** Number of rows. */
  public int count() {
    return count;
  }

  /** Whether place(p) = p for all p. */
  public boolean isDense() {
    return dense;
  }

  /** The places of a block that is not dense. */
  int[] places() {
    return places;
  }

  /** Place of position p. */
  public int place(int p) {
    return dense ? p : places[p];
  }

  /** Id of position p. */
  public long id(int p) {
    return dense ? firstId + p : ids[p];
  }

  /** Byte of position p in {@link #segment()}. */
  public long byteOf(int p) {
    return offset + place(p) * stride;
  }

  private void grow() {
    if (places.length < MAX_ROWS) {
      places = Arrays.copyOf(places, MAX_ROWS);
      ids = Arrays.copyOf(ids, MAX_ROWS);
    }
  }

  /** Moves the rows, d floats each, one after the other to {@code target}. */
  void compactInto(MemorySegment target, int d) {
    long bytes = 4L * d;
    for (int p = 0; p < count; p++) {
      MemorySegment.copy(segment, byteOf(p), target, p * bytes, bytes);
    }
    if (!dense) {
      for (int p = 0; p < count; p++) {
        places[p] = p;
      }
    }
    segment = target;
    offset = 0;
    stride = bytes;
  }

  /** Lets go of the rows' memory. */
  void forget() {
    segment = MemorySegment.NULL;
    count = 0;
  }
}
