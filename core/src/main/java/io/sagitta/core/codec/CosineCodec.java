package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;

/**
 * The cosine over vectors that stay as they are: a code is the vector's d little-endian float32
 * and, behind them, the reciprocal of its length as another, 4·d + 4 bytes. Decoding gives the
 * original back bit for bit; nothing is normalised and kept twice.
 *
 * <p>The metric is {@link MetricType#INNER_PRODUCT}, whose value is here ⟨q,x⟩ / (‖q‖‖x‖): larger
 * is nearer. The reciprocal is computed in double and rounded once, so a value is within two
 * roundings of the inner product's own error. A vector of length 0 has the reciprocal 0 and the
 * cosine 0 with everything; lengths below 2^-126 or above 2^126 have no normal reciprocal and must
 * not be added.
 *
 * <p>Immutable; safe for all threads. FAISS has no such codec.
 */
public final class CosineCodec implements VectorCodec {
  private final int d;

  /**
   * @param d dimension, ≥ 1
   */
  public CosineCodec(int d) {
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
    return 4 * d + 4;
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
    long at = offset;
    for (long i = 0; i < x.n(); i++) {
      MemorySegment.copy(x.data(), x.offset(i), codes, at, x.rowBytes());
      codes.set(Vectors.FLOAT, at + x.rowBytes(), reciprocal(x.data(), x.offset(i), d));
      at += codeSize();
    }
  }

  @Override
  public void decode(long n, MemorySegment codes, long offset, MemorySegment out, long outOffset) {
    for (long i = 0; i < n; i++) {
      MemorySegment.copy(codes, offset + i * codeSize(), out, outOffset + i * 4 * d, 4L * d);
    }
  }

  /**
   * @throws IllegalArgumentException for any metric but the inner product
   */
  @Override
  public CodeScorer scorer(MetricType metric, float metricArg) {
    if (metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException("the cosine codec measures INNER_PRODUCT, not " + metric);
    }
    return new CosineScorer(d);
  }

  @Override
  public VectorCodec copy() {
    return this;
  }

  /** The reciprocal of a vector's length, 0 for length 0; d floats at a byte offset. */
  public static float reciprocal(MemorySegment x, long offset, int d) {
    double a = 0;
    double b = 0;
    int j = 0;
    for (; j + 2 <= d; j += 2) {
      double p = x.get(Vectors.FLOAT, offset + 4L * j);
      double q = x.get(Vectors.FLOAT, offset + 4L * j + 4);
      a += p * p;
      b += q * q;
    }
    if (j < d) {
      double p = x.get(Vectors.FLOAT, offset + 4L * j);
      a += p * p;
    }
    double squares = a + b;
    return squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
  }
}
