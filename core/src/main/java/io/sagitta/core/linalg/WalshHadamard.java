package io.sagitta.core.linalg;

/** The fast Walsh–Hadamard transform, unnormalised. Stateless; safe for all threads. */
public final class WalshHadamard {
  private WalshHadamard() {}

  /**
   * Transforms n elements in place: log2(n) rounds of sums and differences, in FAISS's order.
   *
   * @param at index of the first element
   * @param n a power of two
   * @throws IllegalArgumentException if n is not a power of two
   */
  public static void transform(float[] x, int at, int n) {
    if (Integer.bitCount(n) != 1) {
      throw new IllegalArgumentException("n = " + n + " is not a power of two");
    }
    for (int half = 1; half < n; half <<= 1) {
      for (int block = at; block < at + n; block += 2 * half) {
        for (int j = block; j < block + half; j++) {
          float a = x[j];
          float b = x[j + half];
          x[j] = a + b;
          x[j + half] = a - b;
        }
      }
    }
  }
}
