package io.sagitta.core.codec;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tells which codes in {@link PqColumns} cannot beat a bound, without computing their distances:
 * the query's table is rounded down to 16 bits, whose look-ups stay in 512-bit registers.
 *
 * <p>Implementation note. The entries t of sub-quantizer i become ⌊(t − min_i) / step⌋, with one
 * step for all, such that the largest sum stays below 30,000; of similarities the negatives are
 * taken. So a code's distance is at least base + step · (its 16-bit sum), and what {@link #limit}
 * excludes is proven: it has room for the rounding of the entries (float arithmetic may lift one by
 * far less than 1/20) and for that of the float sum (m additions, each within 2^−24 of the sum of
 * the largest magnitudes). The step is 1/30,000 of the distances' range, so hardly a code passes
 * that should not.
 *
 * <p>For one thread at a time.
 */
final class PqSieve {
  /** Entries of a table; the sieve is for codes of one byte. */
  private static final int KSUB = 256;

  /** The largest sum of entries. */
  static final int RANGE = 30_000;

  /** The same where each code adds a term of its own, which goes up to {@link #MOST_TERM}. */
  static final int RANGE_WITH_TERMS = 20_000;

  private static final float MOST_TERM = 12_000;

  private static final VectorSpecies<Short> S = PqColumns.SHORTS;
  private static final VectorSpecies<Short> HALF = ShortVector.SPECIES_256;
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;

  private final int m;
  private final short[] table;
  private final float[] lows;
  private final float[] ends = new float[32];
  private final short[] sums = new short[PqColumns.BLOCK];
  private final short[] first = new short[PqColumns.BLOCK];
  private final float[] padded = new float[PqColumns.BLOCK];
  private double magnitude;
  private boolean withTerms;
  private double base;
  private double step;
  private double slack;
  private boolean usable;
  private boolean similarity;

  /**
   * @param m sub-quantizers of 8 bits
   */
  PqSieve(int m) {
    this.m = m;
    table = new short[m * KSUB];
    lows = new float[m];
  }

  /**
   * Takes a query's table: m × 256 floats.
   *
   * @param range {@link #RANGE} or {@link #RANGE_WITH_TERMS}
   */
  void set(float[] t, boolean innerProduct, int range) {
    withTerms = false;
    similarity = innerProduct;
    double ranges = 0;
    double magnitudes = 0;
    base = 0;
    for (int i = 0; i < m; i++) {
      edges(t, i * KSUB, ends);
      float low = ends[0];
      float high = ends[16];
      for (int l = 1; l < 16; l++) {
        low = Math.min(low, ends[l]);
        high = Math.max(high, ends[16 + l]);
      }
      ranges += (double) high - low;
      magnitudes += Math.max(Math.abs(low), Math.abs(high));
      lows[i] = innerProduct ? -high : low;
      base += lows[i];
    }
    step = ranges / range;
    magnitude = magnitudes;
    slack = m * 0x1p-22 * magnitudes;
    float inverse = (float) (1 / step);
    // NaN in the table makes every one of these false or NaN, and the sieve stand aside.
    usable = step > 0 && inverse > 0 && Float.isFinite(inverse) && magnitudes < Float.MAX_VALUE;
    if (usable) {
      round(t, innerProduct ? -1f : 1f, inverse);
    }
  }

  /** The least and the largest of 256 entries by lanes: a reduction in registers would be boxed. */
  private static void edges(float[] t, int at, float[] ends) {
    FloatVector least = FloatVector.fromArray(F, t, at);
    FloatVector most = least;
    for (int c = at + 16; c < at + KSUB; c += 16) {
      FloatVector v = FloatVector.fromArray(F, t, c);
      least = least.min(v);
      most = most.max(v);
    }
    least.intoArray(ends, 0);
    most.intoArray(ends, 16);
  }

  private void round(float[] t, float sign, float inverse) {
    for (int i = 0; i < m; i++) {
      FloatVector low = FloatVector.broadcast(F, lows[i]);
      for (int c = i * KSUB; c < (i + 1) * KSUB; c += 16) {
        FloatVector v = FloatVector.fromArray(F, t, c).mul(sign).sub(low).mul(inverse);
        IntVector q = (IntVector) v.convert(VectorOperators.F2I, 0);
        ((ShortVector) q.convertShape(VectorOperators.I2S, HALF, 0)).intoArray(table, c);
      }
    }
  }

  /**
   * The least 16-bit sum that proves a code not to beat the bound; {@link Integer#MAX_VALUE} when
   * nothing can be excluded.
   */
  int limit(float bound) {
    if (!usable) {
      return Integer.MAX_VALUE;
    }
    double b = similarity ? -(double) bound : bound;
    double most = (b - base + slack) / step + 2 + 0.05 * m;
    return !(most < Short.MAX_VALUE - 1) ? Integer.MAX_VALUE : most < 0 ? 0 : (int) most + 1;
  }

  /**
   * Begins a run of codes with a term each, whose distances are {@code plus + term − 2·product}: as
   * {@link #limit} for the sums that the next {@link #pass} compares, which contain the terms.
   *
   * <p>A term becomes ⌊(term − least) / (2·step)⌋, at most {@value #MOST_TERM}: less than it is, so
   * that the bound stays one.
   *
   * @param n codes, at most 256
   */
  int begin(float[] terms, int from, int n, float plus, float bound) {
    withTerms = false;
    if (!usable) {
      return Integer.MAX_VALUE;
    }
    int whole = (n + 15) & -16;
    System.arraycopy(terms, from, padded, 0, n);
    Arrays.fill(padded, n, whole, terms[from]);
    FloatVector least = FloatVector.fromArray(F, padded, 0);
    FloatVector most = least;
    for (int i = 16; i < whole; i += 16) {
      FloatVector v = FloatVector.fromArray(F, padded, i);
      least = least.min(v);
      most = most.max(v);
    }
    least.intoArray(ends, 0);
    most.intoArray(ends, 16);
    float low = ends[0];
    float high = ends[16];
    for (int l = 1; l < 16; l++) {
      low = Math.min(low, ends[l]);
      high = Math.max(high, ends[16 + l]);
    }
    double magnitudes = Math.abs((double) plus) + Math.max(Math.abs(low), Math.abs(high));
    double room = 2 * slack + 0x1p-20 * (magnitudes + magnitude);
    double units = (((double) bound - plus - low + room) / 2 - base) / step + 2 + 0.05 * (m + 1);
    if (!(units < Short.MAX_VALUE - 1)) {
      return Integer.MAX_VALUE;
    }
    float inverse = (float) (0.5 / step);
    for (int i = 0; i < whole; i += 16) {
      FloatVector v = FloatVector.fromArray(F, padded, i).sub(low).mul(inverse).min(MOST_TERM);
      IntVector q = (IntVector) v.convert(VectorOperators.F2I, 0);
      ((ShortVector) q.convertShape(VectorOperators.I2S, HALF, 0)).intoArray(first, i);
    }
    withTerms = true;
    return units < 0 ? 0 : (int) units + 1;
  }

  /**
   * Finds the codes of the last {@link PqColumns#split} whose sum is below the limit.
   *
   * @param n codes, a multiple of 32
   * @param found receives bit c of word c / 32 for each code that may beat the bound
   */
  void pass(PqColumns columns, int n, int limit, int[] found) {
    Arrays.fill(sums, 0, n, (short) 0);
    for (int i = 0; i < m; i++) {
      add(columns.pairs, (i >> 1) * PqColumns.BLOCK, 8 * (i & 1), n, table, i * KSUB, sums);
    }
    for (int g = 0; g < n; g += PqColumns.GROUP) {
      ShortVector sum = PqColumns.inOrder(ShortVector.fromArray(S, sums, g));
      if (withTerms) {
        sum = sum.add(ShortVector.fromArray(S, first, g));
      }
      found[g >> 5] = (int) sum.compare(VectorOperators.LT, (short) limit).toLong();
    }
  }

  private static void add(
      short[] pairs, int from, int shift, int n, short[] t, int at, short[] sums) {
    ShortVector t0 = ShortVector.fromArray(S, t, at);
    ShortVector t1 = ShortVector.fromArray(S, t, at + 32);
    ShortVector t2 = ShortVector.fromArray(S, t, at + 64);
    ShortVector t3 = ShortVector.fromArray(S, t, at + 96);
    ShortVector t4 = ShortVector.fromArray(S, t, at + 128);
    ShortVector t5 = ShortVector.fromArray(S, t, at + 160);
    ShortVector t6 = ShortVector.fromArray(S, t, at + 192);
    ShortVector t7 = ShortVector.fromArray(S, t, at + 224);
    for (int g = 0; g < n; g += PqColumns.GROUP) {
      ShortVector c =
          ShortVector.fromArray(S, pairs, from + g).lanewise(VectorOperators.LSHR, shift);
      VectorMask<Short> bit6 = c.and((short) 64).compare(VectorOperators.NE, (short) 0);
      VectorMask<Short> bit7 = c.and((short) 128).compare(VectorOperators.NE, (short) 0);
      ShortVector q = c.and((short) 63);
      ShortVector low = q.selectFrom(t0, t1).blend(q.selectFrom(t2, t3), bit6);
      ShortVector high = q.selectFrom(t4, t5).blend(q.selectFrom(t6, t7), bit6);
      low.blend(high, bit7).add(ShortVector.fromArray(S, sums, g)).intoArray(sums, g);
    }
  }
}
