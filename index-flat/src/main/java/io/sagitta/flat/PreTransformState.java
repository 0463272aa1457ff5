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
    private Vectors even = Vectors.of(new float[1], 1);
    private Vectors odd = even;

    /** Room for n rows of d; the same view as before if that was as large. */
    private Vectors next(boolean first, long n, int d) {
      Vectors last = first ? even : odd;
      if (last.n() == n && last.d() == d) {
        return last;
      }
      int elements = Math.toIntExact(n * d);
      Vectors next =
          last.data().byteSize() >= 4L * elements
              ? new Vectors(n, d, last.data())
              : new Vectors(n, d, MemorySegment.ofArray(new float[elements]));
      if (first) {
        even = next;
      } else {
        odd = next;
      }
      return next;
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
    for (int i = 0; i < chain.size(); i++) {
      VectorTransform t = chain.get(i);
      Vectors to = b.next(first, at.n(), t.dOut());
      t.apply(at, to.data());
      at = to;
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
      Vectors to = b.next(first, at.n(), t.dIn());
      t.reverse(at, to.data());
      at = to;
      first = !first;
    }
    MemorySegment.copy(at.data(), 0, out, offset, at.n() * at.rowBytes());
  }
}
