package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * {@link DistanceKernels} in portable Java: four scalar accumulators, combined as {@code (s0 + s1)
 * + (s2 + s3)}, so that the additions do not wait for each other. Products and sums are in float64,
 * where a product of two float32 is exact: four chains of float32 would round more often than
 * FAISS's sixteen.
 */
final class PlainDistanceKernels extends DistanceKernels {
  @Override
  public float l2(float[] x, int xOff, float[] y, int yOff, int d) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= d; i += 4) {
      double t0 = x[xOff + i] - y[yOff + i];
      double t1 = x[xOff + i + 1] - y[yOff + i + 1];
      double t2 = x[xOff + i + 2] - y[yOff + i + 2];
      double t3 = x[xOff + i + 3] - y[yOff + i + 3];
      s0 += t0 * t0;
      s1 += t1 * t1;
      s2 += t2 * t2;
      s3 += t3 * t3;
    }
    for (; i < d; i++) {
      double t = x[xOff + i] - y[yOff + i];
      s0 += t * t;
    }
    return (float) ((s0 + s1) + (s2 + s3));
  }

  @Override
  public float l2(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= d; i += 4) {
      long o = yOff + 4L * i;
      double t0 = x[xOff + i] - y.get(FLOAT, o);
      double t1 = x[xOff + i + 1] - y.get(FLOAT, o + 4);
      double t2 = x[xOff + i + 2] - y.get(FLOAT, o + 8);
      double t3 = x[xOff + i + 3] - y.get(FLOAT, o + 12);
      s0 += t0 * t0;
      s1 += t1 * t1;
      s2 += t2 * t2;
      s3 += t3 * t3;
    }
    for (; i < d; i++) {
      double t = x[xOff + i] - y.get(FLOAT, yOff + 4L * i);
      s0 += t * t;
    }
    return (float) ((s0 + s1) + (s2 + s3));
  }

  @Override
  public float l2(MemorySegment x, long xOff, MemorySegment y, long yOff, int d) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= d; i += 4) {
      long a = xOff + 4L * i;
      long b = yOff + 4L * i;
      double t0 = x.get(FLOAT, a) - y.get(FLOAT, b);
      double t1 = x.get(FLOAT, a + 4) - y.get(FLOAT, b + 4);
      double t2 = x.get(FLOAT, a + 8) - y.get(FLOAT, b + 8);
      double t3 = x.get(FLOAT, a + 12) - y.get(FLOAT, b + 12);
      s0 += t0 * t0;
      s1 += t1 * t1;
      s2 += t2 * t2;
      s3 += t3 * t3;
    }
    for (; i < d; i++) {
      double t = x.get(FLOAT, xOff + 4L * i) - y.get(FLOAT, yOff + 4L * i);
      s0 += t * t;
    }
    return (float) ((s0 + s1) + (s2 + s3));
  }

  @Override
  public float ip(float[] x, int xOff, float[] y, int yOff, int d) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= d; i += 4) {
      s0 += (double) x[xOff + i] * y[yOff + i];
      s1 += (double) x[xOff + i + 1] * y[yOff + i + 1];
      s2 += (double) x[xOff + i + 2] * y[yOff + i + 2];
      s3 += (double) x[xOff + i + 3] * y[yOff + i + 3];
    }
    for (; i < d; i++) {
      s0 += (double) x[xOff + i] * y[yOff + i];
    }
    return (float) ((s0 + s1) + (s2 + s3));
  }

  @Override
  public float ip(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= d; i += 4) {
      long o = yOff + 4L * i;
      s0 += (double) x[xOff + i] * y.get(FLOAT, o);
      s1 += (double) x[xOff + i + 1] * y.get(FLOAT, o + 4);
      s2 += (double) x[xOff + i + 2] * y.get(FLOAT, o + 8);
      s3 += (double) x[xOff + i + 3] * y.get(FLOAT, o + 12);
    }
    for (; i < d; i++) {
      s0 += (double) x[xOff + i] * y.get(FLOAT, yOff + 4L * i);
    }
    return (float) ((s0 + s1) + (s2 + s3));
  }

  @Override
  public float ip(MemorySegment x, long xOff, MemorySegment y, long yOff, int d) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= d; i += 4) {
      long a = xOff + 4L * i;
      long b = yOff + 4L * i;
      s0 += (double) x.get(FLOAT, a) * y.get(FLOAT, b);
      s1 += (double) x.get(FLOAT, a + 4) * y.get(FLOAT, b + 4);
      s2 += (double) x.get(FLOAT, a + 8) * y.get(FLOAT, b + 8);
      s3 += (double) x.get(FLOAT, a + 12) * y.get(FLOAT, b + 12);
    }
    for (; i < d; i++) {
      s0 += (double) x.get(FLOAT, xOff + 4L * i) * y.get(FLOAT, yOff + 4L * i);
    }
    return (float) ((s0 + s1) + (s2 + s3));
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
    out[outOff] = l2(x, xOff, y0, o0, d);
    out[outOff + 1] = l2(x, xOff, y1, o1, d);
    out[outOff + 2] = l2(x, xOff, y2, o2, d);
    out[outOff + 3] = l2(x, xOff, y3, o3, d);
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
    out[outOff] = ip(x, xOff, y0, o0, d);
    out[outOff + 1] = ip(x, xOff, y1, o1, d);
    out[outOff + 2] = ip(x, xOff, y2, o2, d);
    out[outOff + 3] = ip(x, xOff, y3, o3, d);
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
    for (int r = 0; r < n; r++) {
      out[outOff + r] = l2(x, xOff, y, yOff + r * stride, d);
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
    for (int r = 0; r < n; r++) {
      out[outOff + r] = ip(x, xOff, y, yOff + r * stride, d);
    }
  }
}
