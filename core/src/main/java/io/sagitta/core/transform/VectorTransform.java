package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;

/**
 * Turns vectors of one dimension into vectors of another before they reach an index: rotation,
 * dimension reduction, normalisation.
 *
 * <p>{@link #train} is for one thread and nobody else meanwhile; once trained a transform does not
 * change, and everything else is safe for all threads. Source: FAISS {@code VectorTransform}.
 */
public abstract class VectorTransform {
  private final int dIn;
  private final int dOut;

  /**
   * @param dIn dimension of the input, ≥ 1
   * @param dOut dimension of the output, ≥ 1
   */
  protected VectorTransform(int dIn, int dOut) {
    if (dIn < 1 || dOut < 1) {
      throw new IllegalArgumentException(
          "dimensions " + dIn + " -> " + dOut + " of a transform must be at least 1");
    }
    this.dIn = dIn;
    this.dOut = dOut;
  }

  /** Dimension of the input. */
  public final int dIn() {
    return dIn;
  }

  /** Dimension of the output. */
  public final int dOut() {
    return dOut;
  }

  /** Whether {@link #apply} can be called. */
  public abstract boolean isTrained();

  /**
   * Learns; nothing to do for transforms that learn nothing.
   *
   * @param x rows of {@link #dIn()} components
   * @throws IllegalArgumentException if x has another dimension or too few rows
   * @throws java.util.concurrent.CancellationException if the listener stops it; nothing is changed
   */
  public final void train(Vectors x, ProgressListener listener) {
    checkInput(x);
    learn(x, listener);
  }

  /** What {@link #train} does; the dimension is checked. */
  abstract void learn(Vectors x, ProgressListener listener);

  /**
   * Transforms.
   *
   * @param x n rows of {@link #dIn()} components
   * @param out receives n rows of {@link #dOut()} floats from its beginning; must not overlap x
   * @throws IllegalStateException before training
   * @throws IllegalArgumentException if x has another dimension
   */
  public final void apply(Vectors x, MemorySegment out) {
    checkInput(x);
    if (!isTrained()) {
      throw new IllegalStateException(getClass().getSimpleName() + " must be trained before use");
    }
    map(x, out);
  }

  /** What {@link #apply} does; checked. */
  abstract void map(Vectors x, MemorySegment out);

  /** {@link #apply} to a new array, n × dOut. */
  public final float[] apply(Vectors x) {
    float[] out = new float[Math.multiplyExact(Math.toIntExact(x.n()), dOut)];
    apply(x, MemorySegment.ofArray(out));
    return out;
  }

  /**
   * Goes back, as far as that is possible.
   *
   * @param y n rows of {@link #dOut()} components
   * @param out receives n rows of {@link #dIn()} floats
   * @throws IllegalStateException before training
   * @throws UnsupportedOperationException if there is no way back
   */
  public final void reverse(Vectors y, MemorySegment out) {
    if (y.d() != dOut) {
      throw new IllegalArgumentException(
          "vectors have dimension " + y.d() + ", " + getClass().getSimpleName() + " gives " + dOut);
    }
    if (!isTrained()) {
      throw new IllegalStateException(getClass().getSimpleName() + " must be trained before use");
    }
    unmap(y, out);
  }

  /** What {@link #reverse} does; checked. */
  void unmap(Vectors y, MemorySegment out) {
    throw new UnsupportedOperationException(
        getClass().getSimpleName() + " does not support reverse");
  }

  /** A copy that may be trained apart; a transform that learns nothing returns itself. */
  public abstract VectorTransform copy();

  /** Whether another transform does the same; untrained ones never do unless they learn nothing. */
  public final boolean sameAs(VectorTransform other) {
    return other.getClass() == getClass()
        && other.dIn == dIn
        && other.dOut == dOut
        && isTrained()
        && other.isTrained()
        && sameValues(other);
  }

  /** Whether a trained transform of the same class and dimensions has the same values. */
  boolean sameValues(VectorTransform other) {
    return true;
  }

  private void checkInput(Vectors x) {
    if (x.d() != dIn) {
      throw new IllegalArgumentException(
          "vectors have dimension " + x.d() + ", " + getClass().getSimpleName() + " takes " + dIn);
    }
  }
}
