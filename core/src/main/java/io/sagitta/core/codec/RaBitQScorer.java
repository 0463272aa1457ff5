package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Estimated distances between one query and RaBitQ codes: a first stage from the sign bits, and for
 * multi-bit codes a second, finer one that is only worth its cost when {@link #mayBeat} says so.
 *
 * <p>With qb bits of the query (1..8) the first stage is integer work: the quantised query lies in
 * qb bit planes, and the dot product with the sign bits is Σ 2^j · popcount(plane j AND bits). With
 * qb = 0 the query stays float.
 *
 * <p>For one thread; allocates nothing after construction. Source: FAISS {@code RaBitQuantizer}.
 */
public final class RaBitQScorer extends CodeScorer {
  /** Largest number of bits of a quantised query. */
  public static final int MAX_QUERY_BITS = 8;

  private static final float[] RADIUS = {
    0.79688f, 1.49375f, 2.05078f, 2.50938f, 2.91250f, 3.26406f, 3.59844f, 3.91016f
  };
  private static final int LANES = Kernels.CODES.planeLanes();
  private static final int RUN = 256;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final RaBitQuantizer quantizer;
  private final int d;
  private final int signBytes;
  private final int fullWords;
  private final int words;
  private final int codeSize;
  private final boolean similarity;
  private final int qb;
  private final boolean centered;
  private final float[] center;
  private final float[] query;
  private final float[] residual;
  private final long[] planes;
  private final int[] quantised;
  private final float[] measures = new float[4];

  /** Words of a code, sign bits and factors, or 0 where codes are not whole words of both. */
  private final int stride;

  private final long[] patterns;
  private final long[] scratch;
  private final long[] dots;
  private float c1;
  private float c2;
  private float c34;
  private float distanceToCenter;
  private float queryNorm;
  private float queryDotCenter;
  private float errorScale;
  private float dotScale;

  /**
   * @param quantizer the codec
   * @param center the centre of {@link #setQuery(MemorySegment, long)}, d floats
   * @param qb bits of the quantised query, 0 = float, at most 8
   * @param centered signed query quantisation around zero (only for qb &gt; 0)
   * @throws IllegalArgumentException if qb is out of range
   */
  public RaBitQScorer(RaBitQuantizer quantizer, float[] center, int qb, boolean centered) {
    if (qb < 0 || qb > MAX_QUERY_BITS) {
      throw new IllegalArgumentException("qb = " + qb + " must be in [0, " + MAX_QUERY_BITS + "]");
    }
    this.quantizer = quantizer;
    d = quantizer.d();
    signBytes = quantizer.signBytes();
    fullWords = signBytes / 8;
    words = (signBytes + 7) / 8;
    codeSize = quantizer.codeSize();
    similarity = quantizer.metric() == MetricType.INNER_PRODUCT;
    this.qb = qb;
    this.centered = centered && qb > 0;
    this.center = center;
    query = new float[d];
    residual = new float[d];
    planes = new long[Math.max(1, qb) * words];
    quantised = new int[(d + 3) / 4 * 4];
    stride = quantizer.bits() == 1 && qb > 0 && d % 64 == 0 ? words + 1 : 0;
    patterns = new long[stride * (qb + 1) * LANES];
    scratch = new long[stride * LANES];
    dots = new long[stride == 0 ? 0 : RUN];
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    takeQuery(x, offset);
    setCenter(center);
  }

  /** Sets a query that {@link #setCenter} will be called for: d floats at byte {@code offset}. */
  public void takeQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, d);
    queryNorm = Kernels.DISTANCES.squaredNorm(query, 0, d);
  }

  /**
   * Measures the query just set against codes of another centre (an inverted list).
   *
   * @param c d floats
   */
  public void setCenter(float[] c) {
    Kernels.CODES.center(query, c, d, residual, measures);
    distanceToCenter = measures[0];
    queryDotCenter = measures[1];
    errorScale = (float) Math.sqrt(distanceToCenter);
    float inverse = 1f / (float) Math.sqrt((float) d);
    if (qb == 0) {
      float sum = 0f;
      for (float r : residual) {
        sum += r;
      }
      c1 = 2f * inverse;
      c2 = 0f;
      c34 = sum * inverse;
    } else {
      quantise(inverse);
    }
  }

  private void quantise(float inverse) {
    float low;
    float high;
    if (centered) {
      high = RADIUS[qb - 1] * (float) Math.sqrt(distanceToCenter / d);
      low = -high;
    } else {
      low = measures[2];
      high = measures[3];
    }
    int largest = (1 << qb) - 1;
    float step = (high - low) / largest;
    Arrays.fill(planes, 0);
    long sum = 0;
    if (step > 0f) {
      sum = Kernels.CODES.quantise(residual, d, low, 1f / step, qb, quantised, planes, words);
    } else {
      Arrays.fill(quantised, 0);
    }
    c1 = 2f * step * inverse;
    c2 = 2f * low * inverse;
    c34 = inverse * (step * sum + d * low);
    dotScale = centered ? (float) Math.sqrt(distanceToCenter / ((float) squares(largest) * d)) : 1f;
    if (stride > 0) {
      spread();
    }
  }

  /** Σ of the squares of the centred, odd values. */
  private long squares(int largest) {
    long squares = 0;
    for (int i = 0; i < d; i++) {
      long odd = 2L * quantised[i] - largest;
      squares += odd * odd;
    }
    return squares;
  }

  /** Lays the planes out as {@code planeDots} wants them: as the codes' words fall on lanes. */
  private void spread() {
    for (int w = 0, word = 0; w < stride; w++) {
      int at = w * (qb + 1) * LANES;
      for (int l = 0; l < LANES; l++, word = word + 1 == stride ? 0 : word + 1) {
        boolean signs = word < words;
        patterns[at + l] = signs ? -1L : 0L;
        for (int b = 0; b < qb; b++) {
          patterns[at + (qb - b) * LANES + l] = signs ? planes[b * words + word] : 0L;
        }
      }
    }
  }

  private static long tail(MemorySegment codes, long at, int bytes) {
    long w = 0;
    for (int i = 0; i < bytes; i++) {
      w |= (codes.get(ValueLayout.JAVA_BYTE, at + i) & 0xffL) << (8 * i);
    }
    return w;
  }

  private float dotOf(MemorySegment codes, long at) {
    if (qb == 0) {
      float dot = 0f;
      for (int i = 0; i < d; i++) {
        int bit = codes.get(ValueLayout.JAVA_BYTE, at + (i >> 3)) >> (i & 7) & 1;
        dot += bit * residual[i];
      }
      return c1 * dot - c34;
    }
    int rest = signBytes - 8 * fullWords;
    long last = rest == 0 ? 0 : tail(codes, at + 8L * fullWords, rest);
    if (centered) {
      long differ = 0;
      for (int b = 0; b < qb; b++) {
        int count = 0;
        for (int w = 0; w < fullWords; w++) {
          count += Long.bitCount(codes.get(LONG, at + 8L * w) ^ planes[b * words + w]);
        }
        if (rest != 0) {
          count += Long.bitCount(last ^ planes[b * words + fullWords]);
        }
        differ += (long) count << b;
      }
      return ((long) ((1 << qb) - 1) * d - 2 * differ) * dotScale;
    }
    long dot = 0;
    int ones = Long.bitCount(last);
    for (int w = 0; w < fullWords; w++) {
      ones += Long.bitCount(codes.get(LONG, at + 8L * w));
    }
    for (int b = 0; b < qb; b++) {
      int count = 0;
      for (int w = 0; w < fullWords; w++) {
        count += Long.bitCount(codes.get(LONG, at + 8L * w) & planes[b * words + w]);
      }
      if (rest != 0) {
        count += Long.bitCount(last & planes[b * words + fullWords]);
      }
      dot += (long) count << b;
    }
    return c1 * dot + c2 * ones - c34;
  }

  /** The first stage: the estimate from the sign bits. */
  public float estimate(MemorySegment codes, long offset) {
    long f = offset + signBytes;
    return estimate(
        codes.get(Vectors.FLOAT, f), codes.get(Vectors.FLOAT, f + 4), dotOf(codes, offset));
  }

  private float estimate(float base, float multiplier, float dot) {
    float pre = base + distanceToCenter - 2f * multiplier * dot;
    return similarity ? -0.5f * (pre - queryNorm) : Math.max(0f, pre);
  }

  /**
   * Whether the finer distance of a multi-bit code could beat a bound, given its estimate (FAISS's
   * rule: the estimate less its error bound).
   */
  public boolean mayBeat(float estimate, MemorySegment codes, long offset, float threshold) {
    float slack = codes.get(Vectors.FLOAT, offset + signBytes + 8) * errorScale;
    return similarity ? estimate + slack > threshold : Math.max(0f, estimate - slack) < threshold;
  }

  /** The second stage of a multi-bit code. */
  public float refine(MemorySegment codes, long offset) {
    int ex = quantizer.bits() - 1;
    long extra = offset + signBytes + 12;
    long factors = extra + quantizer.extraBytes();
    float shift = (1 << ex) - 0.5f;
    float dot = 0f;
    long window = 0;
    int have = 0;
    long next = extra;
    int mask = (1 << ex) - 1;
    for (int i = 0; i < d; i++) {
      if (have < ex) {
        window |= (codes.get(ValueLayout.JAVA_BYTE, next++) & 0xffL) << have;
        have += 8;
      }
      int magnitude = (int) (window & mask);
      window >>>= ex;
      have -= ex;
      int bit = codes.get(ValueLayout.JAVA_BYTE, offset + (i >> 3)) >> (i & 7) & 1;
      dot += residual[i] * ((bit << ex) + magnitude - shift);
    }
    float value =
        (similarity ? queryDotCenter : distanceToCenter)
            + codes.get(Vectors.FLOAT, factors)
            + codes.get(Vectors.FLOAT, factors + 4) * dot;
    return similarity ? value : Math.max(0f, value);
  }

  /** The best distance the code gives: the refined one for multi-bit codes. */
  @Override
  public float score(MemorySegment codes, long offset) {
    return quantizer.bits() == 1 ? estimate(codes, offset) : refine(codes, offset);
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    int done = 0;
    for (; stride > 0 && n - done >= LANES; ) {
      int here = Math.min(RUN, (n - done) / LANES * LANES);
      estimateRun(codes, offset + (long) done * codeSize, here, out, at + done);
      done += here;
    }
    for (int i = done; i < n; i++) {
      out[at + i] = score(codes, offset + (long) i * codeSize);
    }
  }

  @Override
  public boolean isStaged() {
    return quantizer.bits() > 1;
  }

  @Override
  public void scoreRunBounded(
      MemorySegment codes, long offset, int n, float bound, float[] out, int at) {
    if (quantizer.bits() == 1) {
      scoreRun(codes, offset, n, out, at);
      return;
    }
    float hopeless = quantizer.metric().worst();
    for (int i = 0; i < n; i++) {
      long o = offset + (long) i * codeSize;
      boolean may = mayBeat(estimate(codes, o), codes, o, bound);
      out[at + i] = may ? refine(codes, o) : hopeless;
    }
  }

  /** Estimates of n one-bit codes that lie one after the other, n at most a run of whole lanes. */
  private void estimateRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    Kernels.CODES.planeDots(codes, offset, n, stride, patterns, qb, centered, scratch, dots);
    long whole = ((1L << qb) - 1) * d;
    long f = offset + signBytes;
    for (int i = 0; i < n; i++, f += codeSize) {
      int sum = (int) dots[i];
      float dot =
          centered ? (whole - 2L * sum) * dotScale : c1 * sum + c2 * (int) (dots[i] >>> 32) - c34;
      out[at + i] = estimate(codes.get(Vectors.FLOAT, f), codes.get(Vectors.FLOAT, f + 4), dot);
    }
  }

  /** ‖q − c‖, the scale of the error bounds. */
  float errorScale() {
    return errorScale;
  }

  /**
   * What each value of each nibble of sign bits adds to the dot product (centred: to the sum of
   * differing values). Needs a quantised query.
   *
   * @param table receives ⌈d/4⌉ × 16 floats
   */
  void nibbleTable(float[] table) {
    if (qb == 0) {
      throw new IllegalArgumentException("fast-scan tables need a quantised query: qb = 0");
    }
    int m = (d + 3) / 4;
    if (!centered) {
      Kernels.CODES.nibbles(quantised, m, c1, c2, table);
    }
    for (int i = centered ? 0 : d / 4; i < m; i++) {
      slowNibble(i, table);
    }
  }

  /** A nibble's entries; bits beyond the dimensions add nothing. */
  private void slowNibble(int m, float[] table) {
    float largest = (1 << qb) - 1;
    for (int code = 0; code < 16; code++) {
      float sum = 0f;
      int ones = 0;
      for (int j = 0; j < 4 && 4 * m + j < d; j++) {
        float v = quantised[4 * m + j];
        boolean bit = (code >> j & 1) == 1;
        if (centered) {
          sum += bit ? largest - v : v;
        } else if (bit) {
          sum += v;
          ones++;
        }
      }
      table[16 * m + code] = centered ? sum : c1 * sum + c2 * ones;
    }
  }

  /**
   * First-stage distances of a block from the sums of its nibble tables; similarities negated.
   *
   * @param basesAt byte of the 128 bases
   * @param multipliersAt byte of the 128 multipliers
   */
  void keys(
      MemorySegment factors,
      long basesAt,
      long multipliersAt,
      short[] sums,
      FastScanTables tables,
      float[] out) {
    // dot = scale·sum + shift, for both ways of quantising the query.
    float scale = tables.perStep();
    float shift = tables.offset() - c34;
    if (centered) {
      scale = -2f * dotScale * tables.perStep();
      shift = dotScale * (((1 << qb) - 1) * (float) d - 2f * tables.offset());
    }
    Kernels.CODES.estimates(
        factors, basesAt, multipliersAt, sums, scale, shift, distanceToCenter, out);
    if (similarity) {
      for (int i = 0; i < FastScanKernels.BLOCK; i++) {
        out[i] = 0.5f * (out[i] - queryNorm);
      }
    } else {
      for (int i = 0; i < FastScanKernels.BLOCK; i++) {
        out[i] = Math.max(0f, out[i]);
      }
    }
  }

  /** Distance between two codes, both decoded from their sign bits. */
  @Override
  public float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    float ma = multiplierOf(a, aOffset);
    float mb = multiplierOf(b, bOffset);
    if (!similarity) {
      // Components are ±ma/√d and ±mb/√d: (ma − mb)²/d where the signs agree, (ma + mb)²/d where
      // not.
      float differ = (float) differing(a, aOffset, b, bOffset) / d;
      return (ma - mb) * (ma - mb) + 4f * ma * mb * differ;
    }
    float inverse = 1f / (float) Math.sqrt((float) d);
    float sum = 0f;
    for (int i = 0; i < d; i++) {
      int bitA = a.get(ValueLayout.JAVA_BYTE, aOffset + (i >> 3)) >> (i & 7) & 1;
      int bitB = b.get(ValueLayout.JAVA_BYTE, bOffset + (i >> 3)) >> (i & 7) & 1;
      float xa = (bitA - 0.5f) * ma * 2f * inverse;
      float xb = (bitB - 0.5f) * mb * 2f * inverse;
      sum += (xa + center[i]) * (xb + center[i]);
    }
    return sum;
  }

  /** In how many sign bits two codes differ. */
  private int differing(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    int count = 0;
    for (int w = 0; w < fullWords; w++) {
      count += Long.bitCount(a.get(LONG, aOffset + 8L * w) ^ b.get(LONG, bOffset + 8L * w));
    }
    for (int i = 8 * fullWords; i < signBytes; i++) {
      int x = a.get(ValueLayout.JAVA_BYTE, aOffset + i) ^ b.get(ValueLayout.JAVA_BYTE, bOffset + i);
      count += Integer.bitCount(x & 0xff);
    }
    return count;
  }

  private float multiplierOf(MemorySegment s, long offset) {
    return s.get(Vectors.FLOAT, offset + signBytes + 4);
  }
}
