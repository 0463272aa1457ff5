package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;
import static io.sagitta.core.kernel.Simd.total;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link DistanceKernels} on the Vector API.
 *
 * <p>Each pair has two accumulators of one register each. The last {@code d mod lanes} terms go
 * into the last lanes of the second one: the row's last full register is loaded, and what was
 * counted before is cleared. Then the lanes are added up by one fixed tree that ends in float64
 * ({@link Simd#total}); rows of less than a register are added up in float64 from the start. Pairs,
 * fours and scans all keep that order. Two accumulators per pair are eight chains of FMAs in a call
 * for four.
 *
 * <p>Only off-heap segments reach {@code fromMemorySegment}: a third class of segment there would
 * make the JIT compiler give up inlining for all. Heap segments are copied to an array first. Of a
 * segment of 2 GiB and more, whose offsets do not fit an {@code int}, one row is cut out per call.
 */
final class VectorDistanceKernels extends DistanceKernels {
  /** Components per inner loop of a long row. */
  private static final int STAGE = 384;

  /** Rows from this many components on go in stages. */
  private static final int LONG_ROW = 256;

  /** From so many long rows on, a scan runs as two streams. */
  private static final int APART = 8;

  @Override
  public float l2(float[] x, int xOff, float[] y, int yOff, int d) {
    if (d < LANES) {
      double total = 0;
      for (int i = 0; i < d; i++) {
        double t = x[xOff + i] - y[yOff + i];
        total += t * t;
      }
      return (float) total;
    }
    return VectorL2.arrays(x, xOff, y, yOff, d);
  }

  @Override
  public float l2(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    if (!y.isNative()) {
      return l2(x, xOff, toArray(y, yOff, d), 0, d);
    }
    if (d < LANES) {
      return VectorL2.few(x, xOff, y, yOff, d);
    }
    if (large(y)) {
      return VectorL2.row(x, xOff, y.asSlice(yOff, 4L * d), 0, d);
    }
    return d < LONG_ROW
        ? VectorL2.row(x, xOff, y, (int) yOff, d)
        : VectorL2.staged(x, xOff, y, (int) yOff, d, STAGE);
  }

  @Override
  public float l2(MemorySegment x, long xOff, MemorySegment y, long yOff, int d) {
    if (!x.isNative() || !y.isNative()) {
      return l2(toArray(x, xOff, d), 0, y, yOff, d);
    }
    if (d < LANES) {
      return VectorL2.few(x, xOff, y, yOff, d);
    }
    if (large(x) || large(y)) {
      return VectorL2.rows(x.asSlice(xOff, 4L * d), 0, y.asSlice(yOff, 4L * d), 0, d);
    }
    return VectorL2.rows(x, (int) xOff, y, (int) yOff, d);
  }

  @Override
  public void l2x4(
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
      int outOff) {
    for (int r = 0; r < 4; r++) {
      MemorySegment y = r == 0 ? y0 : r == 1 ? y1 : r == 2 ? y2 : y3;
      long o = r == 0 ? o0 : r == 1 ? o1 : r == 2 ? o2 : o3;
      out[outOff + r] = l2(x, xOff, y, o, d);
    }
  }

  @Override
  public void l2Scan(
      float[] x,
      int xOff,
      MemorySegment y,
      long yOff,
      long stride,
      int n,
      int d,
      float[] out,
      int outOff) {
    if (!plain(y)) {
      for (int r = 0; r < n; r++) {
        out[outOff + r] = l2(x, xOff, y, yOff + r * stride, d);
      }
      return;
    }
    int at = (int) yOff;
    int step = (int) stride;
    if (d < LANES) {
      for (int r = 0; r < n; r++, at += step) {
        out[outOff + r] = VectorL2.few(x, xOff, y, at, d);
      }
      return;
    }
    if (d >= LONG_ROW) {
      int half = n >= APART ? n >>> 1 : 0;
      int far = at + half * step;
      for (int r = 0; r < half; r++, at += step, far += step) {
        VectorL2.apart(x, xOff, y, at, far, d, out, outOff + r, outOff + half + r);
      }
      for (int r = 2 * half; r < n; r++, far += step) {
        out[outOff + r] = VectorL2.staged(x, xOff, y, far, d, STAGE);
      }
      return;
    }
    // Short rows: one after the other, a single stream of 14 ns a row beyond the caches; 16 ns as
    // two, 46 ns in fours.
    if ((d & (2 * LANES - 1)) == 0) {
      for (int r = 0; r < n; r++, at += step) {
        out[outOff + r] = VectorL2.even(x, xOff, y, at, d);
      }
      return;
    }
    for (int r = 0; r < n; r++, at += step) {
      out[outOff + r] = VectorL2.row(x, xOff, y, at, d);
    }
  }

  @Override
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
    if (!VectorL2Run.suits(d) || !plain(y)) {
      l2Scan(x, xOff, y, yOff, stride, n, d, out, outOff);
      return;
    }
    for (int r = 0; r < n; r += RowScratch.ROWS) {
      int at = (int) (yOff + r * stride);
      int m = Math.min(RowScratch.ROWS, n - r);
      VectorL2Run.score(x, xOff, y, at, (int) stride, m, d, scratch, out, outOff + r);
    }
  }

  @Override
  public boolean l2AnyBelow(
      float[] x, MemorySegment y, int n, int d, float limit, RowScratch scratch) {
    return VectorL2Near.any(x, y, n, d, limit, scratch);
  }

  @Override
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
    if (!VectorIpRun.suits(d) || !plain(y)) {
      ipScan(x, xOff, y, yOff, stride, n, d, out, outOff);
      return;
    }
    for (int r = 0; r < n; r += RowScratch.ROWS) {
      int at = (int) (yOff + r * stride);
      int m = Math.min(RowScratch.ROWS, n - r);
      VectorIpRun.score(x, xOff, y, at, (int) stride, m, d, scratch, out, outOff + r);
    }
  }

  @Override
  public boolean ipAnyAbove(
      float[] x, MemorySegment y, int n, int d, float limit, RowScratch scratch) {
    return VectorIpNear.any(x, y, n, d, limit, scratch);
  }

  @Override
  public float ip(float[] x, int xOff, float[] y, int yOff, int d) {
    if (d < LANES) {
      double total = 0;
      for (int i = 0; i < d; i++) {
        total += (double) x[xOff + i] * y[yOff + i];
      }
      return (float) total;
    }
    return VectorIp.arrays(x, xOff, y, yOff, d);
  }

  @Override
  public float ip(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    if (!y.isNative()) {
      return ip(x, xOff, toArray(y, yOff, d), 0, d);
    }
    if (d < LANES) {
      return VectorIp.few(x, xOff, y, yOff, d);
    }
    if (large(y)) {
      return VectorIp.row(x, xOff, y.asSlice(yOff, 4L * d), 0, d);
    }
    return d < LONG_ROW
        ? VectorIp.row(x, xOff, y, (int) yOff, d)
        : VectorIp.staged(x, xOff, y, (int) yOff, d, STAGE);
  }

  @Override
  public float ip(MemorySegment x, long xOff, MemorySegment y, long yOff, int d) {
    if (!x.isNative() || !y.isNative()) {
      return ip(toArray(x, xOff, d), 0, y, yOff, d);
    }
    if (d < LANES) {
      return VectorIp.few(x, xOff, y, yOff, d);
    }
    if (large(x) || large(y)) {
      return VectorIp.rows(x.asSlice(xOff, 4L * d), 0, y.asSlice(yOff, 4L * d), 0, d);
    }
    return VectorIp.rows(x, (int) xOff, y, (int) yOff, d);
  }

  @Override
  public void ipx4(
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
      int outOff) {
    for (int r = 0; r < 4; r++) {
      MemorySegment y = r == 0 ? y0 : r == 1 ? y1 : r == 2 ? y2 : y3;
      long o = r == 0 ? o0 : r == 1 ? o1 : r == 2 ? o2 : o3;
      out[outOff + r] = ip(x, xOff, y, o, d);
    }
  }

  @Override
  public void ipPicked(
      float[] x, int xOff, MemorySegment y, long yOff, int d, int[] picked, int n, float[] out) {
    if (plain(y) && d >= Simd.LANES) {
      VectorPickedRows.ip(x, xOff, y, (int) yOff, d, picked, n, out);
    } else {
      super.ipPicked(x, xOff, y, yOff, d, picked, n, out);
    }
  }

  @Override
  public void ipScan(
      float[] x,
      int xOff,
      MemorySegment y,
      long yOff,
      long stride,
      int n,
      int d,
      float[] out,
      int outOff) {
    if (!plain(y)) {
      for (int r = 0; r < n; r++) {
        out[outOff + r] = ip(x, xOff, y, yOff + r * stride, d);
      }
      return;
    }
    int at = (int) yOff;
    int step = (int) stride;
    if (d < LANES) {
      for (int r = 0; r < n; r++, at += step) {
        out[outOff + r] = VectorIp.few(x, xOff, y, at, d);
      }
      return;
    }
    if (d >= LONG_ROW) {
      int half = n >= APART ? n >>> 1 : 0;
      int far = at + half * step;
      for (int r = 0; r < half; r++, at += step, far += step) {
        VectorIp.apart(x, xOff, y, at, far, d, out, outOff + r, outOff + half + r);
      }
      for (int r = 2 * half; r < n; r++, far += step) {
        out[outOff + r] = VectorIp.staged(x, xOff, y, far, d, STAGE);
      }
      return;
    }
    // Short rows: one after the other, a single stream of 14 ns a row beyond the caches; 16 ns as
    // two, 46 ns in fours.
    if ((d & (2 * LANES - 1)) == 0) {
      for (int r = 0; r < n; r++, at += step) {
        out[outOff + r] = VectorIp.even(x, xOff, y, at, d);
      }
      return;
    }
    for (int r = 0; r < n; r++, at += step) {
      out[outOff + r] = VectorIp.row(x, xOff, y, at, d);
    }
  }

  @Override
  public int firstBelow(float[] v, int from, int to, float limit) {
    int i = from;
    for (; i + LANES <= to; i += LANES) {
      VectorMask<Float> below = FloatVector.fromArray(SPECIES, v, i).lt(limit);
      if (below.anyTrue()) {
        return i + below.firstTrue();
      }
    }
    while (i < to && !(v[i] < limit)) {
      i++;
    }
    return i;
  }

  @Override
  public int firstAbove(float[] v, int from, int to, float limit) {
    int i = from;
    for (; i + LANES <= to; i += LANES) {
      VectorMask<Float> above =
          FloatVector.fromArray(SPECIES, v, i).compare(VectorOperators.GT, limit);
      if (above.anyTrue()) {
        return i + above.firstTrue();
      }
    }
    while (i < to && !(v[i] > limit)) {
      i++;
    }
    return i;
  }

  @Override
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
    if (rows.isOffHeap()) {
      VectorL2Rows.score(x, xOff, rows, ids, from, n, d, scratch, out, outOff);
    } else {
      super.l2Round(x, xOff, rows, ids, from, n, d, scratch, out, outOff);
    }
  }

  @Override
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
    if (rows.isOffHeap()) {
      VectorIpRows.score(x, xOff, rows, ids, from, n, d, scratch, out, outOff);
    } else {
      super.ipRound(x, xOff, rows, ids, from, n, d, scratch, out, outOff);
    }
  }

  /** Whether offsets into a segment exceed an {@code int}. */
  private static boolean large(MemorySegment y) {
    return y.byteSize() > Integer.MAX_VALUE;
  }

  private static boolean plain(MemorySegment y) {
    return y.isNative() && !large(y);
  }

  private static float[] toArray(MemorySegment y, long yOff, int d) {
    float[] copy = new float[d];
    MemorySegment.copy(y, FLOAT, yOff, copy, 0, d);
    return copy;
  }
}
