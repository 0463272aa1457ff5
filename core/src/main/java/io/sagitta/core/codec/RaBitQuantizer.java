package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * RaBitQ: one sign bit per dimension of the residual to a centre, two factors that make the
 * estimated distance unbiased, and (with 2 to 9 bits) a finer code of each magnitude with factors
 * of its own.
 *
 * <p>Code of a vector, r = x − c, in FAISS's layout:
 *
 * <table>
 * <caption>bytes of a code</caption>
 * <tr><th>part</th><th>bytes</th></tr>
 * <tr><td>sign bits, bit i of byte j = dimension 8j + i</td><td>⌈d/8⌉</td></tr>
 * <tr><td>‖r‖² (inner product: ‖r‖² − ‖x‖²), multiplier of the dot product</td><td>8</td></tr>
 * <tr><td>error bound (2 bits and more)</td><td>4</td></tr>
 * <tr><td>magnitudes, bits − 1 each, low bits first</td><td>⌈d·(bits−1)/8⌉</td></tr>
 * <tr><td>additive and multiplicative factor of the finer distance</td><td>8</td></tr>
 * </table>
 *
 * <p>Immutable; safe for all threads. Sources: Gao and Long, "RaBitQ", SIGMOD 2024, and its
 * extension; FAISS {@code RaBitQuantizer}.
 */
public final class RaBitQuantizer {
  /** Largest number of bits per dimension. */
  public static final int MAX_BITS = 9;

  private static final float EPSILON = Math.ulp(1f);
  private static final float ERROR_CONSTANT = 1.9f;

  private final int d;
  private final int bits;
  private final MetricType metric;

  /**
   * @param d dimension
   * @param bits bits per dimension, 1..9
   * @param metric L2 or inner product
   * @throws IllegalArgumentException if bits or metric are out of range
   */
  public RaBitQuantizer(int d, int bits, MetricType metric) {
    if (bits < 1 || bits > MAX_BITS) {
      throw new IllegalArgumentException("RaBitQ with " + bits + " bits: 1.." + MAX_BITS);
    }
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException("RaBitQ knows L2 and INNER_PRODUCT, given: " + metric);
    }
    this.d = d;
    this.bits = bits;
    this.metric = metric;
  }

  /** Dimension. */
  public int d() {
    return d;
  }

  /** Bits per dimension. */
  public int bits() {
    return bits;
  }

  /** L2 or inner product. */
  public MetricType metric() {
    return metric;
  }

  /** Bytes of the sign bits. */
  public int signBytes() {
    return (d + 7) / 8;
  }

  /** Bytes of everything behind the sign bits. */
  public int factorBytes() {
    return bits == 1 ? 8 : 12 + extraBytes() + 8;
  }

  /** Bytes of the magnitudes, 0 for one bit. */
  public int extraBytes() {
    return (int) (((long) d * (bits - 1) + 7) / 8);
  }

  /** Bytes of a code. */
  public int codeSize() {
    return signBytes() + factorBytes();
  }

  /**
   * Encodes.
   *
   * @param x n × d
   * @param center d floats, the centre c
   * @param codes receives n·codeSize bytes at byte {@code offset}
   */
  public void encode(Vectors x, float[] center, MemorySegment codes, long offset) {
    float[] row = new float[d];
    float[] residual = new float[d];
    RaBitQMagnitudes magnitudes = bits == 1 ? null : new RaBitQMagnitudes(d, bits - 1);
    for (long i = 0; i < x.n(); i++) {
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), row, 0, d);
      encodeRow(row, residual, center, magnitudes, codes, offset + i * codeSize());
    }
  }

  private void encodeRow(
      float[] x,
      float[] residual,
      float[] center,
      @Nullable RaBitQMagnitudes magnitudes,
      MemorySegment codes,
      long at) {
    codes.asSlice(at, codeSize()).fill((byte) 0);
    float residualNorm = 0f;
    float norm = 0f;
    float absolute = 0f;
    for (int j = 0; j < d; j++) {
      float r = x[j] - center[j];
      residual[j] = r;
      residualNorm += r * r;
      norm += x[j] * x[j];
      absolute += Math.abs(r);
      if (r > 0f) {
        long b = at + (j >> 3);
        codes.set(
            ValueLayout.JAVA_BYTE, b, (byte) (codes.get(ValueLayout.JAVA_BYTE, b) | 1 << (j & 7)));
      }
    }
    long f = at + signBytes();
    float root = (float) Math.sqrt(residualNorm);
    codes.set(Vectors.FLOAT, f, metric == MetricType.L2 ? residualNorm : residualNorm - norm);
    codes.set(Vectors.FLOAT, f + 4, multiplier(residualNorm, root, absolute));
    if (magnitudes != null) {
      codes.set(Vectors.FLOAT, f + 8, error(residualNorm, root, absolute));
      magnitudes.encode(residual, center, metric, codes, f + 12);
    }
  }

  private float multiplier(float residualNorm, float root, float absolute) {
    float inverse = residualNorm < EPSILON ? 1f : 1f / root;
    float dot = absolute * inverse * (1f / (float) Math.sqrt((float) d));
    return (Math.abs(dot) < EPSILON ? 1f : 1f / dot) * root;
  }

  private float error(float residualNorm, float root, float absolute) {
    float ip = 0.5f * absolute;
    if (ip <= EPSILON) {
      return 0f;
    }
    float ratio = residualNorm * (d * 0.25f) / (ip * ip);
    if (!(ratio > 1f)) {
      return 0f;
    }
    float spread = d == 1 ? ratio - 1f : (ratio - 1f) / (d - 1);
    float bound = root * ERROR_CONSTANT * (float) Math.sqrt(spread);
    return metric == MetricType.L2 ? 2f * bound : bound;
  }

  /**
   * Decodes from the sign bits alone, as FAISS does.
   *
   * @param center d floats
   * @param out receives n × d floats at byte {@code outOffset}
   */
  public void decode(
      long n, MemorySegment codes, long offset, float[] center, MemorySegment out, long outOffset) {
    float inverse = 1f / (float) Math.sqrt((float) d);
    for (long i = 0; i < n; i++) {
      long at = offset + i * codeSize();
      float multiplier = codes.get(Vectors.FLOAT, at + signBytes() + 4);
      for (int j = 0; j < d; j++) {
        int bit = codes.get(ValueLayout.JAVA_BYTE, at + (j >> 3)) >> (j & 7) & 1;
        out.set(
            Vectors.FLOAT,
            outOffset + (i * d + j) * 4,
            (bit - 0.5f) * multiplier * 2f * inverse + center[j]);
      }
    }
  }
}
