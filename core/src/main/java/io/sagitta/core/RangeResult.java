package io.sagitta.core;

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
