package io.sagitta.core.codec;

import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Estimates the ranges of a {@link ScalarQuantizer}, with FAISS's mixture of float32 and float64 so
 * that the bounds come out bit for bit. Source: FAISS {@code scalar_quantizer/training.cpp}.
 */
final class ScalarRange {
  private static final int OPTIM_ROUNDS = 2000;
  private static final int OPTIM_STEADY_ROUNDS = 16;

  private ScalarRange() {}

  /**
   * One range for all components.
   *
   * @param levels number of code values
   * @return minimum and extent
   */
  static float[] uniform(RangeStat stat, float argument, int levels, Vectors x) {
    if (stat == RangeStat.MINMAX) {
      float[] row = new float[x.d()];
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (long i = 0; i < x.n(); i++) {
        MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), row, 0, x.d());
        for (float v : row) {
          min = v < min ? v : min;
          max = v > max ? v : max;
        }
      }
      return widened(min, max, argument);
    }
    return estimate(stat, argument, levels, x.toArray());
  }

  /**
   * A range for each dimension.
   *
   * <p>Kept from FAISS: for any statistic but minimum and maximum, the first training row counts as
   * zeros.
   *
   * @return d minima, then d extents
   */
  static float[] each(
      RangeStat stat, float argument, int levels, Vectors x, ProgressListener listener) {
    int d = x.d();
    float[] trained = new float[2 * d];
    if (stat == RangeStat.MINMAX) {
      float[] row = new float[d];
      float[] max = new float[d];
      Arrays.fill(trained, 0, d, Float.POSITIVE_INFINITY);
      Arrays.fill(max, Float.NEGATIVE_INFINITY);
      for (long i = 0; i < x.n(); i++) {
        MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), row, 0, d);
        for (int j = 0; j < d; j++) {
          // FAISS starts from the first row, so a NaN there stays.
          trained[j] = i == 0 || row[j] < trained[j] ? row[j] : trained[j];
          max[j] = i == 0 || row[j] > max[j] ? row[j] : max[j];
        }
      }
      for (int j = 0; j < d; j++) {
        float[] range = widened(trained[j], max[j], argument);
        trained[j] = range[0];
        trained[d + j] = range[1];
      }
      return trained;
    }
    int n = Math.toIntExact(x.n());
    int block = Math.max(1, Parallelism.current().threads());
    for (int from = 0; from < d; from += block) {
      listener.report("ranges", from, d);
      int base = from;
      Parallelism.forRange(
          Math.min(block, d - from),
          1,
          (lo, hi) -> {
            for (int j = base + (int) lo; j < base + (int) hi; j++) {
              float[] column = new float[n];
              for (int i = 1; i < n; i++) {
                column[i] = x.get(i, j);
              }
              float[] range = estimate(stat, argument, levels, column);
              trained[j] = range[0];
              trained[d + j] = range[1];
            }
          });
    }
    return trained;
  }

  private static float[] widened(float min, float max, float argument) {
    float by = (max - min) * argument;
    float low = min - by;
    float high = max + by;
    return new float[] {low, high - low};
  }

  private static float[] estimate(RangeStat stat, float argument, int levels, float[] x) {
    return switch (stat) {
      case MINMAX -> throw new IllegalStateException("min/max is found while streaming");
      case MEANSTD -> meanStd(argument, x);
      case QUANTILES -> quantiles(argument, x);
      case OPTIM -> optimal(levels, x);
    };
  }

  private static float[] meanStd(float argument, float[] x) {
    double sum = 0;
    double squares = 0;
    for (float v : x) {
      sum += v;
      squares += v * v;
    }
    float mean = (float) (sum / x.length);
    float variance = (float) (squares / x.length - mean * mean);
    float deviation = variance <= 0 ? 1f : (float) Math.sqrt(variance);
    float low = mean - deviation * argument;
    float high = mean + deviation * argument;
    return new float[] {low, high - low};
  }

  private static float[] quantiles(float argument, float[] x) {
    float[] sorted = x.clone();
    Arrays.sort(sorted);
    long n = sorted.length;
    long o = (long) (argument * n);
    if (o < 0) {
      o = 0;
    }
    if (o > n - o) {
      o = n / 2;
    }
    float low = sorted[(int) Math.min(o, n - 1)];
    float high = sorted[(int) Math.max(0, n - 1 - o)];
    return new float[] {low, high - low};
  }

  private static float[] optimal(int levels, float[] x) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    float sumX = 0;
    for (float v : x) {
      min = v < min ? v : min;
      max = v > max ? v : max;
      sumX += v;
    }
    float b = min;
    float a = (max - min) / (levels - 1);
    float lastError = -1;
    int steady = 0;
    for (int round = 0; round < OPTIM_ROUNDS; round++) {
      float sumN = 0;
      float sumNN = 0;
      float sumXN = 0;
      float error = 0;
      for (float v : x) {
        float n = (float) Math.floor((v - b) / a + 0.5);
        if (n < 0) {
          n = 0;
        }
        if (n >= levels) {
          n = levels - 1;
        }
        float miss = v - (n * a + b);
        error += miss * miss;
        sumN += n;
        sumNN += n * n;
        sumXN += n * v;
      }
      if (error == lastError) {
        steady++;
        if (steady == OPTIM_STEADY_ROUNDS) {
          break;
        }
      } else {
        lastError = error;
        steady = 0;
      }
      float det = sumN * sumN - sumNN * x.length;
      b = (sumN * sumXN - sumNN * sumX) / det;
      a = (sumN * sumX - x.length * sumXN) / det;
    }
    float high = b + a * (levels - 1);
    return new float[] {b, high - b};
  }
}
