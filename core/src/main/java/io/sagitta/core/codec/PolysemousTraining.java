package io.sagitta.core.codec;

import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.FaissRandom;
import java.lang.foreign.MemorySegment;

/**
 * Numbers a product quantizer's centroids anew, so that the bits in which two codes differ tell how
 * far apart their centroids lie: then a search may pass over codes by their Hamming distance alone
 * (Douze, Jégou, Perronnin, <i>Polysemous codes</i>, 2016). Distances and recall of a search by
 * tables stay what they were.
 *
 * <p>Simulated annealing over permutations, one sub-quantizer a thread, with FAISS's draws. A swap
 * is judged by the same sum as in FAISS, formed in another order (so do FAISS's own SIMD levels
 * among each other): permutations are equal unless rounding decides a swap.
 *
 * <p>Immutable. Source: FAISS {@code PolysemousTraining} and {@code SimulatedAnnealingOptimizer},
 * {@code OT_ReproduceDistances_affine}, {@code OT_Ranking_weighted_diff}.
 *
 * @param initTemperature chance of taking a bad swap at the start
 * @param temperatureDecay what that chance is multiplied by at each step
 * @param iterations steps of a run
 * @param redo runs, of which the cheapest result is kept, ≥ 1
 * @param seed of the draws, the same for every sub-quantizer
 * @param onlyBitFlips whether only codes that differ in one bit are swapped
 * @param initRandom whether runs start from a random permutation
 * @param distanceWeight decay of a distance's weight: close centroids count more
 * @param maxMemory bytes all threads together may use
 * @param objective what the numbers are for
 * @param rankedVectors how many of the training vectors, at most a quarter of them, are kept back
 *     from k-means to be ranked ({@code ntrain_permutation}); 0: the centroids rank each other.
 *     Unlike in FAISS this holds for an inverted file too, which there ranks all pairs of its
 *     training vectors: 2·10¹³ steps for 65,536
 */
public record PolysemousTraining(
    double initTemperature,
    double temperatureDecay,
    int iterations,
    int redo,
    int seed,
    boolean onlyBitFlips,
    boolean initRandom,
    double distanceWeight,
    long maxMemory,
    PolysemousObjective objective,
    int rankedVectors) {

  /** FAISS's settings. */
  public static final PolysemousTraining DEFAULTS =
      new PolysemousTraining(
          0.7,
          0.9997893011688015,
          500_000,
          2,
          123,
          false,
          false,
          Math.log(2),
          20L << 30,
          PolysemousObjective.REPRODUCE_DISTANCES,
          0);

  /** Checks the ranges. */
  public PolysemousTraining {
    if (iterations < 0 || redo < 1) {
      throw new IllegalArgumentException(
          "iterations = " + iterations + " and redo = " + redo + " must be at least 0 and 1");
    }
    if (rankedVectors < 0) {
      throw new IllegalArgumentException("rankedVectors = " + rankedVectors + " is negative");
    }
  }

  /** These settings with another number of steps. */
  public PolysemousTraining withIterations(int steps) {
    return new PolysemousTraining(
        initTemperature,
        temperatureDecay,
        steps,
        redo,
        seed,
        onlyBitFlips,
        initRandom,
        distanceWeight,
        maxMemory,
        objective,
        rankedVectors);
  }

  /** These settings with another objective. */
  public PolysemousTraining withObjective(PolysemousObjective aim, int ranked) {
    return new PolysemousTraining(
        initTemperature,
        temperatureDecay,
        iterations,
        redo,
        seed,
        onlyBitFlips,
        initRandom,
        distanceWeight,
        maxMemory,
        aim,
        ranked);
  }

  /** How many of n training vectors k-means does without. */
  long keptBack(long n) {
    return Math.min(rankedVectors, n / 4);
  }

  /**
   * The centroids in their new order.
   *
   * @param pq has the centroids; not changed
   * @param ranked the vectors to rank, a quarter of them as queries; none: the centroids
   * @throws IllegalArgumentException if a sub-quantizer's tables need more than {@link #maxMemory}
   *     or half of the Java heap, or other than 8-bit codes are to be ranked
   * @throws java.util.concurrent.CancellationException if the listener stops it
   */
  float[] reorder(ProductQuantizer pq, Vectors ranked, ProgressListener listener) {
    boolean ranking = objective == PolysemousObjective.RANKING;
    if (ranking && pq.nbits() != RankingCost.BITS) {
      throw new IllegalArgumentException(
          "ranking needs codes of " + RankingCost.BITS + " bits, these have " + pq.nbits());
    }
    int m = pq.m();
    int dsub = pq.dsub();
    int threads = threads(m, pq.nbits());
    float[] centroids = pq.rawCentroids();
    float[] out = new float[centroids.length];
    byte[] codes = new byte[ranking ? Math.toIntExact(ranked.n() * pq.codeSize()) : 0];
    pq.encode(codes.length == 0 ? ranked.slice(0, 0) : ranked, MemorySegment.ofArray(codes), 0);
    int size = dsub << pq.nbits();
    for (int done = 0; done < m; done += threads) {
      listener.report("polysemous training", done, m);
      int first = done;
      Parallelism.forRange(
          Math.min(threads, m - done),
          1,
          (from, to) -> {
            for (int i = first + (int) from; i < first + (int) to; i++) {
              PermutationCost cost =
                  ranking
                      ? RankedRows.cost(pq, i, ranked, codes)
                      : new HammingCost(centroids, i * size, pq.nbits(), dsub, this);
              int[] order = anneal(cost);
              for (int c = 0; c < order.length; c++) {
                int at = i * size + order[c] * dsub;
                System.arraycopy(centroids, i * size + c * dsub, out, at, dsub);
              }
            }
          });
    }
    listener.report("polysemous training", m, m);
    return out;
  }

  /** Sub-quantizers at a time, by the memory they take. */
  private int threads(int m, int nbits) {
    long bytes =
        objective == PolysemousObjective.RANKING
            ? RankingCost.bytes(nbits)
            : HammingCost.bytes(nbits);
    long most = Math.min(maxMemory, Runtime.getRuntime().maxMemory() / 2);
    if (bytes > most || nbits > HammingCost.MAX_BITS) {
      throw new IllegalArgumentException(
          "polysemous training of "
              + nbits
              + "-bit codes needs "
              + bytes
              + " bytes a thread, more than the "
              + most
              + " it may use; leave it out (\"np\" in a factory string)");
    }
    return Math.clamp(most / bytes, 1, Math.min(m, Parallelism.current().threads()));
  }

  /** The code of each centroid at the end of the best run. */
  int[] anneal(PermutationCost aim) {
    FaissRandom random = new FaissRandom(seed);
    int n = aim.size();
    int[] best = new int[n];
    double least = 1e30;
    for (int run = 0; run < redo; run++) {
      int[] order = new int[n];
      for (int i = 0; i < n; i++) {
        order[i] = i;
      }
      if (initRandom) {
        for (int i = 0; i < n; i++) {
          swap(order, i, i + random.nextInt(n - i));
        }
      }
      // FAISS keeps a run's cost in a float.
      float cost = (float) run(aim, order, random);
      if (cost < least) {
        best = order;
        least = cost;
      }
    }
    return best;
  }

  private double run(PermutationCost aim, int[] order, FaissRandom random) {
    int n = order.length;
    double cost = aim.cost(order);
    if (n < 2) {
      return cost;
    }
    int bits = Integer.numberOfTrailingZeros(n);
    double temperature = initTemperature;
    for (int step = 0; step < iterations; step++) {
      temperature *= temperatureDecay;
      int i = random.nextInt(n);
      int j;
      if (onlyBitFlips) {
        j = i ^ (1 << random.nextInt(bits));
      } else {
        j = random.nextInt(n - 1);
        if (j == i) {
          j++;
        }
      }
      double change = aim.change(order, i, j);
      if (change < 0 || random.nextFloat() < temperature) {
        swap(order, i, j);
        cost += change;
      }
    }
    return cost;
  }

  private static void swap(int[] order, int i, int j) {
    int t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
}
