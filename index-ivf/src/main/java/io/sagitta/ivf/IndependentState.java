package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.Vectors;
import io.sagitta.core.transform.VectorTransform;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One published state of an {@link IndexIVFIndependentQuantizer}. Immutable.
 *
 * @param chooser snapshot of the quantizer that chooses the lists
 * @param transform before vectors reach the lists, or null
 * @param ivf snapshot of the lists
 */
record IndependentState(
    Index chooser, @Nullable VectorTransform transform, IndexSnapshot<IvfState> ivf) {

  boolean isTrained() {
    return chooser.isTrained()
        && chooser.ntotal() == ((IndexIVF) ivf.owner()).nlist()
        && (transform == null || transform.isTrained())
        && ivf.isTrained();
  }

  /** The vectors as the lists take them. */
  Vectors inside(Vectors x) {
    if (transform == null) {
      return x;
    }
    float[] y = new float[Math.multiplyExact(Math.toIntExact(x.n()), transform.dOut())];
    transform.apply(x, MemorySegment.ofArray(y));
    return Vectors.of(y, transform.dOut());
  }

  void close() {
    chooser.close();
    ivf.close();
  }
}
