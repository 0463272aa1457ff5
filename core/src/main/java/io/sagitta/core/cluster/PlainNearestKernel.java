package io.sagitta.core.cluster;

import java.util.Arrays;

/**
 * The plain Java form of {@link NearestKernel}; its lane loops are shaped for auto-vectorisation.
 */
final class PlainNearestKernel implements NearestKernel {
  private static final int LANES = 16;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public int rowBlock() {
    return 1;
  }

  @Override
  public void scanDot(
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
      int[] ids) {
    float[] sum = new float[LANES];
    for (int r = 0; r < count; r++) {
      int x = offset + r * stride;
      for (int p = 0; p < panels; p++) {
        System.arraycopy(bias, p * LANES, sum, 0, LANES);
        int c = p * d * LANES;
        for (int j = 0; j < d; j++, c += LANES) {
          float value = rows[x + j];
          for (int l = 0; l < LANES; l++) {
            sum[l] += value * group[c + l];
          }
        }
        raise(sum, firstId + p * LANES, best, ids, r * LANES);
      }
    }
  }

  @Override
  public void scanDirect(
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
      int[] ids) {
    float[] sum = new float[LANES];
    for (int r = 0; r < count; r++) {
      int x = offset + r * stride;
      for (int p = 0; p < panels; p++) {
        Arrays.fill(sum, 0);
        int c = p * d * LANES;
        for (int j = 0; j < d; j++, c += LANES) {
          float value = rows[x + j];
          for (int l = 0; l < LANES; l++) {
            float t = value - group[c + l];
            sum[l] += t * t;
          }
        }
        for (int l = 0; l < LANES; l++) {
          sum[l] = bias[p * LANES + l] - sum[l];
        }
        raise(sum, firstId + p * LANES, best, ids, r * LANES);
      }
    }
  }

  private static void raise(float[] sum, int firstId, float[] best, int[] ids, int at) {
    for (int l = 0; l < LANES; l++) {
      if (sum[l] > best[at + l]) {
        best[at + l] = sum[l];
        ids[at + l] = firstId + l;
      }
    }
  }
}
