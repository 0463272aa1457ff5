package io.sagitta.hnsw;

/**
 * Sort keys. Inside this package a distance travels as a <em>key</em>: the distance itself, or the
 * negated similarity, so that smaller is always better. A key and a row pack into one long that
 * orders by key first: the float's bits made monotone in the upper half, the tie in the lower one.
 */
final class Keys {
  private Keys() {}

  /** Monotone integer image of a float; −0 equals 0, NaN counts as the largest finite value. */
  static int order(float key) {
    float k = key + 0f;
    if (Float.isNaN(k)) {
      k = Float.MAX_VALUE;
    }
    int bits = Float.floatToRawIntBits(k);
    return bits ^ ((bits >> 31) & 0x7fffffff);
  }

  /** The float of an image. */
  static float key(int order) {
    return Float.intBitsToFloat(order ^ ((order >> 31) & 0x7fffffff));
  }

  /** Key and row as one long. */
  static long pack(float key, int row) {
    return ((long) order(key) << 32) | (row & 0xffffffffL);
  }

  /** Image of the key of a packed pair. */
  static int orderOf(long packed) {
    return (int) (packed >> 32);
  }

  /** Key of a packed pair. */
  static float keyOf(long packed) {
    return key((int) (packed >> 32));
  }

  /** Row of a packed pair. */
  static int rowOf(long packed) {
    return (int) packed;
  }
}
