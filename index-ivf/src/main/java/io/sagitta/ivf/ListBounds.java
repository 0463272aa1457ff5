package io.sagitta.ivf;

/**
 * Smallest and largest Euclidean distance of a list's decoded vectors from its centroid, for the
 * triangle inequality.
 *
 * @param nearest not above the smallest distance
 * @param farthest not below the largest distance; NaN while unknown
 */
record ListBounds(float nearest, float farthest) {
  static final ListBounds UNKNOWN = new ListBounds(0, Float.NaN);

  boolean known() {
    return !Float.isNaN(farthest);
  }
}
