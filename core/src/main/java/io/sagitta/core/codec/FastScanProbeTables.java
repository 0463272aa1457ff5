package io.sagitta.core.codec;

import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.kernel.Kernels;

/**
 * Quantised look-up tables of one query for several lists whose tables differ (residual codes): all
 * on one scale, with a 16-bit bias per list, so that sums of different lists compare.
 *
 * <p>Scratch of one thread. Source: FAISS {@code quantize_LUT_and_bias} with a table per probe.
 */
public final class FastScanProbeTables {
  private final int m;
  private short[] entries = new short[0];
  private float[] minima = new float[0];
  private float[] maxima = new float[0];
  private float[] totals = new float[0];
  private int[] biases = new int[0];
  private float a;
  private float b;

  /**
   * @param m sub-quantizers
   */
  public FastScanProbeTables(int m) {
    this.m = m;
  }

  /** The entries; those of probe p begin at {@code p·m·32}. */
  public short[] entries() {
    return entries;
  }

  /** Where the entries of a probe begin. */
  public int at(int probe) {
    return probe * m * FastScanKernels.TABLE;
  }

  /** The 16-bit bias of a probe. */
  public int bias(int probe) {
    return biases[probe];
  }

  /** The distance a sum, bias included, stands for. */
  public float distance(float sum) {
    return (a == 0f ? 0f : sum * (1f / a)) + b;
  }

  /**
   * Quantises.
   *
   * @param tables probes × m × 16 floats: the whole distance of a code is the sum of its entries
   * @param spread the terms FAISS keeps apart as bias, one per probe; only their range matters here
   */
  public void quantise(float[] tables, float[] spread, int probes) {
    if (totals.length < probes) {
      entries = new short[probes * m * FastScanKernels.TABLE];
      minima = new float[probes * m];
      maxima = new float[probes * m];
      totals = new float[probes];
      biases = new int[probes];
    }
    float least = Float.POSITIVE_INFINITY;
    for (int p = 0; p < probes; p++) {
      least = Math.min(least, spread[p]);
    }
    Kernels.CODES.spans(tables, 0, probes * m, minima, maxima);
    float widest = 0f;
    float longest = 0f;
    b = Float.POSITIVE_INFINITY;
    for (int p = 0; p < probes; p++) {
      float length = spread[p] - least;
      float total = 0f;
      for (int s = 0; s < m; s++) {
        float low = minima[p * m + s];
        float high = maxima[p * m + s];
        widest = Math.max(widest, high - low);
        length += high - low;
        total += low;
      }
      longest = Math.max(longest, length);
      totals[p] = total;
      b = Math.min(b, total);
    }
    float scale =
        Math.min(
            widest > 0f ? 255f / widest : Float.POSITIVE_INFINITY,
            longest > 0f ? 65535f / longest : Float.POSITIVE_INFINITY);
    a = Float.isFinite(scale) ? scale : 0f;
    for (int p = 0; p < probes; p++) {
      biases[p] = Math.min(65535, step(totals[p] - b));
    }
    Kernels.CODES.round(tables, 0, probes * m, minima, a, entries);
    Kernels.FAST_SCAN.arrange(entries, 0, probes * m);
  }

  private int step(float value) {
    return (int) Math.floor(a * value + 0.5f);
  }
}
