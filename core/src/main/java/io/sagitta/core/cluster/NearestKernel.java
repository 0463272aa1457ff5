package io.sagitta.core.cluster;

/**
 * The inner loop of the nearest-centroid search: scores a block of rows against a group of
 * centroids packed dimension-major (see {@link CentroidPanels}) and keeps, per row and lane, the
 * best so far.
 *
 * <p>Lanes are reduced only once, after the last group, by {@link NearestCentroids}; so no step of
 * the loop crosses lanes. Implementations are stateless and safe for any thread.
 */
interface NearestKernel {
  /** Centroids in a panel: one SIMD vector's worth. */
  int lanes();

  /** Row blocks handed in must be readable up to a multiple of this many rows. */
  int rowBlock();

  /**
   * Raises {@code best} and {@code ids} with x·c + bias for every row x and centroid c of the
   * group. Among equal scores in a lane the centroid seen first stays.
   *
   * @param rows holds the rows; row r starts at {@code offset + r·stride}
   * @param offset element index of the first row
   * @param stride elements from one row to the next, ≥ d
   * @param count rows to score; memory must be readable for count rounded up to {@link #rowBlock()}
   * @param d components of a row
   * @param group panels × d × lanes elements
   * @param bias panels × lanes start values: −‖c‖²/2, or 0; −∞ where a lane holds no centroid
   * @param panels panels in the group
   * @param firstId id of the group's first centroid
   * @param best count rounded up × lanes scores, raised in place
   * @param ids the centroid of each score
   */
  void scanDot(
      float[] rows,
      int offset,
      int stride,
      int count,
      int d,
      float[] group,
      float[] bias,
      int panels,
      int firstId,
      float[] best,
      int[] ids);

  /**
   * Like {@link #scanDot}, with the score bias − Σ(x−c)² formed from the differences themselves:
   * twice the work, and no cancellation when vectors lie far from the origin.
   *
   * @param bias 0, or −∞ where a lane holds no centroid
   */
  void scanDirect(
      float[] rows,
      int offset,
      int stride,
      int count,
      int d,
      float[] group,
      float[] bias,
      int panels,
      int firstId,
      float[] best,
      int[] ids);

  /**
   * Brings each row's best score, and among equal scores the lowest centroid, to its lane 0.
   *
   * @param rowCount rows in {@code best} and {@code ids}
   */
  default void reduce(float[] best, int[] ids, int rowCount) {
    int n = lanes();
    for (int at = 0; at < rowCount * n; at += n) {
      float top = best[at];
      int who = ids[at];
      for (int l = 1; l < n; l++) {
        float score = best[at + l];
        if (score > top || (score == top && Integer.compareUnsigned(ids[at + l], who) < 0)) {
          top = score;
          who = ids[at + l];
        }
      }
      best[at] = top;
      ids[at] = who;
    }
  }

  /**
   * Adds rows to the sums of their centroids, in row order: {@code sums[label·d + j] += x[j]}.
   *
   * @param from labels below this belong to another caller and are passed over
   * @param to labels from this on belong to another caller
   */
  default void accumulate(
      float[] rows,
      int count,
      int d,
      int[] labels,
      int labelOffset,
      int from,
      int to,
      float[] sums) {
    for (int r = 0; r < count; r++) {
      int label = labels[labelOffset + r];
      if (label >= from && label < to) {
        int s = label * d;
        int x = r * d;
        for (int j = 0; j < d; j++) {
          sums[s + j] += rows[x + j];
        }
      }
    }
  }
}
