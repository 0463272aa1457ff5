package io.sagitta.core.kernel;

import io.sagitta.core.MetricType;
import java.lang.foreign.MemorySegment;

/**
 * The distance (or similarity) of one pair under any metric: x from element {@code xOff} of an
 * array, y from byte {@code yOff} of a segment, {@code d} components each. The value for L2 and
 * inner product is bit for bit that of {@link DistanceKernels}. Immutable; safe for all threads.
 */
public abstract class PairDistance {
  private PairDistance() {}

  /** The distance. */
  public abstract float between(float[] x, int xOff, MemorySegment y, long yOff, int d);

  /**
   * The distance of a metric.
   *
   * @param argument p of {@link MetricType#LP}; ignored by the others
   */
  public static PairDistance of(MetricType metric, float argument) {
    return switch (metric) {
      case L2 ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.DISTANCES.l2(x, xOff, y, yOff, d);
            }
          };
      case INNER_PRODUCT ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.DISTANCES.ip(x, xOff, y, yOff, d);
            }
          };
      case L1 ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.METRICS.l1(x, xOff, y, yOff, d);
            }
          };
      case LINF ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.METRICS.linf(x, xOff, y, yOff, d);
            }
          };
      case LP ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.METRICS.lp(x, xOff, y, yOff, d, argument);
            }
          };
      case CANBERRA ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.METRICS.canberra(x, xOff, y, yOff, d);
            }
          };
      case BRAY_CURTIS ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.METRICS.brayCurtis(x, xOff, y, yOff, d);
            }
          };
      case JENSEN_SHANNON ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.METRICS.jensenShannon(x, xOff, y, yOff, d);
            }
          };
      case JACCARD ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.METRICS.jaccard(x, xOff, y, yOff, d);
            }
          };
      case NAN_EUCLIDEAN ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.METRICS.nanEuclidean(x, xOff, y, yOff, d);
            }
          };
      case GOWER ->
          new PairDistance() {
            @Override
            public float between(float[] x, int xOff, MemorySegment y, long yOff, int d) {
              return Kernels.METRICS.gower(x, xOff, y, yOff, d);
            }
          };
    };
  }
}
