package io.sagitta.core;

/**
 * How two vectors are compared. The numbers are FAISS's {@code MetricType} values and stand in
 * index files.
 *
 * <p>Immutable; safe for all threads. Source: FAISS {@code MetricType.h}.
 */
public enum MetricType {
  /** Σ x·y, larger is better. */
  INNER_PRODUCT(0, true),
  /** Σ (x−y)², the <em>squared</em> Euclidean distance. */
  L2(1, false),
  /** Σ |x−y|. */
  L1(2, false),
  /** max |x−y|. */
  LINF(3, false),
  /** Σ |x−y|^p with p the metric's argument; no final root. */
  LP(4, false),
  /** Σ |x−y| / (|x|+|y|). */
  CANBERRA(20, false),
  /** Σ |x−y| / Σ |x+y|. */
  BRAY_CURTIS(21, false),
  /** ½ Σ (−x·ln(m/x) − y·ln(m/y)), m = (x+y)/2. */
  JENSEN_SHANNON(22, false),
  /** Σ min(x,y) / Σ max(x,y), larger is better. */
  JACCARD(23, true),
  /** d / present · Σ over present dimensions (x−y)². */
  NAN_EUCLIDEAN(24, false),
  /** Gower's mean over usable dimensions. */
  GOWER(25, false);

  private final int code;
  private final boolean similarity;

  MetricType(int code, boolean similarity) {
    this.code = code;
    this.similarity = similarity;
  }

  /** The value FAISS writes to files. */
  public int code() {
    return code;
  }

  /** Whether larger values are better (inner product and Jaccard only). */
  public boolean isSimilarity() {
    return similarity;
  }

  /** Whether a header of this metric carries {@code metric_arg} (every metric but IP and L2). */
  public boolean hasArgument() {
    return code > 1;
  }

  /** The distance FAISS pads short results with: +FLT_MAX, or −FLT_MAX for similarities. */
  public float worst() {
    return similarity ? -Float.MAX_VALUE : Float.MAX_VALUE;
  }

  /** Whether {@code a} is strictly better than {@code b}; false when either is NaN. */
  public boolean better(float a, float b) {
    return similarity ? a > b : a < b;
  }

  /**
   * The metric with a file's number.
   *
   * @throws IllegalArgumentException if FAISS has no such metric
   */
  public static MetricType ofCode(int code) {
    for (MetricType m : values()) {
      if (m.code == code) {
        return m;
      }
    }
    throw new IllegalArgumentException("metric type " + code + " is unknown (0..4, 20..25)");
  }
}
