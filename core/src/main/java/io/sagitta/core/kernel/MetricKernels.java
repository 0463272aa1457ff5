package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The metrics besides L2 and inner product, with FAISS's formulas.
 *
 * <p>x is the query ({@code d} floats from element {@code xOff}), y the stored vector ({@code d}
 * little-endian floats from byte {@code yOff}, any alignment, any memory). As with {@link
 * DistanceKernels}, an instance gives one value per pair, bit for bit. NaN follows IEEE arithmetic
 * unless a method says otherwise. Stateless; any thread may call; an access outside the array or
 * segment throws {@code IndexOutOfBoundsException}.
 *
 * <p>The metrics with logarithms, powers or branches are the same for every provider.
 */
public abstract class MetricKernels {
  /** For the providers of this package. */
  protected MetricKernels() {}

  /** L1: Σ |x−y|. */
  public abstract float l1(float[] x, int xOff, MemorySegment y, long yOff, int d);

  /** Linf: max |x−y|, at least 0; a NaN difference is passed over. */
  public abstract float linf(float[] x, int xOff, MemorySegment y, long yOff, int d);

  /** Canberra: Σ |x−y| / (|x|+|y|); a dimension where both are 0 makes the result NaN. */
  public abstract float canberra(float[] x, int xOff, MemorySegment y, long yOff, int d);

  /** Bray–Curtis: Σ|x−y| / Σ|x+y|. */
  public abstract float brayCurtis(float[] x, int xOff, MemorySegment y, long yOff, int d);

  /**
   * Weighted Jaccard similarity: Σ min(x,y) / Σ max(x,y), larger is better. Where one of the two is
   * NaN the other is taken for both.
   */
  public abstract float jaccard(float[] x, int xOff, MemorySegment y, long yOff, int d);

  /** (d / present) · Σ (x−y)² over the dimensions where neither is NaN; NaN if there is none. */
  public abstract float nanEuclidean(float[] x, int xOff, MemorySegment y, long yOff, int d);

  /** Lp: Σ |x−y|^p, without the final root. */
  public final float lp(float[] x, int xOff, MemorySegment y, long yOff, int d, float p) {
    float sum = 0;
    for (int i = 0; i < d; i++) {
      sum += (float) Math.pow(Math.abs(x[xOff + i] - at(y, yOff, i)), p);
    }
    return sum;
  }

  /**
   * Jensen–Shannon: ½ Σ [−x·ln(m/x) − y·ln(m/y)], m = (x+y)/2. A zero component makes the result
   * NaN, as in FAISS (0 · ln ∞).
   */
  public final float jensenShannon(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    float sum = 0;
    for (int i = 0; i < d; i++) {
      float a = x[xOff + i];
      float b = at(y, yOff, i);
      float m = 0.5f * (a + b);
      float left = (float) (-a * Math.log(m / a));
      float right = (float) (-b * Math.log(m / b));
      sum += left + right;
    }
    return 0.5f * sum;
  }

  /**
   * Gower: the mean over dimensions where neither is NaN. Both in [0, 1]: |x−y|; both negative
   * (categories): 0 if equal, else 1. A mix of signs or a value above 1 makes the result NaN, and
   * so does having no usable dimension.
   */
  public final float gower(float[] x, int xOff, MemorySegment y, long yOff, int d) {
    float sum = 0;
    int usable = 0;
    for (int i = 0; i < d; i++) {
      float a = x[xOff + i];
      float b = at(y, yOff, i);
      if (Float.isNaN(a) || Float.isNaN(b)) {
        continue;
      }
      if (a >= 0 && b >= 0) {
        if (a > 1 || b > 1) {
          return Float.NaN;
        }
        sum += Math.abs(a - b);
      } else if (a < 0 && b < 0) {
        sum += a == b ? 0 : 1;
      } else {
        return Float.NaN;
      }
      usable++;
    }
    return usable == 0 ? Float.NaN : sum / usable;
  }

  static float at(MemorySegment y, long yOff, int i) {
    return y.get(DistanceKernels.FLOAT, yOff + 4L * i);
  }
}
