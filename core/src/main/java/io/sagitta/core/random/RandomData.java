package io.sagitta.core.random;

/**
 * FAISS's seeded arrays: permutations, uniform and normal floats, bit for bit.
 *
 * <p>FAISS cuts arrays of 1,024 and more values in 1,024 blocks, each with a generator of its own,
 * so that the values do not depend on the number of threads. The same cut is made here. Stateless
 * and safe for any thread.
 */
public final class RandomData {
  /** Arrays shorter than this are one block; longer ones are cut in this many blocks. */
  private static final int BLOCKS = 1024;

  private RandomData() {}

  /**
   * FAISS's {@code rand_perm}: a permutation of 0 … n − 1.
   *
   * @param n how many values, at least 0
   * @param seed the seed
   * @return a new array of n distinct values
   * @throws IllegalArgumentException if n is negative
   */
  public static int[] permutation(int n, long seed) {
    int[] permutation = identity(n);
    FaissRandom random = new FaissRandom(seed);
    for (int i = 0; i + 1 < n; i++) {
      swap(permutation, i, i + random.nextInt(n - i));
    }
    return permutation;
  }

  /**
   * The first values of {@link #permutation(int, long)}, without drawing the rest.
   *
   * @param n how many values are permuted
   * @param count how many of them are wanted, 0 … n
   * @param seed the seed
   * @return a new array of {@code count} distinct values below n
   * @throws IllegalArgumentException if n is negative or count is outside 0 … n
   */
  public static int[] permutationPrefix(int n, int count, long seed) {
    if (count < 0 || count > n) {
      throw new IllegalArgumentException("count " + count + " is outside 0 … " + n);
    }
    int[] permutation = identity(n);
    FaissRandom random = new FaissRandom(seed);
    for (int i = 0; i < count && i + 1 < n; i++) {
      swap(permutation, i, i + random.nextInt(n - i));
    }
    return java.util.Arrays.copyOf(permutation, count);
  }

  /**
   * FAISS's {@code rand_perm_splitmix64}: a permutation of 0 … n − 1 from the other generator.
   *
   * @param n how many values, at least 0
   * @param seed the seed
   * @return a new array of n distinct values
   * @throws IllegalArgumentException if n is negative
   */
  public static int[] permutationSplitMix64(int n, long seed) {
    int[] permutation = identity(n);
    SplitMix64 random = new SplitMix64(seed);
    for (int i = 0; i + 1 < n; i++) {
      swap(permutation, i, i + random.nextInt(n - i));
    }
    return permutation;
  }

  /**
   * FAISS's {@code float_rand}: uniform values in [0, 1].
   *
   * @param n how many values
   * @param seed the seed
   * @return a new array
   * @throws IllegalArgumentException if n is negative
   */
  public static float[] uniform(int n, long seed) {
    checkCount(n);
    float[] x = new float[n];
    int blocks = n < BLOCKS ? 1 : BLOCKS;
    FaissRandom seeds = new FaissRandom(seed);
    long a0 = seeds.nextInt();
    long b0 = seeds.nextInt();
    for (int block = 0; block < blocks; block++) {
      FaissRandom random = new FaissRandom(a0 + block * b0);
      int end = blockStart(block + 1, n, blocks);
      for (int i = blockStart(block, n, blocks); i < end; i++) {
        x[i] = random.nextFloat();
      }
    }
    return x;
  }

  /**
   * FAISS's {@code float_randn}: normal values of mean 0 and variance 1, by Marsaglia's polar
   * method.
   *
   * @param n how many values
   * @param seed the seed
   * @return a new array
   * @throws IllegalArgumentException if n is negative
   */
  public static float[] normal(int n, long seed) {
    checkCount(n);
    float[] x = new float[n];
    int blocks = n < BLOCKS ? 1 : BLOCKS;
    FaissRandom seeds = new FaissRandom(seed);
    long a0 = seeds.nextInt();
    long b0 = seeds.nextInt();
    for (int block = 0; block < blocks; block++) {
      FaissRandom random = new FaissRandom(a0 + block * b0);
      fillNormal(x, blockStart(block, n, blocks), blockStart(block + 1, n, blocks), random);
    }
    return x;
  }

  private static void fillNormal(float[] x, int from, int to, FaissRandom random) {
    for (int i = from; i < to; i += 2) {
      double a;
      double b;
      double s;
      do {
        a = 2.0 * random.nextDouble() - 1;
        b = 2.0 * random.nextDouble() - 1;
        s = a * a + b * b;
      } while (s >= 1.0);
      double scale = Math.sqrt(-2.0 * StrictMath.log(s) / s);
      x[i] = (float) (a * scale);
      if (i + 1 < to) {
        x[i + 1] = (float) (b * scale);
      }
    }
  }

  private static int blockStart(int block, int n, int blocks) {
    return (int) ((long) block * n / blocks);
  }

  private static int[] identity(int n) {
    checkCount(n);
    int[] permutation = new int[n];
    for (int i = 0; i < n; i++) {
      permutation[i] = i;
    }
    return permutation;
  }

  private static void checkCount(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("n must be at least 0, is " + n);
    }
  }

  private static void swap(int[] a, int i, int j) {
    int t = a[i];
    a[i] = a[j];
    a[j] = t;
  }
}
