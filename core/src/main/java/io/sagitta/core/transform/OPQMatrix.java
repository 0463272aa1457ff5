package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.cluster.ClusteringParameters;
import io.sagitta.core.codec.PqTrainType;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.linalg.HouseholderQr;
import io.sagitta.core.linalg.Scatter;
import io.sagitta.core.linalg.SingularValues;
import io.sagitta.core.random.RandomData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The rotation that suits a product quantizer (optimized product quantization, Ge, He, Ke, Sun
 * 2013): quantizer and rotation are trained in turns. No bias. Threads: as {@link VectorTransform}
 * says. Source: FAISS {@code OPQMatrix}.
 */
public final class OPQMatrix extends LinearTransform {
  private static final int ROTATION_SEED = 1234;
  private static final int BITS = 8;
  private static final int MAX_POINTS_PER_CENTROID = 1000;

  private final int m;
  private final int iterations;
  private final int firstPqIterations;
  private final int pqIterations;
  private final int maxTrainPoints;

  /**
   * With FAISS's settings: 50 rounds, 40 then 4 iterations of k-means, at most 65,536 rows.
   *
   * @param d dimension of the input
   * @param m sub-quantizers
   * @param d2 dimension of the output, a multiple of m
   */
  public OPQMatrix(int d, int m, int d2) {
    this(d, m, d2, 50, 40, 4, 256 * 256);
  }

  /**
   * @param iterations rounds
   * @param firstPqIterations k-means iterations in the first round
   * @param pqIterations k-means iterations in the others
   * @param maxTrainPoints rows to train on at most
   * @throws IllegalArgumentException if d2 is no multiple of m
   */
  public OPQMatrix(
      int d,
      int m,
      int d2,
      int iterations,
      int firstPqIterations,
      int pqIterations,
      int maxTrainPoints) {
    super(d, d2);
    if (m < 1 || d2 % m != 0) {
      throw new IllegalArgumentException(
          "output dimension " + d2 + " must be a multiple of the M = " + m + " sub-quantizers");
    }
    this.m = m;
    this.iterations = iterations;
    this.firstPqIterations = firstPqIterations;
    this.pqIterations = pqIterations;
    this.maxTrainPoints = maxTrainPoints;
  }

  /** Number of sub-quantizers it is trained for. */
  public int m() {
    return m;
  }

  @Override
  void learn(Vectors all, ProgressListener listener) {
    int d2 = dOut();
    int d = Math.max(dIn(), d2);
    Vectors x = TrainingSample.of(all, maxTrainPoints);
    float[] rotation = startingRotation(d, d2);
    try (Arena arena = Arena.ofShared()) {
      Vectors centred = centred(x, d, arena);
      Vectors projected = new Vectors(x.n(), d2, arena.allocate(x.n() * d2 * 4, 64));
      Vectors decoded = new Vectors(x.n(), d2, arena.allocate(x.n() * d2 * 4, 64));
      ProductQuantizer pq = new ProductQuantizer(d2, m, BITS);
      MemorySegment codes = arena.allocate(x.n() * pq.codeSize());
      ClusteringParameters kmeans =
          ClusteringParameters.DEFAULTS.withMaxPointsPerCentroid(MAX_POINTS_PER_CENTROID);
      for (int round = 0; round < iterations; round++) {
        listener.report("OPQ", round, iterations);
        new LinearTransform(d, d2, rotation, new float[0]).apply(centred, projected.data());
        pq.setClusteringParameters(kmeans.withNiter(round == 0 ? firstPqIterations : pqIterations));
        pq.train(projected, (stage, done, total) -> listener.progress(stage, done, total));
        pq.encode(projected, codes, 0);
        pq.decode(x.n(), codes, 0, decoded.data(), 0);
        double[] cross =
            Scatter.cross(decoded, new float[d2], centred, new float[d], ProgressListener.NONE);
        double[] nearest = SingularValues.of(cross, d2, d).orthogonalFactor();
        rotation = new float[d2 * d];
        for (int i = 0; i < rotation.length; i++) {
          rotation[i] = (float) nearest[i];
        }
        pq.setTrainType(PqTrainType.HOT_START);
      }
    }
    listener.report("OPQ", iterations, iterations);
    set(cut(rotation, d2, d, dIn()), new float[0]);
  }

  private static float[] startingRotation(int d, int d2) {
    float[] q = RandomData.normal(Math.multiplyExact(d, d), ROTATION_SEED);
    HouseholderQr.orthonormalise(q, d, d);
    return Arrays.copyOf(q, d * d2);
  }

  private Vectors centred(Vectors x, int d, Arena arena) {
    float[] mean = Scatter.mean(x);
    MemorySegment data = arena.allocate(x.n() * d * 4, 64);
    float[] row = new float[d];
    for (long i = 0; i < x.n(); i++) {
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), row, 0, dIn());
      for (int j = 0; j < dIn(); j++) {
        row[j] -= mean[j];
      }
      MemorySegment.copy(row, 0, data, Vectors.FLOAT, i * d * 4, d);
    }
    return new Vectors(x.n(), d, data);
  }

  /** The first {@code in} columns of {@code rows} rows of {@code d}. */
  private static float[] cut(float[] a, int rows, int d, int in) {
    if (d == in) {
      return a;
    }
    float[] out = new float[rows * in];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(a, i * d, out, i * in, in);
    }
    return out;
  }

  @Override
  public OPQMatrix copy() {
    OPQMatrix copy =
        new OPQMatrix(
            dIn(), m, dOut(), iterations, firstPqIterations, pqIterations, maxTrainPoints);
    if (isTrained()) {
      copy.set(a(), b());
    }
    return copy;
  }
}
