package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.linalg.Scatter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Centres and normalises vectors, optionally projects them on principal components, and rotates
 * them towards the corners of a cube ({@link ITQMatrix}). No way back. Threads: as {@link
 * VectorTransform} says. Source: FAISS {@code ITQTransform}.
 */
public final class ITQTransform extends VectorTransform {
  private static final int TRAIN_PER_DIMENSION = 10;
  private static final int TRAIN_AT_LEAST = 32768;

  private final boolean doPca;
  private @Nullable Trained trained;

  private final Reuse<Scratch> scratch;

  /** A row, and one of a query alone. */
  private record Scratch(float[] row, Vectors one) {}

  private record Trained(float[] mean, ITQMatrix itq, LinearTransform whole) {}

  /**
   * @param doPca reduce the dimension first; without it dOut must be dIn
   * @throws IllegalArgumentException if the dimensions differ without a PCA
   */
  public ITQTransform(int dIn, int dOut, boolean doPca) {
    super(dIn, dOut);
    if (!doPca && dIn != dOut) {
      throw new IllegalArgumentException(
          "ITQ without a PCA keeps the dimension: " + dIn + " -> " + dOut);
    }
    this.doPca = doPca;
    scratch = new Reuse<>(() -> new Scratch(new float[dIn], Vectors.one(new float[dIn])));
  }

  /** From a file. */
  static ITQTransform of(
      int dIn, int dOut, boolean doPca, float[] mean, ITQMatrix itq, LinearTransform whole) {
    ITQTransform t = new ITQTransform(dIn, dOut, doPca);
    t.trained = new Trained(mean, itq, whole);
    return t;
  }

  /** Whether the dimension is reduced first. */
  public boolean doPca() {
    return doPca;
  }

  /** The mean that is subtracted; empty before training. */
  public float[] mean() {
    return trained == null ? new float[0] : trained.mean().clone();
  }

  /** The rotation alone; untrained before training. */
  public ITQMatrix itq() {
    return trained == null ? new ITQMatrix(dOut()) : trained.itq();
  }

  /** Projection and rotation as one matrix, or null before training. */
  @Nullable LinearTransform whole() {
    return trained == null ? null : trained.whole();
  }

  @Override
  public boolean isTrained() {
    return trained != null;
  }

  @Override
  void learn(Vectors all, ProgressListener listener) {
    Vectors x =
        TrainingSample.of(all, Math.max((long) dIn() * TRAIN_PER_DIMENSION, TRAIN_AT_LEAST));
    float[] mean = Scatter.mean(x);
    try (Arena arena = Arena.ofShared()) {
      Vectors normal = new Vectors(x.n(), dIn(), arena.allocate(x.n() * x.rowBytes(), 64));
      centre(x, mean, new float[dIn()], normal.data());
      ITQMatrix itq = new ITQMatrix(dOut());
      if (!doPca) {
        itq.train(normal, listener);
        trained = new Trained(mean, itq, new LinearTransform(dIn(), dOut(), itq.a(), itq.b()));
        return;
      }
      PCAMatrix pca = new PCAMatrix(dIn(), dOut(), new PCAMatrix.Settings(0, 0, false, 0), false);
      pca.train(normal, listener);
      Vectors reduced = new Vectors(x.n(), dOut(), arena.allocate(x.n() * dOut() * 4, 64));
      pca.apply(normal, reduced.data());
      itq.train(reduced, listener);
      trained =
          new Trained(
              mean, itq, new LinearTransform(dIn(), dOut(), product(itq, pca), new float[0]));
    }
  }

  /** The matrix that projects, then rotates. */
  private static float[] product(ITQMatrix itq, PCAMatrix pca) {
    int out = itq.dOut();
    int in = pca.dIn();
    float[] r = itq.a();
    float[] p = pca.a();
    float[] whole = new float[out * in];
    double[] row = new double[in];
    for (int i = 0; i < out; i++) {
      java.util.Arrays.fill(row, 0);
      for (int k = 0; k < out; k++) {
        double weight = r[i * out + k];
        for (int j = 0; j < in; j++) {
          row[j] += weight * p[k * in + j];
        }
      }
      for (int j = 0; j < in; j++) {
        whole[i * in + j] = (float) row[j];
      }
    }
    return whole;
  }

  private static void centre(Vectors x, float[] mean, float[] row, MemorySegment out) {
    int d = x.d();
    for (long i = 0; i < x.n(); i++) {
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), row, 0, d);
      for (int j = 0; j < d; j++) {
        row[j] -= mean[j];
      }
      NormalizationTransform.normalise(row);
      MemorySegment.copy(row, 0, out, Vectors.FLOAT, x.offset(i), d);
    }
  }

  @Override
  void map(Vectors x, MemorySegment out) {
    Trained t = trained;
    if (t == null) {
      throw new IllegalStateException("ITQTransform is not trained");
    }
    Scratch mine = scratch.take();
    Vectors centred =
        x.n() == 1 ? mine.one : Vectors.of(new float[Math.toIntExact(x.n() * x.d())], x.d());
    centre(x, t.mean(), mine.row, centred.data());
    t.whole().apply(centred, out);
    scratch.give(mine);
  }

  @Override
  boolean sameValues(VectorTransform other) {
    Trained theirs = ((ITQTransform) other).trained;
    return trained != null
        && theirs != null
        && java.util.Arrays.equals(trained.mean(), theirs.mean())
        && trained.whole().sameAs(theirs.whole());
  }

  @Override
  public ITQTransform copy() {
    ITQTransform copy = new ITQTransform(dIn(), dOut(), doPca);
    copy.trained = trained;
    return copy;
  }
}
