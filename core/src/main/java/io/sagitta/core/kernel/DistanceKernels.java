package io.sagitta.core.kernel;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Squared Euclidean distance and inner product between float32 vectors, one pair or one query
 * against several vectors at a time.
 *
 * <p><b>Shapes and units.</b> A vector is {@code d} consecutive little-endian float32 values; in a
 * segment it starts at any byte offset (no alignment is asked for), in an array at an element
 * offset. Offsets into segments and strides are in bytes, offsets into arrays in elements.
 *
 * <p><b>One value per pair.</b> Every method of one instance sums a pair of vectors in the same
 * order, with {@code d} deciding it alone. So the distance of a pair is the same float bit for bit
 * whether it was asked for alone, in fours or in a scan, in interpreted or in compiled code,
 * whatever memory it lies in. Tie rules rest on this. Another provider or SIMD width may round
 * differently.
 *
 * <p><b>NaN and infinity</b> follow IEEE arithmetic; nothing is clamped or replaced.
 *
 * <p><b>Memory kinds.</b> The fast kind for stored vectors is off heap (native or mapped). Heap
 * segments give the same result, but may be copied first. Queries are {@code float[]}: copy a query
 * once per search.
 *
 * <p><b>Threads.</b> Stateless; any thread may call. The caller keeps the segment alive and its
 * bytes unchanged during the call. An access outside a segment or array throws {@code
 * IndexOutOfBoundsException}; {@code d} must be at least 0 and is not checked.
 */
public abstract class DistanceKernels {
  /** The element layout of every vector: float32, little-endian, unaligned. */
  public static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** For the providers of this package. */
  protected DistanceKernels() {}

  /** Σ (x_i − y_i)². */
  public abstract float l2(float[] x, int xOff, float[] y, int yOff, int d);

  /** Σ (x_i − y_i)². */
  public abstract float l2(float[] x, int xOff, MemorySegment y, long yOff, int d);

  /** Σ (x_i − y_i)². */
  public abstract float l2(MemorySegment x, long xOff, MemorySegment y, long yOff, int d);

  /** Σ x_i·y_i. */
  public abstract float ip(float[] x, int xOff, float[] y, int yOff, int d);

  /** Σ x_i·y_i. */
  public abstract float ip(float[] x, int xOff, MemorySegment y, long yOff, int d);

  /** Σ x_i·y_i. */
  public abstract float ip(MemorySegment x, long xOff, MemorySegment y, long yOff, int d);

  /**
   * Squared distances of one query to four vectors lying anywhere: their cache misses overlap.
   * Writes {@code out[outOff .. outOff+3]}.
   */
  public abstract void l2x4(
      float[] x,
      int xOff,
      MemorySegment y0,
      long o0,
      MemorySegment y1,
      long o1,
      MemorySegment y2,
      long o2,
      MemorySegment y3,
      long o3,
      int d,
      float[] out,
      int outOff);

  /**
   * Inner products of one query with four vectors lying anywhere. Writes {@code out[outOff ..
   * outOff+3]}.
   */
  public abstract void ipx4(
      float[] x,
      int xOff,
      MemorySegment y0,
      long o0,
      MemorySegment y1,
      long o1,
      MemorySegment y2,
      long o2,
      MemorySegment y3,
      long o3,
      int d,
      float[] out,
      int outOff);

  /**
   * Inner products of one query with n rows picked from rows that lie one after the other: {@code
   * out[4·i + s]}, for s = 0 … 3, is that of the row {@code picked[s·⌊n/4⌋ + i]}, and the last n
   * mod 4 stand at their own places. So four streams far apart are read, which is faster than four
   * neighbours, whose pages the prefetcher takes for one stream.
   *
   * <p>A row's product is the same wherever it stands among the picked, and close to, but not
   * always the bits of, {@link #ip(float[], int, MemorySegment, long, int)}.
   *
   * @param yOff byte of row 0; a row has 4·d bytes
   * @param out at least n elements
   */
  public void ipPicked(
      float[] x, int xOff, MemorySegment y, long yOff, int d, int[] picked, int n, float[] out) {
    int quarter = n >>> 2;
    long row = 4L * d;
    for (int i = 0; i < quarter; i++) {
      long o0 = yOff + picked[i] * row;
      long o1 = yOff + picked[quarter + i] * row;
      long o2 = yOff + picked[2 * quarter + i] * row;
      long o3 = yOff + picked[3 * quarter + i] * row;
      ipx4(x, xOff, y, o0, y, o1, y, o2, y, o3, d, out, 4 * i);
    }
    for (int i = 4 * quarter; i < n; i++) {
      out[i] = ip(x, xOff, y, yOff + picked[i] * row, d);
    }
  }

  /**
   * Squared distances of one query to {@code n} rows, row r starting at byte {@code yOff +
   * r·stride}. Writes {@code out[outOff .. outOff+n-1]}.
   *
   * @param stride bytes from one row to the next, at least {@code 4·d}
   */
  public abstract void l2Scan(
      float[] x,
      int xOff,
      MemorySegment y,
      long yOff,
      long stride,
      int n,
      int d,
      float[] out,
      int outOff);

  /** Inner products of one query with {@code n} rows; otherwise as {@link #l2Scan}. */
  public abstract void ipScan(
      float[] x,
      int xOff,
      MemorySegment y,
      long yOff,
      long stride,
      int n,
      int d,
      float[] out,
      int outOff);

  /**
   * As {@link #l2Scan}, for rows that are in the caches: bit for bit the same, faster there, and
   * slower where rows come from memory.
   */
  public void l2Run(
      float[] x,
      int xOff,
      MemorySegment y,
      long yOff,
      long stride,
      int n,
      int d,
      RowScratch scratch,
      float[] out,
      int outOff) {
    l2Scan(x, xOff, y, yOff, stride, n, d, out, outOff);
  }

  /** Inner products; otherwise as {@link #l2Run}. */
  public void ipRun(
      float[] x,
      int xOff,
      MemorySegment y,
      long yOff,
      long stride,
      int n,
      int d,
      RowScratch scratch,
      float[] out,
      int outOff) {
    ipScan(x, xOff, y, yOff, stride, n, d, out, outOff);
  }

  /**
   * Squared distances of one query to rows {@code ids[from .. from+n-1]} of {@code rows}, each of
   * which begins with {@code d} components. Writes {@code out[outOff .. outOff+n-1]}. The fast way
   * to score rows that lie anywhere: their cache misses overlap.
   */
  public final void l2Rows(
      float[] x,
      int xOff,
      CodeRows rows,
      int[] ids,
      int from,
      int n,
      int d,
      RowScratch scratch,
      float[] out,
      int outOff) {
    for (int i = 0; i < n; i += RowScratch.ROWS) {
      l2Round(
          x,
          xOff,
          rows,
          ids,
          from + i,
          Math.min(RowScratch.ROWS, n - i),
          d,
          scratch,
          out,
          outOff + i);
    }
  }

  /** Inner products; otherwise as {@link #l2Rows}. */
  public final void ipRows(
      float[] x,
      int xOff,
      CodeRows rows,
      int[] ids,
      int from,
      int n,
      int d,
      RowScratch scratch,
      float[] out,
      int outOff) {
    for (int i = 0; i < n; i += RowScratch.ROWS) {
      ipRound(
          x,
          xOff,
          rows,
          ids,
          from + i,
          Math.min(RowScratch.ROWS, n - i),
          d,
          scratch,
          out,
          outOff + i);
    }
  }

  /** {@link #l2Rows} for at most {@link RowScratch#ROWS} rows. */
  void l2Round(
      float[] x,
      int xOff,
      CodeRows rows,
      int[] ids,
      int from,
      int n,
      int d,
      RowScratch scratch,
      float[] out,
      int outOff) {
    for (int r = 0; r < n; r++) {
      int id = ids[from + r];
      out[outOff + r] = l2(x, xOff, rows.chunk(id), rows.offset(id), d);
    }
  }

  /** {@link #ipRows} for at most {@link RowScratch#ROWS} rows. */
  void ipRound(
      float[] x,
      int xOff,
      CodeRows rows,
      int[] ids,
      int from,
      int n,
      int d,
      RowScratch scratch,
      float[] out,
      int outOff) {
    for (int r = 0; r < n; r++) {
      int id = ids[from + r];
      out[outOff + r] = ip(x, xOff, rows.chunk(id), rows.offset(id), d);
    }
  }

  /**
   * Whether the squared distance of a query to any of {@code n} rows that lie one behind the other
   * from the start of {@code y} is below a limit; NaN is never below.
   *
   * @param x the query, from its first element
   * @param y off heap, less than 2 GiB; a row has 4·d bytes
   */
  public boolean l2AnyBelow(
      float[] x, MemorySegment y, int n, int d, float limit, RowScratch scratch) {
    for (int r = 0; r < n; r++) {
      if (l2(x, 0, y, 4L * r * d, d) < limit) {
        return true;
      }
    }
    return false;
  }

  /** Whether any inner product is above a limit; otherwise as {@link #l2AnyBelow}. */
  public boolean ipAnyAbove(
      float[] x, MemorySegment y, int n, int d, float limit, RowScratch scratch) {
    for (int r = 0; r < n; r++) {
      if (ip(x, 0, y, 4L * r * d, d) > limit) {
        return true;
      }
    }
    return false;
  }

  /** Squared norm Σ x_i², equal to {@code ip(x, x)}. */
  public final float squaredNorm(float[] x, int xOff, int d) {
    return ip(x, xOff, x, xOff, d);
  }

  /**
   * Squared norms of {@code n} rows, row r starting at byte {@code yOff + r·stride}, into {@code
   * out[outOff .. outOff+n-1]}.
   */
  public final void squaredNorms(
      MemorySegment y, long yOff, long stride, int n, int d, float[] out, int outOff) {
    for (int r = 0; r < n; r++) {
      long o = yOff + r * stride;
      out[outOff + r] = ip(y, o, y, o, d);
    }
  }

  /**
   * The first place in {@code v[from .. to-1]} below a limit, or {@code to}; NaN is never below.
   */
  public int firstBelow(float[] v, int from, int to, float limit) {
    int i = from;
    while (i < to && !(v[i] < limit)) {
      i++;
    }
    return i;
  }

  /**
   * The first place in {@code v[from .. to-1]} above a limit, or {@code to}; NaN is never above.
   */
  public int firstAbove(float[] v, int from, int to, float limit) {
    int i = from;
    while (i < to && !(v[i] > limit)) {
      i++;
    }
    return i;
  }
}
