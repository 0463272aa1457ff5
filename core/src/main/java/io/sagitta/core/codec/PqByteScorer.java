package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Scores codes of one byte a sub-quantizer: eight table entries for each 8-byte load, four codes at
 * a time, whose additions do not wait for each other.
 *
 * <p>Under a bound, four codes are given up together after any eight entries that bring all four
 * sums to the bound: squared distances are not negative, and adding such a float never makes a sum
 * smaller. A sum given up is a value that does not beat the bound, as {@link #scoreRunBounded}
 * allows; one that is finished has the bits of {@link #score}.
 */
class PqByteScorer extends PqTables {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  PqByteScorer(ProductQuantizer quantizer, boolean innerProduct) {
    super(quantizer, innerProduct);
  }

  @Override
  public final float score(MemorySegment codes, long offset) {
    float[] t = table;
    float sum = 0;
    int i = 0;
    for (; i + 8 <= m; i += 8) {
      long w = codes.get(LONG, offset + i);
      int b = i << 8;
      sum += t[b + (int) (w & 0xff)];
      sum += t[b + 256 + (int) (w >>> 8 & 0xff)];
      sum += t[b + 512 + (int) (w >>> 16 & 0xff)];
      sum += t[b + 768 + (int) (w >>> 24 & 0xff)];
      sum += t[b + 1024 + (int) (w >>> 32 & 0xff)];
      sum += t[b + 1280 + (int) (w >>> 40 & 0xff)];
      sum += t[b + 1536 + (int) (w >>> 48 & 0xff)];
      sum += t[b + 1792 + (int) (w >>> 56)];
    }
    for (; i < m; i++) {
      sum += t[(i << 8) + (codes.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff)];
    }
    return sum;
  }

  @Override
  public void scoreRunBounded(
      MemorySegment codes, long offset, int n, float bound, float[] out, int at) {
    if (innerProduct || m < 16) {
      scoreRun(codes, offset, n, out, at);
      return;
    }
    int fours = n & -4;
    for (int i = 0; i < fours; i += 4) {
      sumFour(codes, offset + (long) i * codeSize, bound, out, at + i);
    }
    scoreRun(codes, offset + (long) fours * codeSize, n - fours, out, at + fours);
  }

  /** Sums of four codes one after the other, given up when all four have reached the bound. */
  private void sumFour(MemorySegment codes, long offset, float bound, float[] out, int at) {
    float[] t = table;
    int size = codeSize;
    long o1 = offset + size;
    long o2 = o1 + size;
    long o3 = o2 + size;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = 0;
    for (; i + 8 <= m; i += 8) {
      long w0 = codes.get(LONG, offset + i);
      long w1 = codes.get(LONG, o1 + i);
      long w2 = codes.get(LONG, o2 + i);
      long w3 = codes.get(LONG, o3 + i);
      int b = i << 8;
      for (int j = 0; j < 8; j++) {
        sum0 += t[b + (int) (w0 & 0xff)];
        sum1 += t[b + (int) (w1 & 0xff)];
        sum2 += t[b + (int) (w2 & 0xff)];
        sum3 += t[b + (int) (w3 & 0xff)];
        w0 >>>= 8;
        w1 >>>= 8;
        w2 >>>= 8;
        w3 >>>= 8;
        b += 256;
      }
      if (sum0 >= bound && sum1 >= bound && sum2 >= bound && sum3 >= bound) {
        put(sum0, sum1, sum2, sum3, out, at);
        return;
      }
    }
    for (; i < m; i++) {
      int b = i << 8;
      sum0 += t[b + (codes.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff)];
      sum1 += t[b + (codes.get(ValueLayout.JAVA_BYTE, o1 + i) & 0xff)];
      sum2 += t[b + (codes.get(ValueLayout.JAVA_BYTE, o2 + i) & 0xff)];
      sum3 += t[b + (codes.get(ValueLayout.JAVA_BYTE, o3 + i) & 0xff)];
    }
    put(sum0, sum1, sum2, sum3, out, at);
  }

  @Override
  public final void scoreFour(
      MemorySegment s0,
      long o0,
      MemorySegment s1,
      long o1,
      MemorySegment s2,
      long o2,
      MemorySegment s3,
      long o3,
      float[] out,
      int at) {
    float[] t = table;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = 0;
    for (; i + 8 <= m; i += 8) {
      long w0 = s0.get(LONG, o0 + i);
      long w1 = s1.get(LONG, o1 + i);
      long w2 = s2.get(LONG, o2 + i);
      long w3 = s3.get(LONG, o3 + i);
      int b = i << 8;
      for (int j = 0; j < 8; j++) {
        sum0 += t[b + (int) (w0 & 0xff)];
        sum1 += t[b + (int) (w1 & 0xff)];
        sum2 += t[b + (int) (w2 & 0xff)];
        sum3 += t[b + (int) (w3 & 0xff)];
        w0 >>>= 8;
        w1 >>>= 8;
        w2 >>>= 8;
        w3 >>>= 8;
        b += 256;
      }
    }
    for (; i < m; i++) {
      int b = i << 8;
      sum0 += t[b + (s0.get(ValueLayout.JAVA_BYTE, o0 + i) & 0xff)];
      sum1 += t[b + (s1.get(ValueLayout.JAVA_BYTE, o1 + i) & 0xff)];
      sum2 += t[b + (s2.get(ValueLayout.JAVA_BYTE, o2 + i) & 0xff)];
      sum3 += t[b + (s3.get(ValueLayout.JAVA_BYTE, o3 + i) & 0xff)];
    }
    put(sum0, sum1, sum2, sum3, out, at);
  }

  private static void put(float a, float b, float c, float e, float[] out, int at) {
    out[at] = a;
    out[at + 1] = b;
    out[at + 2] = c;
    out[at + 3] = e;
  }
}
