package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;

/**
 * No compression: a code is the vector's d little-endian float32, 4·d bytes. Measures every metric;
 * the value of a pair is that of {@link io.sagitta.core.kernel.DistanceKernels}, bit for bit the
 * same alone, in fours and in runs.
 *
 * <p>Immutable; safe for all threads. Source: FAISS {@code IndexFlatCodes} with float codes.
 */
public final class FloatCodec implements VectorCodec {
  private final int d;

  /**
   * @param d dimension, ≥ 1
   */
  public FloatCodec(int d) {
    if (d < 1) {
      throw new IllegalArgumentException("dimension d = " + d + " must be at least 1");
    }
    this.d = d;
  }

  @Override
  public int d() {
    return d;
  }

  @Override
  public int codeSize() {
    return 4 * d;
  }

  @Override
  public boolean isTrained() {
    return true;
  }

  @Override
  public void train(Vectors x, ProgressListener listener) {
    // Nothing to learn.
  }

  @Override
  public void encode(Vectors x, MemorySegment codes, long offset) {
    MemorySegment.copy(x.data(), 0, codes, offset, x.n() * x.rowBytes());
  }

  @Override
  public void decode(long n, MemorySegment codes, long offset, MemorySegment out, long outOffset) {
    MemorySegment.copy(codes, offset, out, outOffset, n * 4 * d);
  }

  @Override
  public void decodeRows(int n, MemorySegment codes, long offset, float[] out) {
    MemorySegment.copy(codes, Vectors.FLOAT, offset, out, 0, n * d);
  }

  @Override
  public CodeScorer scorer(MetricType metric, float metricArg) {
    return switch (metric) {
      case L2 -> new FloatL2Scorer(d);
      case INNER_PRODUCT -> new FloatIpScorer(d);
      default -> new FloatPairScorer(d, metric, metricArg);
    };
  }

  @Override
  public VectorCodec copy() {
    return this;
  }
}
