package io.sagitta.conformance.live;

import java.util.SplittableRandom;

/** What the vectors of a live case look like. */
enum DataKind {
  /** Standard normal. */
  NORMAL,
  /** Eight Gaussian clusters. */
  CLUSTERED,
  /** Whole numbers 0..15: distances are exact in float32, ties are common. */
  INTEGER,
  /** A few different whole vectors, each many times. */
  DUPLICATES,
  /** Whole numbers with half of the vectors all zero. */
  ZEROS,
  /** Uniform in [0, 1). */
  UNIT;

  /** Whether squared distances and products are exact. */
  boolean exact() {
    return this == INTEGER || this == DUPLICATES || this == ZEROS;
  }

  /** n × d values; equal arguments give equal values. */
  float[] make(int n, int d, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] out = new float[n * d];
    float[] centers = new float[8 * d];
    SplittableRandom shared = new SplittableRandom(seed >>> 20);
    for (int i = 0; i < centers.length; i++) {
      centers[i] = (float) (shared.nextGaussian() * 3);
    }
    for (int i = 0; i < n; i++) {
      int pick = random.nextInt(8);
      boolean zero = random.nextInt(2) == 0;
      SplittableRandom fixed = new SplittableRandom(seed + pick);
      for (int j = 0; j < d; j++) {
        out[i * d + j] =
            switch (this) {
              case NORMAL -> (float) random.nextGaussian();
              case CLUSTERED -> centers[pick * d + j] + (float) random.nextGaussian();
              case INTEGER -> random.nextInt(16);
              case DUPLICATES -> fixed.nextInt(4);
              case ZEROS -> zero ? 0 : random.nextInt(16);
              case UNIT -> (float) random.nextDouble();
            };
      }
    }
    return out;
  }
}
