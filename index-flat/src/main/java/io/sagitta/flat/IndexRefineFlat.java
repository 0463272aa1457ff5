package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;

/**
 * An {@link IndexRefine} whose second index holds the vectors themselves: candidates come back with
 * exact distances. Source: FAISS {@code IndexRefineFlat}.
 */
public final class IndexRefineFlat extends IndexRefine {
  /**
   * Over an empty base index.
   *
   * @throws IllegalArgumentException if the base holds vectors, or its metric is neither L2 nor
   *     inner product
   */
  public IndexRefineFlat(Index base) {
    this(base, new IndexFlat(base.d(), base.metricType(), base.metricArg()));
  }

  /**
   * Over equally filled indexes.
   *
   * @param flat the vectors of the base
   */
  public IndexRefineFlat(Index base, IndexFlat flat) {
    super(base, flat);
  }

  @Override
  IndexRefine like(Index otherBase, Index otherRefine) {
    return new IndexRefineFlat(otherBase, (IndexFlat) otherRefine);
  }

  /** Whether an index, or what a snapshot shows, is flat. */
  static boolean isFlat(Index index) {
    return index instanceof IndexFlat
        || (index instanceof IndexSnapshot<?> s && s.owner() instanceof IndexFlat);
  }
}
