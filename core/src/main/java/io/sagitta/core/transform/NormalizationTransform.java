package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;

/**
 * Scales vectors to unit L2 norm; zero vectors stay. The way back is the identity, as in FAISS: the
 * norm is lost. Learns nothing. Threads: as {@link VectorTransform} says.
 */
public final class NormalizationTransform extends VectorTransform {
  private final Reuse<float[]> scratch;

  /**
   * @param d dimension of input and output
   */
  public NormalizationTransform(int d) {
    super(d, d);
    scratch = new Reuse<>(() -> new float[d]);
  }

  /** Scales one vector in place. */
  static void normalise(float[] x) {
    float squares = Kernels.DISTANCES.squaredNorm(x, 0, x.length);
    if (squares > 0) {
      float scale = 1f / (float) Math.sqrt(squares);
      for (int j = 0; j < x.length; j++) {
        x[j] *= scale;
      }
    }
  }

  @Override
  public boolean isTrained() {
    return true;
  }

  @Override
  void learn(Vectors x, ProgressListener listener) {
    // Nothing to learn.
  }

  @Override
  void map(Vectors x, MemorySegment out) {
    float[] row = scratch.take();
    for (long i = 0; i < x.n(); i++) {
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), row, 0, dIn());
      normalise(row);
      MemorySegment.copy(row, 0, out, Vectors.FLOAT, x.offset(i), dIn());
    }
    scratch.give(row);
  }

  @Override
  void unmap(Vectors y, MemorySegment out) {
    MemorySegment.copy(y.data(), 0, out, 0, y.n() * y.rowBytes());
  }

  @Override
  public NormalizationTransform copy() {
    return this;
  }
}
