package io.sagitta.core.codec;

import org.jspecify.annotations.Nullable;

/** How the range of a {@link ScalarQuantizer} is estimated: FAISS's {@code RangeStat}. */
public enum RangeStat {
  /** From minimum to maximum, widened on both sides by argument × extent. */
  MINMAX,
  /** Mean ± argument × standard deviation. */
  MEANSTD,
  /** From the argument-quantile to its counterpart at the upper end. */
  QUANTILES,
  /** The evenly spaced grid of least squared error, by alternating optimisation. */
  OPTIM;

  private static final RangeStat[] BY_CODE = values();

  /** FAISS's number, as in index files. */
  public int code() {
    return ordinal();
  }

  /** The statistic of FAISS's number, or null if there is none. */
  public static @Nullable RangeStat ofCode(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }
}
