package io.sagitta.core.io;

import io.sagitta.core.MetricType;
import java.io.IOException;

/**
 * The header every float index begins with: 33 bytes for L2 and inner product, 37 otherwise.
 *
 * @param d dimension, 0..2^20
 * @param ntotal number of vectors, ≥ 0
 * @param isTrained whether vectors can be added
 * @param metric the metric
 * @param metricArg its argument, 0 for L2 and inner product
 */
public record IndexHeader(
    int d, long ntotal, boolean isTrained, MetricType metric, float metricArg) {
  private static final int MAX_D = 1 << 20;
  private static final long DUMMY = 1L << 20;

  /** Reads and checks a header. */
  public static IndexHeader read(IndexInput in) throws IOException {
    int d = in.readInt();
    if (d < 0 || d > MAX_D) {
      throw in.bad("dimension " + d + " is not in [0, " + MAX_D + "]");
    }
    long ntotal = in.readLong();
    if (ntotal < 0) {
      throw in.bad("ntotal " + ntotal + " is negative");
    }
    in.readLong();
    in.readLong();
    boolean trained = in.readBoolean();
    int code = in.readInt();
    MetricType metric;
    try {
      metric = MetricType.ofCode(code);
    } catch (IllegalArgumentException e) {
      throw in.bad(String.valueOf(e.getMessage()));
    }
    float arg = metric.hasArgument() ? in.readFloat() : 0f;
    return new IndexHeader(d, ntotal, trained, metric, arg);
  }

  /** Writes a header. */
  public void write(IndexOutput out) throws IOException {
    out.writeInt(d);
    out.writeLong(ntotal);
    out.writeLong(DUMMY);
    out.writeLong(DUMMY);
    out.writeBoolean(isTrained);
    out.writeInt(metric.code());
    if (metric.hasArgument()) {
      out.writeFloat(metricArg);
    }
  }
}
