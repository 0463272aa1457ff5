package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The product-quantizer code of a query, and how many bits or bytes stored codes differ from it.
 *
 * <p>The code is what {@link ProductQuantizer#encode} gives but where two centroids are equally
 * near up to rounding: here the lowest of the least table entries is taken, as FAISS does. A query
 * with NaN gets the first centroids.
 *
 * <p>For one thread; reusable; allocates nothing after construction. Source: FAISS {@code
 * QueryTables::q_code} and {@code HammingComputer}.
 */
public final class PqQueryCode {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ProductQuantizer pq;
  private final int size;
  private final int whole;
  private final float[] query;
  private final float[] table;
  private final byte[] code;
  private final MemorySegment view;
  private final long[] words;

  /** For a trained quantizer. */
  public PqQueryCode(ProductQuantizer pq) {
    this.pq = pq;
    size = pq.codeSize();
    whole = size / 8;
    query = new float[pq.d()];
    table = new float[pq.m() * pq.ksub()];
    code = new byte[size];
    view = MemorySegment.ofArray(code);
    words = new long[whole];
  }

  /**
   * Encodes a query.
   *
   * @param x d floats at byte {@code offset}
   */
  public void set(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
    set(query, 0);
  }

  /** Encodes the d elements from {@code at} on. */
  public void set(float[] x, int at) {
    pq.computeTable(x, at, false, table, 0);
    Arrays.fill(code, (byte) 0);
    int ksub = pq.ksub();
    for (int i = 0; i < pq.m(); i++) {
      int base = i * ksub;
      int best = 0;
      float least = Float.POSITIVE_INFINITY;
      for (int c = 0; c < ksub; c++) {
        if (table[base + c] < least) {
          least = table[base + c];
          best = c;
        }
      }
      PqCodes.put(code, 0, i, pq.nbits(), best);
    }
    for (int w = 0; w < whole; w++) {
      words[w] = view.get(LONG, 8L * w);
    }
  }

  /** The query's sub-code of a sub-quantizer. */
  public int subCode(int i) {
    return PqCodes.get(view, 0, i, pq.nbits());
  }

  /** Bits in which the code at byte {@code offset} differs. */
  public int bits(MemorySegment codes, long offset) {
    int sum = 0;
    for (int w = 0; w < whole; w++) {
      sum += Long.bitCount(codes.get(LONG, offset + 8L * w) ^ words[w]);
    }
    for (int i = 8 * whole; i < size; i++) {
      sum += Integer.bitCount((codes.get(ValueLayout.JAVA_BYTE, offset + i) ^ code[i]) & 0xff);
    }
    return sum;
  }

  /** Bytes in which the code at byte {@code offset} differs (FAISS's generalized Hamming). */
  public int bytes(MemorySegment codes, long offset) {
    int sum = 0;
    for (int w = 0; w < whole; w++) {
      long x = codes.get(LONG, offset + 8L * w) ^ words[w];
      // The top bit of each byte: whether any bit of it is set.
      long any = (x & 0x7f7f7f7f7f7f7f7fL) + 0x7f7f7f7f7f7f7f7fL | x;
      sum += Long.bitCount(any & 0x8080808080808080L);
    }
    for (int i = 8 * whole; i < size; i++) {
      sum += codes.get(ValueLayout.JAVA_BYTE, offset + i) == code[i] ? 0 : 1;
    }
    return sum;
  }

  /**
   * Finds the codes that differ in fewer than {@code threshold} bits among n that lie one after the
   * other.
   *
   * @param rows receives their numbers, ascending; n elements, those behind the last number are
   *     scratch
   * @return how many there are
   */
  public int within(MemorySegment codes, long offset, int n, int threshold, int[] rows) {
    int found = 0;
    if (size == 16) {
      long a = words[0];
      long b = words[1];
      for (int i = 0; i < n; i++) {
        long at = offset + 16L * i;
        rows[found] = i;
        int differ =
            Long.bitCount(codes.get(LONG, at) ^ a) + Long.bitCount(codes.get(LONG, at + 8) ^ b);
        found += differ < threshold ? 1 : 0;
      }
      return found;
    }
    for (int i = 0; i < n; i++) {
      rows[found] = i;
      found += bits(codes, offset + (long) i * size) < threshold ? 1 : 0;
    }
    return found;
  }
}
