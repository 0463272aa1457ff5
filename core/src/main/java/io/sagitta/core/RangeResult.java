package io.sagitta.core;

import io.sagitta.core.collect.RangeCollector;

/**
 * All results within a radius, in FAISS's shape: query q's results stand at [lims[q], lims[q+1]) of
 * {@link #ids()} and {@link #distances()}, in no promised order. Smaller-is-better metrics return
 * distance &lt; radius, similarities score &gt; radius (both strict).
 *
 * @param lims nq + 1 offsets, starting at 0
 * @param ids one per result
 * @param distances one per result
 */
public record RangeResult(long[] lims, long[] ids, float[] distances) {
  /**
   * The results of one collector a query.
   *
   * @throws IllegalArgumentException if all results together do not fit into an array
   */
  public static RangeResult of(RangeCollector[] found) {
    long[] lims = new long[found.length + 1];
    for (int q = 0; q < found.length; q++) {
      lims[q + 1] = lims[q] + found[q].size();
    }
    long total = lims[found.length];
    if (total > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          total + " results do not fit into an array; search in smaller batches");
    }
    long[] ids = new long[(int) total];
    float[] distances = new float[(int) total];
    for (int q = 0; q < found.length; q++) {
      found[q].copyTo(ids, distances, (int) lims[q]);
    }
    return new RangeResult(lims, ids, distances);
  }

  /** Number of queries. */
  public int nq() {
    return lims.length - 1;
  }

  /** Number of results of query q. */
  public int count(int q) {
    return (int) (lims[q + 1] - lims[q]);
  }

  /** Number of all results. */
  public long total() {
    return lims[lims.length - 1];
  }
}
