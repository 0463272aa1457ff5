package io.sagitta.core.codec;

/** What the numbers of a product quantizer's centroids are to bring about. */
public enum PolysemousObjective {
  /**
   * Hamming distances that reproduce the centroids' distances, near ones above all (FAISS {@code
   * OT_ReproduceDistances_affine}).
   */
  REPRODUCE_DISTANCES,
  /**
   * Hamming distances that rank vectors as their distances do (FAISS {@code
   * OT_Ranking_weighted_diff}): 8-bit codes only, 64 MiB a thread, and some 200 times as long a
   * step.
   */
  RANKING
}
