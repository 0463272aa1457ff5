package io.sagitta.core.random;

/**
 * The splitmix64 generator (Steele, Lea, Flood 2014) with FAISS's draws. FAISS uses it for the fast
 * subsampling of training sets and for the signs of the Hadamard rotation.
 *
 * <p>Not thread-safe: one instance belongs to one thread.
 */
public final class SplitMix64 {
  private long state;

  /**
   * A generator that starts at {@code seed}.
   *
   * @param seed any value
   */
  public SplitMix64(long seed) {
    state = seed;
  }

  /** The next 64 bits. */
  public long nextBits() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A value in [0, 2^31). */
  public int nextInt() {
    return (int) nextBits() & 0x7fffffff;
  }

  /**
   * A value in [0, {@code bound}): the unsigned 64 bits modulo the bound.
   *
   * @param bound at least 1
   * @throws IllegalArgumentException if the bound is below 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be at least 1, is " + bound);
    }
    return (int) Long.remainderUnsigned(nextBits(), bound);
  }

  /** A value in [0, 2^63). */
  public long nextLong() {
    return nextBits() & Long.MAX_VALUE;
  }
}
