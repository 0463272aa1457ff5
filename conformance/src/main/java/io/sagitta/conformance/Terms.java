package io.sagitta.conformance;

import io.sagitta.core.MetricType;

/**
 * Distances in float64 by the plain formula, and the sum S of the absolute terms that FAISS's
 * float32 formula adds up: the yardstick of rounding. Vectors are rows of float arrays. Source of
 * the formulas: FAISS {@code extra_distances.h}, {@code distances.cpp}.
 */
public final class Terms {
  private Terms() {}

  /** Which of FAISS's two formulas for L2 is meant. */
  public enum Path {
    /** ‖x‖² + ‖y‖² − 2·x·y, as in batches. */
    MATRIX,
    /** Σ (x−y)², as one by one. */
    DIRECT
  }

  /** The distance in float64; NaN where FAISS's definition has none. */
  public static double exact(
      MetricType metric, double arg, float[] x, int xAt, float[] y, int yAt, int d) {
    double sum = 0;
    double other = 0;
    int present = 0;
    for (int i = 0; i < d; i++) {
      double a = x[xAt + i];
      double b = y[yAt + i];
      double gap = Math.abs(a - b);
      switch (metric) {
        case INNER_PRODUCT -> sum += a * b;
        case L2 -> sum += gap * gap;
        case L1 -> sum += gap;
        case LINF -> sum = Math.max(sum, gap);
        case LP -> sum += Math.pow(gap, arg);
        case CANBERRA -> sum += gap / (Math.abs(a) + Math.abs(b));
        case BRAY_CURTIS -> {
          sum += gap;
          other += Math.abs(a + b);
        }
        case JENSEN_SHANNON -> {
          double m = 0.5 * (a + b);
          sum += 0.5 * (-a * Math.log(m / a) - b * Math.log(m / b));
        }
        case JACCARD -> {
          sum += Math.min(a, b);
          other += Math.max(a, b);
        }
        case NAN_EUCLIDEAN -> {
          if (!Double.isNaN(a) && !Double.isNaN(b)) {
            sum += gap * gap;
            present++;
          }
        }
        case GOWER -> {
          if (Double.isNaN(a) || Double.isNaN(b)) {
            continue;
          }
          if (a >= 0 && b >= 0) {
            if (a > 1 || b > 1) {
              return Double.NaN;
            }
            sum += gap;
          } else if (a < 0 && b < 0) {
            sum += a == b ? 0 : 1;
          } else {
            return Double.NaN;
          }
          present++;
        }
      }
    }
    return switch (metric) {
      case BRAY_CURTIS, JACCARD -> sum / other;
      case NAN_EUCLIDEAN -> present == 0 ? Double.NaN : sum * d / present;
      case GOWER -> present == 0 ? Double.NaN : sum / present;
      default -> sum;
    };
  }

  /** S: what the absolute values of the formula's terms add up to. */
  public static double sum(
      MetricType metric, double arg, Path path, float[] x, int xAt, float[] y, int yAt, int d) {
    double sum = 0;
    double inner = 0;
    for (int i = 0; i < d; i++) {
      double a = x[xAt + i];
      double b = y[yAt + i];
      double gap = Math.abs(a - b);
      switch (metric) {
        case INNER_PRODUCT -> sum += Math.abs(a * b);
        case L2 -> {
          if (path == Path.DIRECT) {
            sum += gap * gap;
          } else {
            sum += a * a + b * b;
            inner += a * b;
          }
        }
        case L1 -> sum += gap;
        case LINF -> sum = Math.max(sum, gap);
        case LP -> sum += Math.pow(gap, arg);
        case JENSEN_SHANNON -> {
          double m = 0.5 * (a + b);
          sum +=
              0.5 * (Math.abs(a * Math.log(m / a)) + Math.abs(b * Math.log(m / b)))
                  + (a + b) * 0x1p-20;
        }
        case NAN_EUCLIDEAN -> {
          if (!Double.isNaN(gap)) {
            sum += gap * gap;
          }
        }
        case CANBERRA, BRAY_CURTIS, JACCARD, GOWER -> {}
      }
    }
    return switch (metric) {
      case L2 -> sum + 2 * Math.abs(inner);
      // Quotients and means of values in [0, 1]: each term is at most one.
      case CANBERRA -> d;
      case BRAY_CURTIS, JACCARD -> Math.max(1, Math.abs(exact(metric, arg, x, xAt, y, yAt, d)));
      case GOWER -> 1;
      case NAN_EUCLIDEAN -> sum * d;
      default -> sum;
    };
  }
}
