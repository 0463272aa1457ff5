package io.sagitta.core.codec;

import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.kernel.Kernels;

/**
 * FAISS's quantised look-up tables: each column (sub-quantizer) less its minimum, all on one scale
 * that gives the widest column 255 steps, rounded to bytes; a sum s then stands for the distance
 * s/a + b.
 *
 * <p>Scratch of one thread, 2·32·m bytes. Source: FAISS {@code utils/quantize_lut.cpp}.
 */
public final class FastScanTables {
  private final int m;
  private final short[] entries;
  private final float[] minima;
  private final float[] maxima;
  private int[] biases = new int[0];
  private float a;
  private float b;

  /**
   * @param m sub-quantizers
   */
  public FastScanTables(int m) {
    this.m = m;
    entries = new short[m * FastScanKernels.TABLE];
    minima = new float[m];
    maxima = new float[m];
  }

  /** The entries, as the kernels read them. */
  public short[] entries() {
    return entries;
  }

  /** The 16-bit bias of a probe, of {@link #quantiseWithBias}. */
  public int bias(int probe) {
    return biases[probe];
  }

  /** What one step of a sum is worth. */
  float perStep() {
    return a == 0f ? 0f : 1f / a;
  }

  /** The value a sum of 0 stands for. */
  float offset() {
    return b;
  }

  /** The distance a sum stands for. */
  public float distance(float sum) {
    return sum * perStep() + b;
  }

  /**
   * The largest sum that stands for a distance below (or above) {@code bound}, as a real number.
   */
  public float sumOf(float bound) {
    return (bound - b) * a;
  }

  /**
   * Quantises for a flat index: scale by the widest column alone (FAISS {@code
   * round_uint8_per_column}).
   *
   * @param table m × 16 floats at {@code at}
   */
  public void quantise(float[] table, int at) {
    float widest = spans(table, at);
    // 257 bytes of 255 just fit 16 bits; FAISS's sums wrap beyond that.
    if (m > 257) {
      a = scale(widest, total());
    } else {
      a = widest > 0f ? 255f / widest : 0f;
    }
    round(table, at);
  }

  /**
   * Quantises for inverted lists: the sum of all spans must fit 16 bits too (FAISS {@code
   * quantize_LUT_and_bias} without a bias).
   */
  public void quantiseBounded(float[] table, int at) {
    float widest = spans(table, at);
    a = scale(widest, total());
    round(table, at);
  }

  /**
   * As {@link #quantiseBounded}, with a term per probe that is quantised on the same scale.
   *
   * @param bias one per probe
   */
  public void quantiseWithBias(float[] table, int at, float[] bias, int probes) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < probes; i++) {
      low = Math.min(low, bias[i]);
      high = Math.max(high, bias[i]);
    }
    float widest = spans(table, at);
    a = scale(widest, high - low + total());
    round(table, at);
    b += low;
    if (biases.length < probes) {
      biases = new int[probes];
    }
    for (int i = 0; i < probes; i++) {
      biases[i] = step(bias[i] - low);
    }
  }

  private static float scale(float widest, float total) {
    float s =
        Math.min(
            widest > 0f ? 255f / widest : Float.POSITIVE_INFINITY,
            total > 0f ? 65535f / total : Float.POSITIVE_INFINITY);
    return Float.isFinite(s) ? s : 0f;
  }

  private float spans(float[] table, int at) {
    Kernels.CODES.spans(table, at, m, minima, maxima);
    float widest = 0f;
    b = 0f;
    for (int s = 0; s < m; s++) {
      widest = Math.max(widest, maxima[s] - minima[s]);
      b += minima[s];
    }
    return widest;
  }

  private float total() {
    float sum = 0f;
    for (int s = 0; s < m; s++) {
      sum += maxima[s] - minima[s];
    }
    return sum;
  }

  private int step(float value) {
    return (int) Math.floor(a * value + 0.5f);
  }

  private void round(float[] table, int at) {
    Kernels.CODES.round(table, at, m, minima, a, entries);
    Kernels.FAST_SCAN.arrange(entries, 0, m);
  }
}
