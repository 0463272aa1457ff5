package io.sagitta.hnsw;

import io.sagitta.core.random.FaissRandom;

/**
 * How many levels a graph has, how many neighbour slots each of them, and how likely each is.
 *
 * <p>Level 0 has 2M slots, every upper one M. The probability of level l is e^(−l/m)·(1 − e^(−1/m))
 * with m = 1/ln M, rounded to float32 as FAISS does; levels less likely than 1e−9 do not exist.
 *
 * <p>Immutable; safe for all threads. Source: FAISS {@code HNSW::set_default_probas}.
 */
final class LevelPlan {
  private final double[] probabilities;
  private final int[] cumulative;

  /**
   * A plan read from a file, checked by the caller.
   *
   * @param probabilities of each level
   * @param cumulative slots of all levels below, one entry more than there are levels
   */
  LevelPlan(double[] probabilities, int[] cumulative) {
    this.probabilities = probabilities;
    this.cumulative = cumulative;
  }

  /**
   * The plan of a given M.
   *
   * @throws IllegalArgumentException if M is not in [2, 32768]
   */
  static LevelPlan ofM(int m) {
    if (m < 2 || m > 1 << 15) {
      throw new IllegalArgumentException("M = " + m + " must be in [2, 32768]");
    }
    float multiplier = (float) (1.0 / Math.log(m));
    double[] p = new double[64];
    int levels = 0;
    while (true) {
      float ratio = -levels / multiplier;
      float next = (float) (Math.exp(ratio) * (1 - Math.exp(-1 / multiplier)));
      if (next < 1e-9) {
        break;
      }
      p[levels++] = next;
    }
    int[] cum = new int[levels + 1];
    for (int l = 0; l < levels; l++) {
      cum[l + 1] = cum[l] + (l == 0 ? 2 * m : m);
    }
    return new LevelPlan(java.util.Arrays.copyOf(p, levels), cum);
  }

  /** Number of levels, level 0 included. */
  int levels() {
    return cumulative.length - 1;
  }

  /** Neighbour slots of a point at a level. */
  int slots(int level) {
    return cumulative[level + 1] - cumulative[level];
  }

  /** Slots of all levels below {@code level}. */
  int slotsBelow(int level) {
    return cumulative[level];
  }

  /** The most slots of any level. */
  int maxSlots() {
    int max = 0;
    for (int l = 0; l < levels(); l++) {
      max = Math.max(max, slots(l));
    }
    return max;
  }

  /** M, as far as the slots tell: those of level 1, or half of those of level 0. */
  int m() {
    return levels() > 1 ? slots(1) : slots(0) / 2;
  }

  /** Draws a level. */
  int draw(FaissRandom random) {
    double f = random.nextFloat();
    for (int l = 0; l < probabilities.length; l++) {
      if (f < probabilities[l]) {
        return l;
      }
      f -= probabilities[l];
    }
    return Math.max(0, probabilities.length - 1);
  }

  /** A copy of the probabilities, for files. */
  double[] probabilities() {
    return probabilities.clone();
  }

  /** A copy of the cumulated slots, for files. */
  int[] cumulative() {
    return cumulative.clone();
  }
}
