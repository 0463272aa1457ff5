package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Scores codes of one byte a sub-quantizer: eight table entries for each 8-byte load, four codes at
 * a time, whose additions do not wait for each other.
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
    out[at] = sum0;
    out[at + 1] = sum1;
    out[at + 2] = sum2;
    out[at + 3] = sum3;
  }
}
