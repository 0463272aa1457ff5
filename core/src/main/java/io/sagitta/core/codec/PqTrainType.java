package io.sagitta.core.codec;

/** Where the k-means of a {@link ProductQuantizer} start: FAISS's {@code train_type_t}. */
public enum PqTrainType {
  /** From sampled rows. */
  DEFAULT,
  /** From the centroids that are there. */
  HOT_START,
  /** One codebook, trained on all sub-vectors, serves all sub-quantizers. */
  SHARED,
  /** From the corners of a cube around the mean. */
  HYPERCUBE,
  /** From the corners of a cube along the principal axes. */
  HYPERCUBE_PCA
}
