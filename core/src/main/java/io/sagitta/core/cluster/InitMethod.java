package io.sagitta.core.cluster;

/** How k-means chooses its first centroids. */
public enum InitMethod {
  /** The first k rows of a seeded permutation: FAISS's default, equal to FAISS row for row. */
  RANDOM,
  /** k-means++ (Arthur, Vassilvitskii 2007): rows drawn by squared distance to those chosen. */
  KMEANS_PLUS_PLUS,
  /** AFK-MC² (Bachem and others 2016): k-means++ approximated by a Markov chain. */
  AFK_MC2
}
