package io.sagitta.bench;

import io.sagitta.core.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Seeded vectors of the kind of FAISS's {@code SyntheticDataset}: normal points of 10 dimensions,
 * mixed linearly into d, scaled per dimension and passed through a sine. The intrinsic dimension is
 * about ten, so that indexes behave as on real embeddings. The recipe is FAISS's, the random
 * numbers are Java's; equal arguments give equal bytes on every machine and for any number of
 * threads.
 */
public final class SyntheticData {
  private static final int INTRINSIC = 10;
  private static final int BLOCK = 1024;

  private SyntheticData() {}

  /**
   * n × d float32 values in [−1, 1], off heap in {@code arena}.
   *
   * @param seed of the mixing, shared by base, training and query vectors of one data set
   * @param stream which part: vectors of different streams are independent
   */
  public static Vectors make(long n, int d, long seed, int stream, Arena arena) {
    SplittableRandom shared = new SplittableRandom(seed);
    double[][] mix = new double[INTRINSIC][d];
    for (double[] row : mix) {
      for (int j = 0; j < d; j++) {
        row[j] = shared.nextDouble();
      }
    }
    double[] scale = new double[d];
    for (int j = 0; j < d; j++) {
      scale[j] = shared.nextDouble() * 4 + 0.1;
    }
    MemorySegment data = arena.allocate(Math.max(1, n * d * 4), 64);
    int blocks = Math.toIntExact((n + BLOCK - 1) / BLOCK);
    IntStream.range(0, blocks)
        .parallel()
        .forEach(
            block -> {
              long mixed = seed * 0x9E3779B97F4A7C15L + stream * 0xD1B54A32D192ED03L + block;
              SplittableRandom random = new SplittableRandom(mixed);
              double[] point = new double[INTRINSIC];
              double[] sum = new double[d];
              long end = Math.min(n, (block + 1L) * BLOCK);
              for (long i = (long) block * BLOCK; i < end; i++) {
                java.util.Arrays.fill(sum, 0);
                for (int p = 0; p < INTRINSIC; p++) {
                  point[p] = random.nextGaussian();
                  double[] row = mix[p];
                  for (int j = 0; j < d; j++) {
                    sum[j] += point[p] * row[j];
                  }
                }
                for (int j = 0; j < d; j++) {
                  data.set(Vectors.FLOAT, (i * d + j) * 4, (float) Math.sin(sum[j] * scale[j]));
                }
              }
            });
    return new Vectors(n, d, data);
  }
}
