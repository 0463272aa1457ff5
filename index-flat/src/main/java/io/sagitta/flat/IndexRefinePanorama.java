package io.sagitta.flat;

import io.sagitta.core.Index;

/**
 * An {@link IndexRefine} whose second index is a Panorama one: a candidate is measured level by
 * level and given up as soon as it can no longer be among the k best. Same answers up to rounding.
 *
 * <p>Any batch of the Panorama index will do; with FAISS it must be 1. Source: FAISS {@code
 * IndexRefinePanorama}.
 */
public final class IndexRefinePanorama extends IndexRefine {
  /**
   * Over equally filled indexes.
   *
   * @param panorama the vectors of the base
   */
  public IndexRefinePanorama(Index base, IndexFlatPanorama panorama) {
    super(base, panorama);
  }

  @Override
  IndexRefine like(Index otherBase, Index otherRefine) {
    return new IndexRefinePanorama(otherBase, (IndexFlatPanorama) otherRefine);
  }
}
