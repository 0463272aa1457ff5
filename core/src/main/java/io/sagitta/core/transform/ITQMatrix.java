package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.linalg.Scatter;
import io.sagitta.core.linalg.SingularValues;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Iterative quantization (Gong, Lazebnik 2011): the rotation after which vectors lie nearest to the
 * corners of a cube, found by taking signs and solving the orthogonal Procrustes problem in turns.
 *
 * <p>FAISS multiplies the singular bases in an order that makes its result depend on LAPACK's
 * signs; here the rotation is the minimiser of each round (mended on purpose). Threads: as {@link
 * VectorTransform} says.
 */
public final class ITQMatrix extends LinearTransform {
  static final int DEFAULT_ITERATIONS = 50;
  static final int DEFAULT_SEED = 123;

  private final int iterations;
  private final int seed;

  /** With FAISS's settings: 50 rounds, seed 123. */
  public ITQMatrix(int d) {
    this(d, DEFAULT_ITERATIONS, DEFAULT_SEED);
  }

  /**
   * @param d dimension of input and output
   * @param iterations rounds
   * @param seed of the first rotation
   */
  public ITQMatrix(int d, int iterations, int seed) {
    super(d, d);
    this.iterations = iterations;
    this.seed = seed;
  }

  /** Rounds of training. */
  public int iterations() {
    return iterations;
  }

  /** Seed of the first rotation. */
  public int seed() {
    return seed;
  }

  @Override
  void learn(Vectors x, ProgressListener listener) {
    int d = dIn();
    float[] rotation = RandomRotationMatrix.rotation(d, d, seed);
    float[] zero = new float[d];
    try (Arena arena = Arena.ofShared()) {
      Vectors turned = new Vectors(x.n(), d, arena.allocate(x.n() * d * 4, 64));
      float[] row = new float[d];
      for (int round = 0; round < iterations; round++) {
        listener.report("ITQ", round, iterations);
        new LinearTransform(d, d, rotation, new float[0]).apply(x, turned.data());
        for (long i = 0; i < x.n(); i++) {
          MemorySegment.copy(turned.data(), Vectors.FLOAT, turned.offset(i), row, 0, d);
          for (int j = 0; j < d; j++) {
            row[j] = row[j] < 0 ? -1 : 1;
          }
          MemorySegment.copy(row, 0, turned.data(), Vectors.FLOAT, turned.offset(i), d);
        }
        double[] cross = Scatter.cross(turned, zero, x, zero, ProgressListener.NONE);
        double[] nearest = SingularValues.of(cross, d, d).orthogonalFactor();
        rotation = new float[d * d];
        for (int i = 0; i < rotation.length; i++) {
          rotation[i] = (float) nearest[i];
        }
      }
    }
    set(rotation, new float[0]);
  }

  @Override
  public ITQMatrix copy() {
    ITQMatrix copy = new ITQMatrix(dIn(), iterations, seed);
    if (isTrained()) {
      copy.set(a(), b());
    }
    return copy;
  }
}
