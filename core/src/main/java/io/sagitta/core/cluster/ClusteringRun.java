package io.sagitta.core.cluster;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.RandomData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The iterations of a k-means training on rows that are sampled already. One use, one thread.
 *
 * <p>The sums FAISS forms in float32 (objective, centroids) are formed in float32 in the same
 * order.
 */
final class ClusteringRun {
  /** FAISS's distance between the seeds of two runs. */
  private static final long REDO_SEED_STEP = 15486557L;

  private final ClusteringParameters parameters;
  private final TrainingRows x;
  private final float @Nullable [] weights;
  private final int k;
  private final int d;
  private final CentroidAssigner assigner;
  private final ProgressListener listener;
  private final int[] labels;
  private final float[] distances;
  private final long started = System.nanoTime();
  private long searchNanos;
  private float[] centroids = {};
  private List<IterationStats> stats = new ArrayList<>();

  ClusteringRun(
      ClusteringParameters parameters,
      TrainingRows x,
      float @Nullable [] weights,
      int k,
      CentroidAssigner assigner,
      ProgressListener listener) {
    this.parameters = parameters;
    this.x = x;
    this.weights = weights;
    this.k = k;
    this.d = x.d();
    this.assigner = assigner;
    this.listener = listener;
    labels = new int[x.n()];
    distances = new float[x.n()];
  }

  float[] centroids() {
    return centroids;
  }

  List<IterationStats> stats() {
    return List.copyOf(stats);
  }

  /**
   * All runs; keeps the best.
   *
   * @param given centroids that the user set, a multiple of d elements
   */
  void runAll(float[] given, long seed) {
    float[] best = {};
    List<IterationStats> bestStats = List.of();
    float bestObjective =
        assigner.largerIsBetter() ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
    for (int redo = 0; redo < parameters.nredo(); redo++) {
      // Like FAISS, a later run starts from the user's centroids as the run before left them.
      float[] start = redo == 0 ? given : Arrays.copyOf(centroids, given.length);
      centroids = Arrays.copyOf(start, k * d);
      float objective = run(given.length / d, seed + 1 + redo * REDO_SEED_STEP, redo);
      if (parameters.nredo() > 1
          && (assigner.largerIsBetter() ? objective > bestObjective : objective < bestObjective)) {
        bestObjective = objective;
        best = centroids.clone();
        bestStats = List.copyOf(stats);
      }
    }
    if (parameters.nredo() > 1) {
      centroids = best;
      stats = new ArrayList<>(bestStats);
      assigner.setCentroids(Vectors.of(centroids, d), false);
    }
  }

  private float run(int given, long seed, int redo) {
    if (given < k) {
      choose(given, seed);
    }
    normalise();
    assigner.setCentroids(Vectors.of(centroids, d), false);
    int frozen = parameters.frozenCentroids() ? given : 0;
    float[] sizes = new float[k - frozen];
    float objective = 0;
    float previous = 0;
    int total = parameters.niter() * parameters.nredo();
    for (int i = 0; i < parameters.niter(); i++) {
      listener.report("k-means", (long) redo * parameters.niter() + i, total);
      long t = System.nanoTime();
      assignAll();
      searchNanos += System.nanoTime() - t;
      objective = 0;
      for (float distance : distances) {
        objective += distance;
      }
      CentroidUpdate.means(x, labels, weights, frozen, sizes, centroids);
      int splits = CentroidUpdate.split(d, x.n(), frozen, sizes, centroids);
      stats.add(
          new IterationStats(
              objective,
              (System.nanoTime() - started) / 1e9,
              searchNanos / 1e9,
              imbalance(),
              splits));
      normalise();
      assigner.setCentroids(Vectors.of(centroids, d), parameters.updateIndex());
      if (i > 0 && converged(previous, objective)) {
        break;
      }
      previous = objective;
    }
    listener.report("k-means", Math.min(total, (redo + 1L) * parameters.niter()), total);
    return objective;
  }

  private boolean converged(float previous, float objective) {
    double change =
        previous == 0
            ? Double.MAX_VALUE
            : Math.abs(previous - objective) / (double) Math.abs(previous);
    return change <= parameters.earlyStopThreshold();
  }

  private void choose(int given, long seed) {
    switch (parameters.initMethod()) {
      case RANDOM -> {
        int[] order = RandomData.permutationPrefix(x.n(), k, seed);
        for (int c = given; c < k; c++) {
          x.read(order[c], 1, centroids, c * d);
        }
      }
      case KMEANS_PLUS_PLUS -> new CentroidSeeding(x, centroids, seed).plusPlus(given);
      case AFK_MC2 ->
          new CentroidSeeding(x, centroids, seed)
              .markovChain(given, parameters.afkmc2ChainLength());
    }
  }

  private void assignAll() {
    int step = Math.min(x.blockRows(), parameters.decodeBlockSize());
    if (x.blockRows() >= x.n()) {
      assigner.assign(x.block(0, x.n()), labels, distances);
    } else {
      int[] blockLabels = new int[step];
      float[] blockDistances = new float[step];
      for (int at = 0; at < x.n(); at += step) {
        int count = Math.min(step, x.n() - at);
        assigner.assign(x.block(at, count), blockLabels, blockDistances);
        System.arraycopy(blockLabels, 0, labels, at, count);
        System.arraycopy(blockDistances, 0, distances, at, count);
      }
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= k) {
        throw new IllegalStateException(
            "row " + i + " was assigned to centroid " + labels[i] + " of " + k);
      }
    }
  }

  private double imbalance() {
    long[] counts = new long[k];
    for (int label : labels) {
      counts[label]++;
    }
    double squares = 0;
    for (long count : counts) {
      squares += (double) count * count;
    }
    return squares * k / ((double) labels.length * labels.length);
  }

  private void normalise() {
    if (parameters.spherical()) {
      for (int at = 0; at < centroids.length; at += d) {
        double norm = 0;
        for (int j = at; j < at + d; j++) {
          norm += (double) centroids[j] * centroids[j];
        }
        if (norm > 0) {
          float scale = (float) (1 / Math.sqrt(norm));
          for (int j = at; j < at + d; j++) {
            centroids[j] *= scale;
          }
        }
      }
    }
    if (parameters.intCentroids()) {
      for (int i = 0; i < centroids.length; i++) {
        // C's roundf: halves go away from zero.
        double rounded = Math.floor(Math.abs((double) centroids[i]) + 0.5);
        centroids[i] = (float) Math.copySign(rounded, centroids[i]);
      }
    }
  }
}
