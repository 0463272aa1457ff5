package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.Vectors;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.transform.VectorTransform;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One published state of an {@link IndexPreTransform}: a chain of transforms and a snapshot of the
 * index behind it. Immutable.
 */
public final class PreTransformState {
  private final List<VectorTransform> chain;
  private final Index inner;
  private final Reuse<Buffers> buffers = new Reuse<>(Buffers::new);

  /** Two rows of memory that the steps of a chain take turns in; grown when needed. */
  static final class Buffers {
    private float[] even = {};
    private float[] odd = {};

    private MemorySegment next(boolean first, long elements) {
      int n = Math.toIntExact(elements);
      if (first) {
        even = even.length < n ? new float[n] : even;
        return MemorySegment.ofArray(even);
      }
      odd = odd.length < n ? new float[n] : odd;
      return MemorySegment.ofArray(odd);
    }
  }

  PreTransformState(List<VectorTransform> chain, Index inner) {
    this.chain = List.copyOf(chain);
    this.inner = inner;
  }

  /** The transforms, the first to be applied first. */
  List<VectorTransform> chain() {
    return chain;
  }

  /** The snapshot of the index behind the chain. */
  Index inner() {
    return inner;
  }

  boolean isTrained() {
    for (VectorTransform t : chain) {
      if (!t.isTrained()) {
        return false;
      }
    }
    return inner.isTrained();
  }

  Buffers take() {
    return buffers.take();
  }

  void give(Buffers used) {
    buffers.give(used);
  }

  /** The vectors after the whole chain; in the buffers, or x itself where there is no transform. */
  Vectors apply(Vectors x, Buffers b) {
    Vectors at = x;
    boolean first = true;
    for (VectorTransform t : chain) {
      MemorySegment to = b.next(first, at.n() * t.dOut());
      t.apply(at, to);
      at = new Vectors(at.n(), t.dOut(), to);
      first = !first;
    }
    return at;
  }

  /** Goes back through the chain from the vectors of the inner index; into {@code out}. */
  void reverse(Vectors y, Buffers b, MemorySegment out, long offset) {
    Vectors at = y;
    boolean first = true;
    for (int i = chain.size() - 1; i >= 0; i--) {
      VectorTransform t = chain.get(i);
      MemorySegment to = b.next(first, at.n() * t.dIn());
      t.reverse(at, to);
      at = new Vectors(at.n(), t.dIn(), to);
      first = !first;
    }
    MemorySegment.copy(at.data(), 0, out, offset, at.n() * at.rowBytes());
  }
}
