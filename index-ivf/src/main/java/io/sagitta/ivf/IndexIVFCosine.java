package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CosineCodec;

/**
 * An inverted file by cosine over vectors that stay as they are: 4·d + 12 bytes a vector, and
 * {@code reconstruct} gives the original bit for bit. Its metric reads {@link
 * MetricType#INNER_PRODUCT}, its values are ⟨q,x⟩ / (‖q‖‖x‖). A vector goes to the centroid of
 * largest inner product, which its length does not change; train with vectors of length 1, so that
 * long ones do not pull harder. FAISS has no such index: its files (fourcc {@code SgCI}) are
 * Sagitta's own.
 *
 * <p>Threads: as {@link IndexIVF}.
 */
public final class IndexIVFCosine extends IndexIVF {
  /**
   * An index.
   *
   * @param quantizer an inner-product index that holds, or is trained to, nlist centroids; closed
   *     with this index
   */
  public IndexIVFCosine(Index quantizer, int d, long nlist) {
    this(
        quantizer,
        d,
        IvfState.empty(
            quantizer.isTrained() && quantizer.ntotal() == nlist,
            new CosineCodec(d),
            checkNlist(nlist),
            null));
  }

  IndexIVFCosine(Index quantizer, int d, IvfState state) {
    super(quantizer, d, state.lists.nlist(), MetricType.INNER_PRODUCT, 0f, false, state);
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    return new IndexIVFCosine(newQuantizer, d(), state);
  }
}
