package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bit layout of product-quantizer codes: sub-codes one after the other, low bits first; 8 bits
 * are one byte each, 16 bits a little-endian pair. Stateless.
 */
final class PqCodes {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PqCodes() {}

  /** Bytes of a code of m sub-codes. */
  static int size(int m, int nbits) {
    return (int) (((long) m * nbits + 7) / 8);
  }

  /** Writes a sub-code into a code whose bits are still zero there. */
  static void put(byte[] code, int from, int m, int nbits, int value) {
    if (nbits == 8) {
      code[from + m] = (byte) value;
      return;
    }
    int bit = m * nbits;
    int at = from + (bit >> 3);
    int shifted = value << (bit & 7);
    code[at] |= (byte) shifted;
    for (int left = (bit & 7) + nbits - 8; left > 0; left -= 8) {
      shifted >>>= 8;
      at++;
      code[at] |= (byte) shifted;
    }
  }

  /** Reads sub-code m of the code at byte {@code o}. */
  static int get(MemorySegment codes, long o, int m, int nbits) {
    if (nbits == 8) {
      return codes.get(ValueLayout.JAVA_BYTE, o + m) & 0xff;
    }
    if (nbits == 16) {
      return codes.get(SHORT, o + 2L * m) & 0xffff;
    }
    long bit = (long) m * nbits;
    long at = o + (bit >> 3);
    int shift = (int) (bit & 7);
    int word = codes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    if (shift + nbits > 8) {
      word |= (codes.get(ValueLayout.JAVA_BYTE, at + 1) & 0xff) << 8;
    }
    if (shift + nbits > 16) {
      word |= (codes.get(ValueLayout.JAVA_BYTE, at + 2) & 0xff) << 16;
    }
    return word >> shift & ((1 << nbits) - 1);
  }
}
