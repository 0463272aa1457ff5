package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.linalg.HouseholderQr;
import io.sagitta.core.random.RandomData;
import java.util.Arrays;

/**
 * A seeded random rotation: orthonormal rows, or, into more dimensions, orthonormal columns. The
 * same as FAISS's for the same seed, up to float rounding. Threads: as {@link VectorTransform}
 * says.
 */
public final class RandomRotationMatrix extends LinearTransform {
  /** The seed that training uses. */
  public static final int DEFAULT_SEED = 12345;

  /** An untrained rotation. */
  public RandomRotationMatrix(int dIn, int dOut) {
    super(dIn, dOut);
  }

  RandomRotationMatrix(int dIn, int dOut, float[] a, float[] b) {
    super(dIn, dOut, a, b);
  }

  /** Draws the rotation of a seed; replaces training. */
  public void init(int seed) {
    set(rotation(dIn(), dOut(), seed), new float[0]);
  }

  /** dOut × dIn elements, row-major. */
  static float[] rotation(int dIn, int dOut, int seed) {
    int d = Math.max(dIn, dOut);
    float[] q = RandomData.normal(Math.multiplyExact(d, dOut), seed);
    HouseholderQr.orthonormalise(q, d, dOut);
    if (dOut <= dIn) {
      return q;
    }
    for (int i = 0; i < dOut; i++) {
      System.arraycopy(q, i * d, q, i * dIn, dIn);
    }
    return Arrays.copyOf(q, dOut * dIn);
  }

  @Override
  void learn(Vectors x, ProgressListener listener) {
    init(DEFAULT_SEED);
  }

  @Override
  public RandomRotationMatrix copy() {
    return isTrained()
        ? new RandomRotationMatrix(dIn(), dOut(), a(), b())
        : new RandomRotationMatrix(dIn(), dOut());
  }
}
