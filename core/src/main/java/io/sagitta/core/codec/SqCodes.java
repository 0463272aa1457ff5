package io.sagitta.core.codec;

import java.util.Arrays;

/**
 * The scalar coding rules: one vector to its code and back, in FAISS's scalar arithmetic.
 * Stateless.
 */
final class SqCodes {
  private SqCodes() {}

  /**
   * Encodes one vector.
   *
   * @param trained minimum and extent: of each dimension when {@code each}, else two elements
   * @param code overwritten
   */
  static void encode(
      QuantizerType type, float[] trained, boolean each, float[] x, int at, int d, byte[] code) {
    switch (type) {
      case QT_8BIT, QT_8BIT_UNIFORM -> {
        for (int j = 0; j < d; j++) {
          code[j] = (byte) (int) (255 * unit(x[at + j], trained, each, j, d));
        }
      }
      case QT_4BIT, QT_4BIT_UNIFORM -> {
        Arrays.fill(code, (byte) 0);
        for (int j = 0; j < d; j++) {
          int v = (int) (unit(x[at + j], trained, each, j, d) * 15.0);
          code[j >> 1] |= (byte) (v << ((j & 1) << 2));
        }
      }
      case QT_6BIT -> {
        Arrays.fill(code, (byte) 0);
        for (int j = 0; j < d; j++) {
          int v = (int) (unit(x[at + j], trained, each, j, d) * 63.0);
          int bit = 6 * j;
          int shifted = v << (bit & 7);
          code[bit >> 3] |= (byte) shifted;
          if (shifted > 255) {
            code[(bit >> 3) + 1] |= (byte) (shifted >> 8);
          }
        }
      }
      case QT_FP16 -> {
        for (int j = 0; j < d; j++) {
          putShort(code, j, half(x[at + j]));
        }
      }
      case QT_BF16 -> {
        for (int j = 0; j < d; j++) {
          int bits = Float.floatToRawIntBits(x[at + j]) + 0x8000;
          putShort(code, j, (short) (bits >>> 16));
        }
      }
      case QT_8BIT_DIRECT -> {
        for (int j = 0; j < d; j++) {
          code[j] = (byte) (int) x[at + j];
        }
      }
      case QT_8BIT_DIRECT_SIGNED -> {
        for (int j = 0; j < d; j++) {
          code[j] = (byte) (int) (x[at + j] + 128);
        }
      }
      default -> throw new IllegalStateException(type + " has a coder of its own");
    }
  }

  /**
   * FAISS's half precision: the nearest value, of two equally near the one farther from zero (IEEE
   * 754 takes the even one); NaN becomes 0x7e00. Cutting twelve bits and adding half a unit is what
   * {@code fp16-inl.h} does, which FAISS's wheels use whatever the processor.
   */
  static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int magnitude = bits & 0x7fff_ffff;
    int out;
    if (magnitude >= 0x7f80_0000) {
      out = magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00;
    } else {
      // 2^-112 moves the exponent to that of a half; a half below normal becomes a float below it.
      float scaled = Float.intBitsToFloat(magnitude & ~0xfff) * 0x1p-112f;
      out = Math.min((Float.floatToRawIntBits(scaled) + 0x1000) >> 13, 0x7c00);
    }
    return (short) (out | bits >>> 16 & 0x8000);
  }

  /** The place of a value in its range, within [0, 1]; 0 where the range is empty. */
  private static float unit(float value, float[] trained, boolean each, int j, int d) {
    float min = each ? trained[j] : trained[0];
    float extent = each ? trained[d + j] : trained[1];
    if (extent == 0) {
      return 0;
    }
    float u = (value - min) / extent;
    if (u < 0) {
      u = 0;
    }
    if (u > 1) {
      u = 1;
    }
    return u;
  }

  /** Decodes one vector; the reverse of {@link #encode}. */
  static void decode(
      QuantizerType type,
      float[] trained,
      boolean each,
      byte[] code,
      int from,
      int d,
      float[] x,
      int at) {
    switch (type) {
      case QT_8BIT, QT_8BIT_UNIFORM -> {
        for (int j = 0; j < d; j++) {
          x[at + j] = ((code[from + j] & 0xff) + 0.5f) / 255f;
        }
        spread(trained, each, d, x, at);
      }
      case QT_4BIT, QT_4BIT_UNIFORM -> {
        for (int j = 0; j < d; j++) {
          x[at + j] = (((code[from + (j >> 1)] >> ((j & 1) << 2)) & 15) + 0.5f) / 15f;
        }
        spread(trained, each, d, x, at);
      }
      case QT_6BIT -> {
        for (int j = 0; j < d; j++) {
          x[at + j] = (sixBits(code, from, j) + 0.5f) / 63f;
        }
        spread(trained, each, d, x, at);
      }
      case QT_FP16 -> {
        for (int j = 0; j < d; j++) {
          x[at + j] = Float.float16ToFloat(getShort(code, from, j));
        }
      }
      case QT_BF16 -> {
        for (int j = 0; j < d; j++) {
          x[at + j] = Float.intBitsToFloat(getShort(code, from, j) << 16);
        }
      }
      case QT_8BIT_DIRECT -> {
        for (int j = 0; j < d; j++) {
          x[at + j] = code[from + j] & 0xff;
        }
      }
      case QT_8BIT_DIRECT_SIGNED -> {
        for (int j = 0; j < d; j++) {
          x[at + j] = (code[from + j] & 0xff) - 128;
        }
      }
      default -> throw new IllegalStateException(type + " has a coder of its own");
    }
  }

  private static void spread(float[] trained, boolean each, int d, float[] x, int at) {
    if (each) {
      for (int j = 0; j < d; j++) {
        x[at + j] = trained[j] + x[at + j] * trained[d + j];
      }
    } else {
      float min = trained[0];
      float extent = trained[1];
      for (int j = 0; j < d; j++) {
        x[at + j] = min + x[at + j] * extent;
      }
    }
  }

  private static int sixBits(byte[] code, int from, int j) {
    int bit = 6 * j;
    int at = from + (bit >> 3);
    int word = code[at] & 0xff;
    if ((bit & 7) > 2) {
      word |= (code[at + 1] & 0xff) << 8;
    }
    return (word >> (bit & 7)) & 63;
  }

  private static void putShort(byte[] code, int j, short v) {
    code[2 * j] = (byte) v;
    code[2 * j + 1] = (byte) (v >> 8);
  }

  private static short getShort(byte[] code, int from, int j) {
    return (short) ((code[from + 2 * j] & 0xff) | code[from + 2 * j + 1] << 8);
  }
}
