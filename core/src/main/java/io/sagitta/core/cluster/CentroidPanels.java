package io.sagitta.core.cluster;

import java.util.Arrays;

/**
 * Centroids packed for {@link NearestKernel}: panels of {@code lanes} centroids, dimension-major,
 * so that one vector load brings one component of {@code lanes} centroids. Panels lie in groups of
 * about 256 KB, which stay in the second-level cache while a block of rows passes over them.
 *
 * <p>A group has an even number of panels; lanes without a centroid have the bias −∞ and never win.
 * Immutable; safe for all threads.
 */
final class CentroidPanels {
  /** Elements of a group: 256 KB of float32. */
  private static final int GROUP_ELEMENTS = 1 << 16;

  final int k;
  final int d;
  final int groups;
  final int panelsPerGroup;
  final int lanes;
  private final float[][] values;
  private final float[][] bias;

  /**
   * @param centroids k × d elements from {@code offset} on, row-major
   * @param halfNorms true: the bias is −‖c‖²/2, for L2 through products; false: 0
   */
  CentroidPanels(float[] centroids, int offset, int k, int d, int lanes, boolean halfNorms) {
    this.k = k;
    this.d = d;
    this.lanes = lanes;
    int panels = ((k + lanes - 1) / lanes + 1) & ~1;
    panelsPerGroup = Math.min(panels, Math.max(2, GROUP_ELEMENTS / (d * lanes) & ~1));
    groups = (panels + panelsPerGroup - 1) / panelsPerGroup;
    values = new float[groups][];
    bias = new float[groups][];
    for (int g = 0; g < groups; g++) {
      int count = Math.min(panelsPerGroup, panels - g * panelsPerGroup);
      values[g] = new float[count * d * lanes];
      bias[g] = new float[count * lanes];
      fillGroup(centroids, offset, g, halfNorms);
    }
  }

  private void fillGroup(float[] centroids, int offset, int g, boolean halfNorms) {
    float[] out = values[g];
    float[] start = bias[g];
    int first = firstId(g);
    int held = Math.min(start.length, k - first);
    Arrays.fill(start, Math.max(0, held), start.length, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < held; i++) {
      int at = (i / lanes) * d * lanes + i % lanes;
      int c = offset + (first + i) * d;
      double norm = 0;
      for (int j = 0; j < d; j++, at += lanes) {
        float v = centroids[c + j];
        out[at] = v;
        norm += (double) v * v;
      }
      start[i] = halfNorms ? (float) (-0.5 * norm) : 0f;
    }
  }

  int panels(int group) {
    return bias[group].length / lanes;
  }

  int firstId(int group) {
    return group * panelsPerGroup * lanes;
  }

  float[] values(int group) {
    return values[group];
  }

  float[] bias(int group) {
    return bias[group];
  }
}
