package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.ORDER;
import static io.sagitta.core.kernel.Simd.SPECIES;
import static io.sagitta.core.kernel.Simd.sum;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.NE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link MetricKernels} on the Vector API for the metrics that are plain sums and maxima. A row on
 * the heap is copied off heap first, so that one class of segment reaches the vector loads.
 */
final class VectorMetricKernels extends MetricKernels {
  @Override
  public float l1(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    if (!y.isNative()) {
      return l1(x, xOff, Simd.offHeap(y, yOff, d), 0, d);
    }
    FloatVector s = FloatVector.zero(SPECIES);
    int i = 0;
    for (int full = d & -LANES; i < full; i += LANES) {
      s = s.add(query(x, xOff + i).sub(row(y, yOff, i)).abs());
    }
    float rest = 0;
    for (; i < d; i++) {
      rest += Math.abs(x[xOff + i] - at(y, yOff, i));
    }
    return sum(s) + rest;
  }

  @Override
  public float linf(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    if (!y.isNative()) {
      return linf(x, xOff, Simd.offHeap(y, yOff, d), 0, d);
    }
    FloatVector s = FloatVector.zero(SPECIES);
    int i = 0;
    for (int full = d & -LANES; i < full; i += LANES) {
      FloatVector t = query(x, xOff + i).sub(row(y, yOff, i)).abs();
      s = s.blend(t, t.compare(GT, s));
    }
    float max = s.reduceLanes(MAX);
    for (; i < d; i++) {
      float t = Math.abs(x[xOff + i] - at(y, yOff, i));
      if (t > max) {
        max = t;
      }
    }
    return max;
  }

  @Override
  public float canberra(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    if (!y.isNative()) {
      return canberra(x, xOff, Simd.offHeap(y, yOff, d), 0, d);
    }
    FloatVector s = FloatVector.zero(SPECIES);
    int i = 0;
    for (int full = d & -LANES; i < full; i += LANES) {
      FloatVector a = query(x, xOff + i);
      FloatVector b = row(y, yOff, i);
      s = s.add(a.sub(b).abs().div(a.abs().add(b.abs())));
    }
    float rest = 0;
    for (; i < d; i++) {
      float a = x[xOff + i];
      float b = at(y, yOff, i);
      rest += Math.abs(a - b) / (Math.abs(a) + Math.abs(b));
    }
    return sum(s) + rest;
  }

  @Override
  public float brayCurtis(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    if (!y.isNative()) {
      return brayCurtis(x, xOff, Simd.offHeap(y, yOff, d), 0, d);
    }
    FloatVector s = FloatVector.zero(SPECIES);
    FloatVector t = FloatVector.zero(SPECIES);
    int i = 0;
    for (int full = d & -LANES; i < full; i += LANES) {
      FloatVector a = query(x, xOff + i);
      FloatVector b = row(y, yOff, i);
      s = s.add(a.sub(b).abs());
      t = t.add(a.add(b).abs());
    }
    float apart = 0;
    float together = 0;
    for (; i < d; i++) {
      float a = x[xOff + i];
      float b = at(y, yOff, i);
      apart += Math.abs(a - b);
      together += Math.abs(a + b);
    }
    return (sum(s) + apart) / (sum(t) + together);
  }

  @Override
  public float jaccard(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    if (!y.isNative()) {
      return jaccard(x, xOff, Simd.offHeap(y, yOff, d), 0, d);
    }
    FloatVector s = FloatVector.zero(SPECIES);
    FloatVector t = FloatVector.zero(SPECIES);
    int i = 0;
    for (int full = d & -LANES; i < full; i += LANES) {
      FloatVector a = query(x, xOff + i);
      FloatVector b = row(y, yOff, i);
      VectorMask<Float> aMissing = a.compare(NE, a);
      VectorMask<Float> bMissing = b.compare(NE, b);
      FloatVector both = a.blend(b, aMissing);
      FloatVector other = b.blend(a, bMissing);
      s = s.add(both.min(other));
      t = t.add(both.max(other));
    }
    float low = 0;
    float high = 0;
    for (; i < d; i++) {
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
    return (sum(s) + low) / (sum(t) + high);
  }

  @Override
  public float nanEuclidean(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    if (!y.isNative()) {
      return nanEuclidean(x, xOff, Simd.offHeap(y, yOff, d), 0, d);
    }
    FloatVector s = FloatVector.zero(SPECIES);
    int present = 0;
    int i = 0;
    for (int full = d & -LANES; i < full; i += LANES) {
      FloatVector a = query(x, xOff + i);
      FloatVector b = row(y, yOff, i);
      VectorMask<Float> here = a.compare(EQ, a).and(b.compare(EQ, b));
      FloatVector t = FloatVector.zero(SPECIES).blend(a.sub(b), here);
      s = t.fma(t, s);
      present += here.trueCount();
    }
    float rest = 0;
    for (; i < d; i++) {
      float a = x[xOff + i];
      float b = at(y, yOff, i);
      if (!Float.isNaN(a) && !Float.isNaN(b)) {
        rest += (a - b) * (a - b);
        present++;
      }
    }
    return present == 0 ? Float.NaN : (float) d / present * (sum(s) + rest);
  }

  private static FloatVector query(float[] x, int at) {
    return FloatVector.fromArray(SPECIES, x, at);
  }

  private static FloatVector row(MemorySegment y, long yOff, int i) {
    return FloatVector.fromMemorySegment(SPECIES, y, yOff + 4L * i, ORDER);
  }
}
