package io.sagitta.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A view of {@code n} vectors of {@code d} float32 components, row-major (n × d), little-endian,
 * with no padding: row i lies at byte {@code i·d·4} of {@link #data()}. The memory may be a heap
 * array, off heap or a mapped file, at any alignment; the view borrows it and frees nothing.
 *
 * <p>Immutable as a view; whoever owns the memory must not change it while a call reads it.
 *
 * @param n number of vectors, ≥ 0
 * @param d components of a vector, ≥ 1
 * @param data at least n·d·4 bytes
 */
public record Vectors(long n, int d, MemorySegment data) {
  /** Layout of one component, at any alignment. */
  public static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * @throws IllegalArgumentException if n is negative, d is not positive or data is too short
   */
  public Vectors {
    if (d < 1) {
      throw new IllegalArgumentException("dimension d = " + d + " must be at least 1");
    }
    if (n < 0 || n > Long.MAX_VALUE / 4 / d) {
      throw new IllegalArgumentException("number of vectors n = " + n + " is out of range");
    }
    if (data.byteSize() < n * d * 4) {
      throw new IllegalArgumentException(
          n
              + " x "
              + d
              + " float32 need "
              + n * d * 4
              + " bytes, the memory has "
              + data.byteSize());
    }
  }

  /**
   * A view of a whole array.
   *
   * @throws IllegalArgumentException if the length is not a multiple of d
   */
  public static Vectors of(float[] data, int d) {
    if (d < 1 || data.length % d != 0) {
      throw new IllegalArgumentException(
          "array length " + data.length + " is not a multiple of the dimension " + d);
    }
    return new Vectors(data.length / d, d, MemorySegment.ofArray(data));
  }

  /** A view of one vector. */
  public static Vectors one(float[] vector) {
    return of(vector, vector.length);
  }

  /** Bytes of a row: d·4. */
  public long rowBytes() {
    return 4L * d;
  }

  /** Byte offset of row i in {@link #data()}. */
  public long offset(long i) {
    return i * d * 4;
  }

  /** Component j of row i. */
  public float get(long i, int j) {
    return data.get(FLOAT, (i * d + j) * 4);
  }

  /**
   * Rows [from, from + count) as a view of the same memory.
   *
   * @throws IllegalArgumentException if the range is not inside [0, n)
   */
  public Vectors slice(long from, long count) {
    if (from < 0 || count < 0 || from > n - count) {
      throw new IllegalArgumentException(
          "rows [" + from + ", " + (from + count) + ") are not inside [0, " + n + ")");
    }
    return new Vectors(count, d, data.asSlice(offset(from), count * rowBytes()));
  }

  /**
   * A heap copy, n·d elements.
   *
   * @throws IllegalArgumentException if n·d exceeds an array
   */
  public float[] toArray() {
    if (n * d > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(n + " x " + d + " floats do not fit into an array");
    }
    float[] out = new float[(int) (n * d)];
    MemorySegment.copy(data, FLOAT, 0, out, 0, out.length);
    return out;
  }
}
