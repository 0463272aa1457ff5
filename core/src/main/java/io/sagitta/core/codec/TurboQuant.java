package io.sagitta.core.codec;

import io.sagitta.core.linalg.HouseholderQr;
import io.sagitta.core.linalg.WalshHadamard;
import io.sagitta.core.random.FaissRandom;
import io.sagitta.core.random.RandomData;
import java.util.Arrays;

/**
 * The table types of {@link ScalarQuantizer}: TurboQuant (Zandieh and others 2025) as FAISS codes
 * it.
 *
 * <p>The MSE types store for each component the nearest table value, as a stream of b-bit indices,
 * low bits first. The TQ types store unit vectors so, in bit planes, and then the signs of a
 * projection of what is left, the norm, and the norm of the rest. The table comes from the file;
 * its seed regenerates the projection.
 *
 * <p>Immutable; safe for all threads.
 */
final class TurboQuant {
  private static final float TINY_NORM = 1e-30f;

  private final int d;
  private final int bits;
  private final boolean withSigns;
  private final float[] centroids;
  private final float[] borders;
  private final int planeBytes;
  private final int padded;
  private final float[] flips;
  private final float[] rotation;

  /**
   * @param table as in a file: values, borders, and for the TQ types the seed and kind of
   *     projection
   */
  TurboQuant(int d, QuantizerType type, float[] table) {
    this.d = d;
    bits = type.tableBits();
    int k = 1 << bits;
    centroids = Arrays.copyOf(table, k);
    borders = Arrays.copyOfRange(table, k, 2 * k - 1);
    withSigns = type.range() == QuantizerType.Range.TABLE_AND_SIGNS;
    planeBytes = (d + 7) / 8;
    float[] rotationMatrix = {};
    float[] signFlips = {};
    int width = d;
    if (withSigns) {
      long seed =
          (Float.floatToRawIntBits(table[2 * k - 1]) & 0xffffffffL)
              | (long) Float.floatToRawIntBits(table[2 * k]) << 32;
      if ((int) table[2 * k + 1] == 0) {
        width = d == 1 ? 1 : Integer.highestOneBit(d - 1) << 1;
        signFlips = new float[width];
        FaissRandom random = new FaissRandom(seed);
        for (int i = 0; i < width; i++) {
          signFlips[i] = random.nextInt(2) == 0 ? 1f : -1f;
        }
      } else {
        rotationMatrix = RandomData.normal(Math.multiplyExact(d, d), seed);
        HouseholderQr.orthonormalise(rotationMatrix, d, d);
      }
    }
    padded = width;
    flips = signFlips;
    rotation = rotationMatrix;
  }

  void encode(float[] x, int at, byte[] code) {
    Arrays.fill(code, (byte) 0);
    if (withSigns) {
      encodeWithSigns(x, at, code);
      return;
    }
    for (int j = 0; j < d; j++) {
      int bit = j * bits;
      int packed = index(x[at + j]) << (bit & 7);
      code[bit >> 3] |= (byte) packed;
      if (packed > 255) {
        code[(bit >> 3) + 1] |= (byte) (packed >> 8);
      }
    }
  }

  /** How many floats {@link #decode} needs room for. */
  int scratchSize() {
    return withSigns ? padded + d : 0;
  }

  /**
   * @param scratch at least {@link #scratchSize()} floats, of this call alone
   */
  void decode(byte[] code, int from, float[] x, int at, float[] scratch) {
    if (withSigns) {
      decodeWithSigns(code, from, x, at, scratch);
      return;
    }
    int mask = (1 << bits) - 1;
    for (int j = 0; j < d; j++) {
      int bit = j * bits;
      int packed = code[from + (bit >> 3)] & 0xff;
      if ((bit & 7) + bits > 8) {
        packed |= (code[from + (bit >> 3) + 1] & 0xff) << 8;
      }
      x[at + j] = centroids[packed >> (bit & 7) & mask];
    }
  }

  /** Whether a code holds the vector's norm. */
  boolean storesNorm() {
    return withSigns;
  }

  /** The norm of the vector that was coded. */
  float storedNorm(byte[] code) {
    return getFloat(code, (bits + 1) * planeBytes);
  }

  /** How many borders are not above the value. */
  private int index(float value) {
    int lo = 0;
    int hi = borders.length;
    while (lo < hi) {
      int mid = (lo + hi) >>> 1;
      if (value < borders[mid]) {
        hi = mid;
      } else {
        lo = mid + 1;
      }
    }
    return lo;
  }

  private void encodeWithSigns(float[] x, int at, byte[] code) {
    float root = (float) Math.sqrt(d);
    float norm = Math.max(TINY_NORM, norm(x, at, d));
    float[] rest = new float[padded];
    for (int j = 0; j < d; j++) {
      float unit = x[at + j] / norm;
      int index = index(unit * root);
      for (int p = 0; p < bits; p++) {
        code[p * planeBytes + (j >> 3)] |= (byte) ((index >> p & 1) << (j & 7));
      }
      rest[j] = unit - centroids[index] * (1f / root);
    }
    float gamma = norm(rest, 0, d);
    float[] projected = project(rest);
    int signs = bits * planeBytes;
    for (int j = 0; j < d; j++) {
      if (projected[j] > 0) {
        code[signs + (j >> 3)] |= (byte) (1 << (j & 7));
      }
    }
    putFloat(code, signs + planeBytes, norm);
    putFloat(code, signs + planeBytes + 4, gamma);
  }

  private void decodeWithSigns(byte[] code, int from, float[] x, int at, float[] scratch) {
    int signs = from + bits * planeBytes;
    float norm = getFloat(code, signs + planeBytes);
    float gamma = getFloat(code, signs + planeBytes + 4);
    float unit = 1f / (float) Math.sqrt(padded);
    Arrays.fill(scratch, d, padded, 0);
    for (int j = 0; j < d; j++) {
      scratch[j] = (code[signs + (j >> 3)] >> (j & 7) & 1) != 0 ? unit : -unit;
    }
    int back = projectBack(scratch);
    float scale = (float) Math.sqrt(Math.PI / 2) / d * gamma;
    float tableScale = 1f / (float) Math.sqrt(d);
    for (int j = 0; j < d; j++) {
      int index = 0;
      for (int p = 0; p < bits; p++) {
        index |= (code[from + p * planeBytes + (j >> 3)] >> (j & 7) & 1) << p;
      }
      x[at + j] = (centroids[index] * tableScale + scale * scratch[back + j]) * norm;
    }
  }

  private float[] project(float[] x) {
    if (rotation.length == 0) {
      float[] out = x.clone();
      for (int j = 0; j < d; j++) {
        out[j] *= flips[j];
      }
      WalshHadamard.transform(out, 0, padded);
      return out;
    }
    float[] out = new float[d];
    for (int i = 0; i < d; i++) {
      float sum = 0;
      for (int j = 0; j < d; j++) {
        sum += rotation[i * d + j] * x[j];
      }
      out[i] = sum;
    }
    return out;
  }

  /** Projects the first elements back; returns where the result stands in {@code x}. */
  private int projectBack(float[] x) {
    if (rotation.length == 0) {
      WalshHadamard.transform(x, 0, padded);
      for (int j = 0; j < d; j++) {
        x[j] *= flips[j];
      }
      return 0;
    }
    Arrays.fill(x, padded, padded + d, 0);
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        x[padded + j] += rotation[i * d + j] * x[i];
      }
    }
    return padded;
  }

  private static float norm(float[] x, int at, int n) {
    float sum = 0;
    for (int j = at; j < at + n; j++) {
      sum += x[j] * x[j];
    }
    return (float) Math.sqrt(sum);
  }

  private static void putFloat(byte[] code, int at, float v) {
    int bits = Float.floatToRawIntBits(v);
    for (int i = 0; i < 4; i++) {
      code[at + i] = (byte) (bits >> 8 * i);
    }
  }

  private static float getFloat(byte[] code, int at) {
    return Float.intBitsToFloat(
        (code[at] & 0xff)
            | (code[at + 1] & 0xff) << 8
            | (code[at + 2] & 0xff) << 16
            | code[at + 3] << 24);
  }
}
