package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;

/** {@link MetricKernels} in portable Java, one accumulator per sum. */
final class PlainMetricKernels extends MetricKernels {
  @Override
  public float l1(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    float sum = 0;
    for (int i = 0; i < d; i++) {
      sum += Math.abs(x[xOff + i] - at(y, yOff, i));
    }
    return sum;
  }

  @Override
  public float linf(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    float max = 0;
    for (int i = 0; i < d; i++) {
      float t = Math.abs(x[xOff + i] - at(y, yOff, i));
      if (t > max) {
        max = t;
      }
    }
    return max;
  }

  @Override
  public float canberra(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    float sum = 0;
    for (int i = 0; i < d; i++) {
      float a = x[xOff + i];
      float b = at(y, yOff, i);
      sum += Math.abs(a - b) / (Math.abs(a) + Math.abs(b));
    }
    return sum;
  }

  @Override
  public float brayCurtis(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    float apart = 0;
    float together = 0;
    for (int i = 0; i < d; i++) {
      float a = x[xOff + i];
      float b = at(y, yOff, i);
      apart += Math.abs(a - b);
      together += Math.abs(a + b);
    }
    return apart / together;
  }

  @Override
  public float jaccard(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    float low = 0;
    float high = 0;
    for (int i = 0; i < d; i++) {
      float a = x[xOff + i];
      float b = at(y, yOff, i);
      if (Float.isNaN(a)) {
        a = b;
      } else if (Float.isNaN(b)) {
        b = a;
      }
      low += Math.min(a, b);
      high += Math.max(a, b);
    }
    return low / high;
  }

  @Override
  public float nanEuclidean(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    float sum = 0;
    int present = 0;
    for (int i = 0; i < d; i++) {
      float a = x[xOff + i];
      float b = at(y, yOff, i);
      if (!Float.isNaN(a) && !Float.isNaN(b)) {
        sum += (a - b) * (a - b);
        present++;
      }
    }
    return present == 0 ? Float.NaN : (float) d / present * sum;
  }
}
