package io.sagitta.core.cluster;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The tile for long rows: 12 rows × 2 panels of products, all 24 sums in registers, for machines
 * with 32 vector registers.
 *
 * <p>Rows stay row-major: each component is broadcast from memory, which costs a load and no
 * arithmetic slot; packing the rows first measured 15 % slower at 128 dimensions. The sums leave
 * through an array, not through a call, because a call that is not inlined boxes every vector.
 */
final class WideDotTile {
  private WideDotTile() {}

  /** Rows of one tile. */
  static final int ROWS = 12;

  /**
   * Forms the scores of 12 rows against two panels: bias + x·c.
   *
   * @param x element index of the first row
   * @param stride elements from one row to the next
   * @param panel element index of the first panel in {@code group}; the second follows it
   * @param biasAt element index of the first panel's start values
   * @param sums receives 12 × 2 × lanes scores
   */
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
    FloatVector s5x0 = bias0;
    FloatVector s5x1 = bias1;
    FloatVector s6x0 = bias0;
    FloatVector s6x1 = bias1;
    FloatVector s7x0 = bias0;
    FloatVector s7x1 = bias1;
    FloatVector s8x0 = bias0;
    FloatVector s8x1 = bias1;
    FloatVector s9x0 = bias0;
    FloatVector s9x1 = bias1;
    FloatVector s10x0 = bias0;
    FloatVector s10x1 = bias1;
    FloatVector s11x0 = bias0;
    FloatVector s11x1 = bias1;
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
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 5 * stride]);
      s5x0 = v.fma(p0, s5x0);
      s5x1 = v.fma(p1, s5x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 6 * stride]);
      s6x0 = v.fma(p0, s6x0);
      s6x1 = v.fma(p1, s6x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 7 * stride]);
      s7x0 = v.fma(p0, s7x0);
      s7x1 = v.fma(p1, s7x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 8 * stride]);
      s8x0 = v.fma(p0, s8x0);
      s8x1 = v.fma(p1, s8x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 9 * stride]);
      s9x0 = v.fma(p0, s9x0);
      s9x1 = v.fma(p1, s9x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 10 * stride]);
      s10x0 = v.fma(p0, s10x0);
      s10x1 = v.fma(p1, s10x1);
      v = FloatVector.broadcast(VectorNearestKernel.FLOATS, rows[j + 11 * stride]);
      s11x0 = v.fma(p0, s11x0);
      s11x1 = v.fma(p1, s11x1);
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
    s5x0.intoArray(sums, 10 * lanes);
    s5x1.intoArray(sums, 11 * lanes);
    s6x0.intoArray(sums, 12 * lanes);
    s6x1.intoArray(sums, 13 * lanes);
    s7x0.intoArray(sums, 14 * lanes);
    s7x1.intoArray(sums, 15 * lanes);
    s8x0.intoArray(sums, 16 * lanes);
    s8x1.intoArray(sums, 17 * lanes);
    s9x0.intoArray(sums, 18 * lanes);
    s9x1.intoArray(sums, 19 * lanes);
    s10x0.intoArray(sums, 20 * lanes);
    s10x1.intoArray(sums, 21 * lanes);
    s11x0.intoArray(sums, 22 * lanes);
    s11x1.intoArray(sums, 23 * lanes);
  }

  /**
   * Raises the best scores of a tile's rows with the sums of {@link #dot} or {@link
   * FiveDotTile#dot}.
   *
   * @param rows rows of the tile
   * @param id id of the first panel's first centroid
   * @param at element index of the first row's lanes in {@code best} and {@code ids}
   */
  static void raise(float[] sums, int rows, int id, float[] best, int[] ids, int at) {
    final int lanes = VectorNearestKernel.LANES;
    IntVector first = IntVector.broadcast(VectorNearestKernel.INTS, id).addIndex(1);
    IntVector second = first.add(lanes);
    for (int r = 0; r < rows; r++) {
      int to = at + r * lanes;
      FloatVector top = FloatVector.fromArray(VectorNearestKernel.FLOATS, best, to);
      FloatVector score = FloatVector.fromArray(VectorNearestKernel.FLOATS, sums, 2 * r * lanes);
      IntVector who = IntVector.fromArray(VectorNearestKernel.INTS, ids, to);
      VectorMask<Float> better = score.compare(VectorOperators.GT, top);
      top = top.blend(score, better);
      who = who.blend(first, better.cast(VectorNearestKernel.INTS));
      score = FloatVector.fromArray(VectorNearestKernel.FLOATS, sums, (2 * r + 1) * lanes);
      better = score.compare(VectorOperators.GT, top);
      top.blend(score, better).intoArray(best, to);
      who.blend(second, better.cast(VectorNearestKernel.INTS)).intoArray(ids, to);
    }
  }
}
