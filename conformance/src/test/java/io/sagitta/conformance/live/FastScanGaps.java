package io.sagitta.conformance.live;

import io.sagitta.conformance.FaissIndex;
import io.sagitta.core.Vectors;

/**
 * Where FAISS's fast-scan loses results, and how its answer is completed before Sagitta's is held
 * against it. Two rules, no wider than what was seen of FAISS 1.15.1 with several threads:
 *
 * <ul>
 *   <li>{@link #emptyQueries}: some queries of a batch get no result at all; asked again, or alone,
 *       they have one (it comes and goes). What FAISS says to the query alone counts.
 *   <li>{@link #lostWorst}: of inner products, a vector whose rounded 16-bit sum is 0 never beats
 *       the empty heap, which begins at 0, even if fewer than k vectors are there. Such vectors are
 *       the worst of all and equally bad.
 * </ul>
 */
final class FastScanGaps {
  private FastScanGaps() {}

  /**
   * Puts FAISS's answer to the query alone in the place of an empty one that contradicts it.
   *
   * @param ids FAISS's answer to the batch, nq × k; changed
   * @param distances its distances; changed
   * @return how many were replaced
   */
  static int emptyQueries(
      FaissIndex theirs, Vectors queries, int k, long[] ids, float[] distances) {
    int mended = 0;
    for (int q = 0; q < queries.n() && queries.n() > 1; q++) {
      if (real(ids, q * k, k) > 0) {
        continue;
      }
      var alone = theirs.search(queries.slice(q, 1), k, null);
      long[] own = alone.longs("ids");
      if (real(own, 0, k) > 0) {
        System.arraycopy(own, 0, ids, q * k, k);
        System.arraycopy(alone.floats("distances"), 0, distances, q * k, k);
        mended++;
      }
    }
    return mended;
  }

  /**
   * Adds to FAISS's answer of inner products those last results of Sagitta's that FAISS has not, if
   * they are equal to each other and worse than all others.
   *
   * @return how many were added
   */
  static int lostWorst(
      int nq, int k, long[] mine, float[] mineDistances, long[] ids, float[] distances) {
    int added = 0;
    for (int q = 0; q < nq; q++) {
      int from = q * k + real(ids, q * k, k);
      int to = q * k + real(mine, q * k, k);
      boolean worst = from < to && from > q * k && mineDistances[from - 1] > mineDistances[from];
      for (int i = from; worst && i < to; i++) {
        worst = mineDistances[i] == mineDistances[from];
      }
      if (worst) {
        System.arraycopy(mine, from, ids, from, to - from);
        System.arraycopy(mineDistances, from, distances, from, to - from);
        added += to - from;
      }
    }
    return added;
  }

  private static int real(long[] ids, int from, int k) {
    int n = 0;
    while (n < k && ids[from + n] >= 0) {
      n++;
    }
    return n;
  }
}
