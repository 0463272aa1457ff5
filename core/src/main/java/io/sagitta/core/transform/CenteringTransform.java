package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.linalg.Scatter;
import java.lang.foreign.MemorySegment;

/** Subtracts the mean of the training vectors. Threads: as {@link VectorTransform} says. */
public final class CenteringTransform extends VectorTransform {
  private float[] mean = {};

  /** An untrained one. */
  public CenteringTransform(int d) {
    super(d, d);
  }

  /**
   * With a given mean.
   *
   * @param mean d elements
   */
  public CenteringTransform(float[] mean) {
    super(mean.length, mean.length);
    this.mean = mean.clone();
  }

  /** The mean; empty before training. */
  public float[] mean() {
    return mean.clone();
  }

  @Override
  public boolean isTrained() {
    return mean.length > 0;
  }

  @Override
  void learn(Vectors x, ProgressListener listener) {
    if (x.n() == 0) {
      throw new IllegalArgumentException("a mean needs at least 1 training vector, got 0");
    }
    mean = Scatter.mean(x);
  }

  @Override
  void map(Vectors x, MemorySegment out) {
    shift(x, out, -1);
  }

  @Override
  void unmap(Vectors y, MemorySegment out) {
    shift(y, out, 1);
  }

  private void shift(Vectors x, MemorySegment out, float sign) {
    int d = dIn();
    for (long i = 0; i < x.n(); i++) {
      for (int j = 0; j < d; j++) {
        out.set(Vectors.FLOAT, (i * d + j) * 4, x.get(i, j) + sign * mean[j]);
      }
    }
  }

  @Override
  boolean sameValues(VectorTransform other) {
    return java.util.Arrays.equals(mean, ((CenteringTransform) other).mean);
  }

  @Override
  public CenteringTransform copy() {
    return isTrained() ? new CenteringTransform(mean) : new CenteringTransform(dIn());
  }
}
