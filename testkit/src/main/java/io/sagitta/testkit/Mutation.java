package io.sagitta.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Damages bytes in the ways files are damaged, by accident and on purpose. Stateless. */
final class Mutation {
  private static final long[] EXTREMES = {
    0,
    1,
    2,
    -1,
    7,
    8,
    255,
    256,
    1 << 16,
    1 << 20,
    (1 << 20) + 1,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    (1L << 40) + 3,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE / 4,
    Long.MAX_VALUE / 8 + 1
  };

  private Mutation() {}

  /** A damaged copy of {@code bytes}; {@code other} lends pieces. */
  static byte[] of(byte[] bytes, byte[] other, Random r) {
    byte[] b = bytes.clone();
    int times = r.nextInt(4) == 0 ? 2 + r.nextInt(4) : 1;
    for (int i = 0; i < times && b.length > 0; i++) {
      b = once(b, other, r);
    }
    return b;
  }

  private static byte[] once(byte[] b, byte[] other, Random r) {
    int at = place(b.length, r);
    switch (r.nextInt(9)) {
      case 0 -> b[at] ^= (byte) (1 << r.nextInt(8));
      case 1 -> b[at] = (byte) r.nextInt();
      case 2, 3 -> put(b, at, 4, EXTREMES[r.nextInt(EXTREMES.length)]);
      case 4, 5 -> put(b, at, 8, EXTREMES[r.nextInt(EXTREMES.length)]);
      case 6 -> {
        return Arrays.copyOf(b, at);
      }
      case 7 -> {
        // A piece is taken out, or put in.
        int n = 1 + r.nextInt(Math.min(64, b.length));
        int from = Math.min(at, b.length - n);
        byte[] out = new byte[b.length - n];
        System.arraycopy(b, 0, out, 0, from);
        System.arraycopy(b, from + n, out, from, b.length - from - n);
        return out;
      }
      default -> {
        int n = Math.min(1 + r.nextInt(64), Math.min(other.length, b.length - at));
        int from = r.nextInt(other.length - n + 1);
        System.arraycopy(other, from, b, at, n);
      }
    }
    return b;
  }

  /** Mostly near the beginning, where the sizes stand. */
  private static int place(int length, Random r) {
    return r.nextBoolean() ? r.nextInt(length) : r.nextInt(Math.min(length, 160));
  }

  private static void put(byte[] b, int at, int width, long value) {
    byte[] v = new byte[8];
    ByteBuffer.wrap(v).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    System.arraycopy(v, 0, b, at, Math.min(width, b.length - at));
  }
}
