package io.sagitta.bench;

/**
 * The true neighbours of a query set, and recall against them.
 *
 * @param k neighbours per query
 * @param ids nq × k, nearest first
 */
public record GroundTruth(int k, long[] ids) {
  /**
   * k-recall@k: the mean share of a query's true first {@code at} that are among the first {@code
   * at} found.
   *
   * @param found nq × foundK ids
   * @throws IllegalArgumentException if {@code at} exceeds either list
   */
  public double recall(long[] found, int foundK, int at) {
    if (at > k || at > foundK || at < 1) {
      throw new IllegalArgumentException(
          "recall@" + at + " needs lists of that length: true " + k + ", found " + foundK);
    }
    int nq = found.length / foundK;
    long hits = 0;
    for (int q = 0; q < nq; q++) {
      for (int i = 0; i < at; i++) {
        long id = ids[q * k + i];
        for (int j = 0; j < at; j++) {
          if (found[q * foundK + j] == id) {
            hits++;
            break;
          }
        }
      }
    }
    return nq == 0 ? 1 : (double) hits / ((double) nq * at);
  }
}
