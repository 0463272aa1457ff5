package io.sagitta.core.random;

/**
 * FAISS's {@code RandomGenerator}: the draws FAISS makes from mt19937, bit for bit.
 *
 * <p>The bounded draw is FAISS's biased remainder, kept because k-means selects its training rows
 * and first centroids with it. Not thread-safe: one instance belongs to one thread.
 */
public final class FaissRandom {
  private final MersenneTwister bits;

  /**
   * A generator seeded with the low 32 bits of {@code seed}.
   *
   * @param seed any value; FAISS casts it to an unsigned 32-bit number
   */
  public FaissRandom(long seed) {
    bits = new MersenneTwister((int) seed);
  }

  /** A value in [0, 2^31). */
  public int nextInt() {
    return bits.nextBits() & 0x7fffffff;
  }

  /**
   * A value in [0, {@code bound}): the unsigned 32 bits modulo the bound.
   *
   * @param bound at least 1
   * @throws IllegalArgumentException if the bound is below 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be at least 1, is " + bound);
    }
    return Integer.remainderUnsigned(bits.nextBits(), bound);
  }

  /** A value in [0, 2^62), from two draws, the first giving the low bits. */
  public long nextLong() {
    long low = nextInt();
    return low | ((long) nextInt() << 31);
  }

  /** A value in [0, 1]; 1 itself can come out, because 32 bits are rounded to 24. */
  public float nextFloat() {
    return (bits.nextBits() & 0xffffffffL) / 4294967296f;
  }

  /** A value in [0, 1], both ends included. */
  public double nextDouble() {
    return (bits.nextBits() & 0xffffffffL) / 4294967295.0;
  }
}
