package io.sagitta.core.random;

/**
 * The 32-bit Mersenne Twister mt19937 of Matsumoto and Nishimura (1998), seeded and tempered like
 * {@code std::mt19937}.
 *
 * <p>Not thread-safe: one instance belongs to one thread.
 */
final class MersenneTwister {
  private static final int N = 624;
  private static final int M = 397;
  private static final int MATRIX_A = 0x9908b0df;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7fffffff;

  private final int[] state = new int[N];
  private int next = N;

  /**
   * A generator in the state that {@code std::mt19937(seed)} has.
   *
   * @param seed the 32 seed bits
   */
  MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < N; i++) {
      int previous = state[i - 1];
      state[i] = 1812433253 * (previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next 32 bits; read them as unsigned to get FAISS's value. */
  int nextBits() {
    if (next == N) {
      refill();
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void refill() {
    int i = 0;
    for (; i < N - M; i++) {
      state[i] = state[i + M] ^ twist(state[i], state[i + 1]);
    }
    for (; i < N - 1; i++) {
      state[i] = state[i + M - N] ^ twist(state[i], state[i + 1]);
    }
    state[N - 1] = state[M - 1] ^ twist(state[N - 1], state[0]);
    next = 0;
  }

  private static int twist(int high, int low) {
    int y = (high & UPPER) | (low & LOWER);
    return (y >>> 1) ^ (-(y & 1) & MATRIX_A);
  }
}
