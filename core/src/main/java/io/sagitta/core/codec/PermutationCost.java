package io.sagitta.core.codec;

/** What {@link PolysemousTraining} makes small: the cost of giving centroid i the code order[i]. */
interface PermutationCost {
  /** Number of centroids. */
  int size();

  /** The cost of an order. */
  double cost(int[] order);

  /** What the cost grows by if i and j, which differ, exchange their codes. */
  double change(int[] order, int i, int j);
}
