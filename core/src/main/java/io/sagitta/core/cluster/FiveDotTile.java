package io.sagitta.core.cluster;

import jdk.incubator.vector.FloatVector;

/**
 * The tile for long rows on machines with 16 vector registers: 5 rows × 2 panels of products, for
 * the reasons of the tile of five queries in the kernel package; {@link NarrowTile} needs seven
 * loads for six products. Otherwise as {@link WideDotTile}.
 */
final class FiveDotTile {
  private FiveDotTile() {}

  /** Rows of one tile. */
  static final int ROWS = 5;

  /** See {@link WideDotTile#dot}; {@code sums} receives 5 × 2 × lanes scores. */
  static void dot(
      float[] rows,
      int x,
      int stride,
      int d,
      float[] group,
      int panel,
      float[] bias,
      int biasAt,
      float[] sums) {
    final int lanes = VectorNearestKernel.LANES;
    FloatVector bias0 = FloatVector.fromArray(VectorNearestKernel.FLOATS, bias, biasAt);
    FloatVector bias1 = FloatVector.fromArray(VectorNearestKernel.FLOATS, bias, biasAt + lanes);
    FloatVector s0x0 = bias0;
    FloatVector s0x1 = bias1;
    FloatVector s1x0 = bias0;
    FloatVector s1x1 = bias1;
    FloatVector s2x0 = bias0;
    FloatVector s2x1 = bias1;
    FloatVector s3x0 = bias0;
    FloatVector s3x1 = bias1;
    FloatVector s4x0 = bias0;
    FloatVector s4x1 = bias1;
    int c0 = panel;
    int c1 = panel + d * lanes;
    for (int j = x; j < x + d; j++) {
      FloatVector p0 = FloatVector.fromArray(VectorNearestKernel.FLOATS, group, c0);
      FloatVector p1 = FloatVector.fromArray(VectorNearestKernel.FLOATS, group, c1);
      c0 += lanes;
      c1 += lanes;
      FloatVector v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j]);
      s0x0 = v.fma(p0, s0x0);
      s0x1 = v.fma(p1, s0x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + stride]);
      s1x0 = v.fma(p0, s1x0);
      s1x1 = v.fma(p1, s1x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 2 * stride]);
      s2x0 = v.fma(p0, s2x0);
      s2x1 = v.fma(p1, s2x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 3 * stride]);
      s3x0 = v.fma(p0, s3x0);
      s3x1 = v.fma(p1, s3x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 4 * stride]);
      s4x0 = v.fma(p0, s4x0);
      s4x1 = v.fma(p1, s4x1);
    }
    s0x0.intoArray(sums, 0);
    s0x1.intoArray(sums, lanes);
    s1x0.intoArray(sums, 2 * lanes);
    s1x1.intoArray(sums, 3 * lanes);
    s2x0.intoArray(sums, 4 * lanes);
    s2x1.intoArray(sums, 5 * lanes);
    s3x0.intoArray(sums, 6 * lanes);
    s3x1.intoArray(sums, 7 * lanes);
    s4x0.intoArray(sums, 8 * lanes);
    s4x1.intoArray(sums, 9 * lanes);
  }
}
