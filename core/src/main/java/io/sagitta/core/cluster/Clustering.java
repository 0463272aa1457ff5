package io.sagitta.core.cluster;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.random.RandomData;
import io.sagitta.core.random.SplitMix64;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * k-means as in FAISS's {@code Clustering}: the same sampled rows, first centroids, sums and
 * splits. After one iteration centroids agree with FAISS's within float rounding, and as long as no
 * row lies so close between two centroids that rounding decides, they stay in agreement.
 *
 * <p>Not thread-safe; one training at a time. The work itself runs on the threads of {@link
 * io.sagitta.core.Parallelism#current()}, and its result does not depend on how many there are.
 * Source: FAISS {@code Clustering.cpp}.
 */
public final class Clustering {
  private static final Logger LOGGER = System.getLogger(Clustering.class.getName());

  private final int d;
  private final int k;
  private final ClusteringParameters parameters;
  private float[] centroids = {};
  private List<IterationStats> stats = List.of();

  /**
   * A training of k centroids with FAISS's default settings.
   *
   * @param d components of a row, ≥ 1
   * @param k centroids, ≥ 1
   */
  public Clustering(int d, int k) {
    this(d, k, ClusteringParameters.DEFAULTS);
  }

  /**
   * A training of k centroids.
   *
   * @param d components of a row, ≥ 1
   * @param k centroids, ≥ 1
   * @throws IllegalArgumentException if d or k is below 1, or k·d exceeds an array
   */
  public Clustering(int d, int k, ClusteringParameters parameters) {
    if (d < 1 || k < 1 || (long) d * k > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "d = " + d + " and k = " + k + " must be at least 1, and their product below 2^31");
    }
    this.d = d;
    this.k = k;
    this.parameters = parameters;
  }

  /**
   * Gives the first centroids beforehand; the rest is chosen by the training.
   *
   * @param first at most k·d elements, a multiple of d
   * @throws IllegalArgumentException if the length does not fit
   */
  public void setCentroids(float[] first) {
    if (first.length % d != 0 || first.length > k * d) {
      throw new IllegalArgumentException(
          first.length + " elements are not up to " + k + " centroids of dimension " + d);
    }
    centroids = first.clone();
  }

  /** The centroids, k × d row-major; what was given or nothing before the first training. */
  public float[] centroids() {
    return centroids.clone();
  }

  /** What each iteration came to; with several runs, up to the end of the best one. */
  public List<IterationStats> iterationStats() {
    return stats;
  }

  /** Trains with exact L2 assignment. */
  public void train(Vectors x) {
    train(x, MetricType.L2, null, ProgressListener.NONE);
  }

  /**
   * Trains with exact assignment.
   *
   * @param x at least k rows
   * @param metric {@link MetricType#L2}, or {@link MetricType#INNER_PRODUCT} for spherical k-means
   * @param weights one weight a row, or null for equal weights
   * @throws IllegalArgumentException as {@link #train(Vectors, CentroidAssigner, float[],
   *     ProgressListener)}, or for another metric
   */
  public void train(
      Vectors x, MetricType metric, float @Nullable [] weights, ProgressListener listener) {
    train(x, new FlatAssigner(metric), weights, listener);
  }

  /**
   * Trains, leaving the assignment to {@code assigner}, which holds the final centroids afterwards.
   *
   * @param x at least k rows
   * @param weights one weight a row, or null for equal weights
   * @throws IllegalArgumentException if there are fewer than k rows or more than 2^31 − 1 (sampled
   *     with {@code fasterSubsampling}: more than 2^31 − 1 after sampling), if the dimension is
   *     another, or a component is NaN or infinite
   * @throws java.util.concurrent.CancellationException if the listener stops it; nothing is changed
   */
  public void train(
      Vectors x, CentroidAssigner assigner, float @Nullable [] weights, ProgressListener listener) {
    if (x.d() != d) {
      throw new IllegalArgumentException("rows have dimension " + x.d() + ", the clustering " + d);
    }
    if (x.n() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(x.n() + " rows are more than k-means takes (2^31 - 1)");
    }
    train(new TrainingRows.Floats(x), assigner, weights, listener);
  }

  /**
   * Trains on encoded rows, which are decoded block by block ({@link
   * ClusteringParameters#decodeBlockSize}) and never all at once: FAISS's {@code train_encoded}.
   *
   * @param codes n·{@code codec.codeSize()} bytes
   * @param n at least k, at most 2^31 − 1
   * @param codec trained, of dimension d
   * @param weights one weight a row, or null for equal weights
   * @throws IllegalArgumentException if n is out of this range, the codec has another dimension or
   *     the segment is too short
   * @throws java.util.concurrent.CancellationException if the listener stops it; nothing is changed
   */
  public void trainEncoded(
      MemorySegment codes,
      long n,
      VectorCodec codec,
      CentroidAssigner assigner,
      float @Nullable [] weights,
      ProgressListener listener) {
    if (codec.d() != d) {
      throw new IllegalArgumentException(
          "the codec has dimension " + codec.d() + ", the clustering " + d);
    }
    if (n < 0 || n > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(n + " rows are not in 0 .. 2^31 - 1");
    }
    if (codes.byteSize() / codec.codeSize() < n) {
      throw new IllegalArgumentException(
          n + " codes of " + codec.codeSize() + " bytes exceed " + codes.byteSize() + " bytes");
    }
    train(new EncodedRows(codec, codes, (int) n), assigner, weights, listener);
  }

  /** As the longer form, with exact L2 assignment, equal weights and no listener. */
  public void trainEncoded(MemorySegment codes, long n, VectorCodec codec) {
    FlatAssigner assigner = new FlatAssigner(MetricType.L2);
    trainEncoded(codes, n, codec, assigner, null, ProgressListener.NONE);
  }

  void train(
      TrainingRows x,
      CentroidAssigner assigner,
      float @Nullable [] weights,
      ProgressListener listener) {
    int n = x.n();
    if (n < k) {
      throw new IllegalArgumentException(
          n + " training rows are fewer than the " + k + " clusters asked for");
    }
    if (weights != null && weights.length < n) {
      throw new IllegalArgumentException(n + " rows need as many weights, got " + weights.length);
    }
    if (parameters.checkFinite()) {
      x.checkFinite();
    }
    // A shared arena: the assignment reads the sample from several threads.
    try (Arena arena = Arena.ofShared()) {
      long seed = parameters.seed() >= 0 ? parameters.seed() : System.nanoTime();
      TrainingRows rows = x;
      float[] rowWeights = weights;
      if (n > (long) k * parameters.maxPointsPerCentroid()) {
        int[] sample = sample(n, k * parameters.maxPointsPerCentroid(), seed);
        rows = x.gather(sample, arena);
        rowWeights = weights == null ? null : gather(weights, sample);
      } else if (n < (long) k * parameters.minPointsPerCentroid()) {
        LOGGER.log(
            Level.WARNING,
            "clustering {0} rows to {1} centroids: at least {2} rows are advised",
            Integer.toString(n),
            Integer.toString(k),
            Long.toString((long) k * parameters.minPointsPerCentroid()));
      }
      if (rows.n() == k) {
        float[] copied = new float[k * d];
        x.read(0, k, copied, 0);
        assigner.setCentroids(Vectors.of(copied, d), false);
        centroids = copied;
        stats = List.of(new IterationStats(0, 0, 0, 1, 0));
        return;
      }
      ClusteringRun run = new ClusteringRun(parameters, rows, rowWeights, k, assigner, listener);
      run.runAll(centroids, seed);
      centroids = run.centroids();
      stats = run.stats();
    }
  }

  private int[] sample(int n, int count, long seed) {
    if (!parameters.fasterSubsampling()) {
      return RandomData.permutationPrefix(n, count, seed);
    }
    SplitMix64 random = new SplitMix64(seed);
    int[] sample = new int[count];
    for (int i = 0; i < count; i++) {
      sample[i] = (int) (random.nextLong() % n);
    }
    return sample;
  }

  private static float[] gather(float[] values, int[] rows) {
    float[] out = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      out[i] = values[rows[i]];
    }
    return out;
  }
}
