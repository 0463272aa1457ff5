package io.sagitta.core.cluster;

/**
 * The settings of a k-means training, with FAISS's names and defaults. Immutable: start from {@link
 * #DEFAULTS} and change single fields with the {@code with…} methods.
 *
 * @param niter iterations of a run, ≥ 0
 * @param nredo runs with other first centroids, of which the best is kept, ≥ 1
 * @param spherical centroids are scaled to unit length after each iteration
 * @param intCentroids centroids are rounded to whole numbers after each iteration
 * @param updateIndex the assigner is trained again after each iteration
 * @param frozenCentroids centroids given beforehand stay as they are
 * @param minPointsPerCentroid below this many rows a centroid a warning is logged
 * @param maxPointsPerCentroid above this many rows a centroid the rows are sampled, ≥ 1
 * @param seed selects samples and first centroids; negative: taken from the clock
 * @param decodeBlockSize rows decoded at once when training on codes, ≥ 1
 * @param checkFinite refuse NaN and infinity in the rows ({@code check_input_data_for_NaNs})
 * @param fasterSubsampling sample with replacement from splitmix64 instead of permuting all rows
 * @param initMethod how the first centroids are chosen
 * @param afkmc2ChainLength steps of the Markov chain of {@link InitMethod#AFK_MC2}
 * @param earlyStopThreshold a run ends when the relative change of the objective is at most this;
 *     at 0 it ends when the objective does not change at all, as FAISS 1.15 does
 */
public record ClusteringParameters(
    int niter,
    int nredo,
    boolean spherical,
    boolean intCentroids,
    boolean updateIndex,
    boolean frozenCentroids,
    int minPointsPerCentroid,
    int maxPointsPerCentroid,
    int seed,
    int decodeBlockSize,
    boolean checkFinite,
    boolean fasterSubsampling,
    InitMethod initMethod,
    int afkmc2ChainLength,
    double earlyStopThreshold) {

  /** FAISS's defaults: 25 iterations, one run, seed 1234, 39 to 256 rows a centroid. */
  public static final ClusteringParameters DEFAULTS =
      new ClusteringParameters(
          25,
          1,
          false,
          false,
          false,
          false,
          39,
          256,
          1234,
          32768,
          true,
          false,
          InitMethod.RANDOM,
          50,
          0);

  /**
   * @throws IllegalArgumentException if a count is out of its range
   */
  public ClusteringParameters {
    atLeast("niter", niter, 0);
    atLeast("nredo", nredo, 1);
    atLeast("minPointsPerCentroid", minPointsPerCentroid, 0);
    atLeast("maxPointsPerCentroid", maxPointsPerCentroid, 1);
    atLeast("decodeBlockSize", decodeBlockSize, 1);
    atLeast("afkmc2ChainLength", afkmc2ChainLength, 0);
    if (!(earlyStopThreshold >= 0)) {
      throw new IllegalArgumentException(
          "earlyStopThreshold = " + earlyStopThreshold + " must be at least 0");
    }
  }

  private static void atLeast(String name, int value, int bound) {
    if (value < bound) {
      throw new IllegalArgumentException(name + " = " + value + " must be at least " + bound);
    }
  }

  /** These settings with another {@link #niter()}. */
  public ClusteringParameters withNiter(int value) {
    return new ClusteringParameters(
        value,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #nredo()}. */
  public ClusteringParameters withNredo(int value) {
    return new ClusteringParameters(
        niter,
        value,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #spherical()}. */
  public ClusteringParameters withSpherical(boolean value) {
    return new ClusteringParameters(
        niter,
        nredo,
        value,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #intCentroids()}. */
  public ClusteringParameters withIntCentroids(boolean value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        value,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #updateIndex()}. */
  public ClusteringParameters withUpdateIndex(boolean value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        value,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #frozenCentroids()}. */
  public ClusteringParameters withFrozenCentroids(boolean value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        value,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #minPointsPerCentroid()}. */
  public ClusteringParameters withMinPointsPerCentroid(int value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        value,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #maxPointsPerCentroid()}. */
  public ClusteringParameters withMaxPointsPerCentroid(int value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        value,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #seed()}. */
  public ClusteringParameters withSeed(int value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        value,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #decodeBlockSize()}. */
  public ClusteringParameters withDecodeBlockSize(int value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        value,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #checkFinite()}. */
  public ClusteringParameters withCheckFinite(boolean value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        value,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #fasterSubsampling()}. */
  public ClusteringParameters withFasterSubsampling(boolean value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        value,
        initMethod,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #initMethod()}. */
  public ClusteringParameters withInitMethod(InitMethod value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        value,
        afkmc2ChainLength,
        earlyStopThreshold);
  }

  /** These settings with another {@link #afkmc2ChainLength()}. */
  public ClusteringParameters withAfkmc2ChainLength(int value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        value,
        earlyStopThreshold);
  }

  /** These settings with another {@link #earlyStopThreshold()}. */
  public ClusteringParameters withEarlyStopThreshold(double value) {
    return new ClusteringParameters(
        niter,
        nredo,
        spherical,
        intCentroids,
        updateIndex,
        frozenCentroids,
        minPointsPerCentroid,
        maxPointsPerCentroid,
        seed,
        decodeBlockSize,
        checkFinite,
        fasterSubsampling,
        initMethod,
        afkmc2ChainLength,
        value);
  }
}
