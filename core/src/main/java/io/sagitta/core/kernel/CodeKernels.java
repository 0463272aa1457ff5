package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.DistanceKernels.FLOAT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The small loops of the fast codecs: making and quantising look-up tables, quantising a query, and
 * turning sums into estimates. The methods here are plain Java; {@link VectorCodeKernels} gives the
 * same values, but for the order of the sums of {@link #center}.
 *
 * <p>Stateless; safe for all threads.
 */
public interface CodeKernels {
  /** One word of sign bits. */
  ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Entries of a 4-bit table. */
  int KSUB = 16;

  /**
   * Look-up tables of sub-quantizers with 16 centroids.
   *
   * @param x m·dsub floats at {@code at}
   * @param centroids for each sub-quantizer dsub rows of 16: component by component
   * @param innerProduct products instead of squared distances
   * @param table receives m·16 values at {@code to}
   */
  default void tables(
      float[] x,
      int at,
      float[] centroids,
      int m,
      int dsub,
      boolean innerProduct,
      float[] table,
      int to) {
    for (int s = 0; s < m; s++) {
      for (int c = 0; c < KSUB; c++) {
        float sum = 0f;
        for (int j = 0; j < dsub; j++) {
          float q = x[at + s * dsub + j];
          float v = centroids[(s * dsub + j) * KSUB + c];
          sum = innerProduct ? Math.fma(v, q, sum) : Math.fma(v - q, v - q, sum);
        }
        table[to + s * KSUB + c] = sum;
      }
    }
  }

  /** Least and largest entry of each of {@code columns} tables of 16 at {@code table[at]}. */
  default void spans(float[] table, int at, int columns, float[] low, float[] high) {
    for (int s = 0; s < columns; s++) {
      float l = Float.POSITIVE_INFINITY;
      float h = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < KSUB; j++) {
        l = Math.min(l, table[at + s * KSUB + j]);
        h = Math.max(h, table[at + s * KSUB + j]);
      }
      low[s] = l;
      high[s] = h;
    }
  }

  /**
   * Rounds tables to steps: ⌊scale·(entry − low) + ½⌋, each column twice.
   *
   * @param entries receives columns·32 values from 0 on
   */
  default void round(
      float[] table, int at, int columns, float[] low, float scale, short[] entries) {
    for (int s = 0; s < columns; s++) {
      int to = s * 2 * KSUB;
      for (int j = 0; j < KSUB; j++) {
        short v = (short) (int) (scale * (table[at + s * KSUB + j] - low[s]) + 0.5f);
        entries[to + j] = v;
        entries[to + KSUB + j] = v;
      }
    }
  }

  /** How many of the first n (a multiple of 32) unsigned values are below a threshold. */
  default int countBelow(short[] values, int n, int threshold) {
    int count = 0;
    for (int i = 0; i < n; i++) {
      count += (values[i] & 0xffff) < threshold ? 1 : 0;
    }
    return count;
  }

  /**
   * The difference of a query to a centre.
   *
   * @param residual receives d values
   * @param out receives ‖residual‖², query·centre, and the least and largest residual
   */
  default void center(float[] query, float[] center, int d, float[] residual, float[] out) {
    float norm = 0f;
    float dot = 0f;
    float low = Float.MAX_VALUE;
    float high = -Float.MAX_VALUE;
    for (int i = 0; i < d; i++) {
      float r = query[i] - center[i];
      residual[i] = r;
      norm += r * r;
      dot += query[i] * center[i];
      low = Math.min(low, r);
      high = Math.max(high, r);
    }
    out[0] = norm;
    out[1] = dot;
    out[2] = low;
    out[3] = high;
  }

  /**
   * Quantises a residual: round((r − low)·perStep) to the nearest even, within [0, 2^bits).
   *
   * @param values receives d values
   * @param planes receives bits·words words: bit i of plane b is bit b of value i
   * @param words ⌈d/64⌉
   * @return the sum of the values
   */
  default long quantise(
      float[] residual,
      int d,
      float low,
      float perStep,
      int bits,
      int[] values,
      long[] planes,
      int words) {
    return quantiseFrom(0, residual, d, low, perStep, bits, values, planes, words);
  }

  /** {@link #quantise} for components from {@code from} on; adds to the planes. */
  static long quantiseFrom(
      int from,
      float[] residual,
      int d,
      float low,
      float perStep,
      int bits,
      int[] values,
      long[] planes,
      int words) {
    int largest = (1 << bits) - 1;
    long sum = 0;
    for (int i = from; i < d; i++) {
      int v = Math.clamp((int) Math.rint((residual[i] - low) * perStep), 0, largest);
      values[i] = v;
      sum += v;
      for (int b = 0; b < bits; b++) {
        planes[b * words + (i >> 6)] |= (long) (v >> b & 1) << (i & 63);
      }
    }
    return sum;
  }

  /**
   * What each value of a nibble of sign bits adds to the dot product with a quantised query:
   * scale·(sum of the values at its set bits) + perBit·(their number).
   *
   * @param values 4·m values
   * @param table receives m·16 floats
   */
  default void nibbles(int[] values, int m, float scale, float perBit, float[] table) {
    for (int s = 0; s < m; s++) {
      for (int code = 0; code < KSUB; code++) {
        int sum = 0;
        for (int j = 0; j < 4; j++) {
          sum += (code >> j & 1) * values[4 * s + j];
        }
        table[KSUB * s + code] = scale * sum + perBit * Integer.bitCount(code);
      }
    }
  }

  /**
   * Estimates of a block: base + add − 2·multiplier·(scale·sum + shift).
   *
   * @param factors 128 bases at byte {@code basesAt}, 128 multipliers at byte {@code multipliersAt}
   * @param sums 128 sums, unsigned
   * @param out receives 128 values
   */
  default void estimates(
      MemorySegment factors,
      long basesAt,
      long multipliersAt,
      short[] sums,
      float scale,
      float shift,
      float add,
      float[] out) {
    for (int i = 0; i < FastScanKernels.BLOCK; i++) {
      float dot = scale * (sums[i] & 0xffff) + shift;
      float base = factors.get(FLOAT, basesAt + 4L * i);
      out[i] = base + add - 2f * factors.get(FLOAT, multipliersAt + 4L * i) * dot;
    }
  }

  /**
   * Which of 128 values, each less {@code scale} times a term of its own, are below a threshold.
   *
   * @param terms 128 floats at byte {@code termsAt}; not looked at when scale is 0
   * @param hits receives two words: bit i of the first for value i, of the second for value i + 64
   * @return whether any is
   */
  default boolean below(
      float[] values,
      MemorySegment terms,
      long termsAt,
      float scale,
      float threshold,
      long[] hits) {
    hits[0] = 0;
    hits[1] = 0;
    for (int i = 0; i < FastScanKernels.BLOCK; i++) {
      float v = scale == 0f ? values[i] : values[i] - scale * terms.get(FLOAT, termsAt + 4L * i);
      if (v < threshold) {
        hits[i >>> 6] |= 1L << i;
      }
    }
    return (hits[0] | hits[1]) != 0;
  }

  /** Codes that {@link #planeDots} takes together. */
  default int planeLanes() {
    return 1;
  }

  /**
   * Dot products of sign bits with bit planes, by counting bits: Σ 2^b · |bits AND plane b|, or
   * with XOR. Codes lie {@code stride} words of 8 bytes apart.
   *
   * @param n codes, a multiple of {@link #planeLanes}
   * @param patterns for each of {@code stride} registers of {@code planeLanes} words: which bits
   *     are sign bits, then the planes from the highest to the lowest, each word where the code's
   *     word falls
   * @param planes how many
   * @param xor differing instead of common bits
   * @param scratch stride·planeLanes words
   * @param out receives n sums: the dot product in the low 32 bits, the number of set sign bits in
   *     the high ones
   */
  default void planeDots(
      MemorySegment codes,
      long offset,
      int n,
      int stride,
      long[] patterns,
      int planes,
      boolean xor,
      long[] scratch,
      long[] out) {
    for (int i = 0; i < n; i++) {
      long sum = 0;
      for (int w = 0; w < stride; w++) {
        long bits =
            codes.get(LONG, offset + 8L * ((long) i * stride + w)) & patterns[w * (planes + 1)];
        long dot = 0;
        for (int b = 1; b <= planes; b++) {
          long plane = patterns[w * (planes + 1) + b];
          dot = 2 * dot + Long.bitCount(xor ? bits ^ plane : bits & plane);
        }
        sum += dot + ((long) Long.bitCount(bits) << 32);
      }
      out[i] = sum;
    }
  }
}
