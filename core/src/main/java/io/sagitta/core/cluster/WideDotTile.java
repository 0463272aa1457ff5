package io.sagitta.core.cluster;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The tile for long rows: 12 rows × 2 panels of products, all 24 sums in registers, for machines with
 * 32 vector registers.
 *
 * <p>Rows stay row-major: each component is broadcast from memory, which costs a load and no
 * arithmetic slot; packing the rows first measured 15 % slower at 128 dimensions.
 */
final class WideDotTile {
  private WideDotTile() {}

  /** Rows of one tile. */
  static final int ROWS = 12;

  /**
   * Scores 12 rows against panels p and p + 1.
   *
   * @param x element index of the first row
   * @param stride elements from one row to the next
   * @param panel element index of panel p in {@code group}; the next panel follows it
   * @param biasAt element index of panel p's start values
   * @param id id of panel p's first centroid
   * @param at element index of the first row's lanes in {@code best} and {@code ids}
   */
  static void scan(
      float[] rows,
      int x,
      int stride,
      int d,
      float[] group,
      int panel,
      float[] bias,
      int biasAt,
      int id,
      float[] best,
      int[] ids,
      int at) {
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
    raise(s0x0, s0x1, id, best, ids, at);
    raise(s1x0, s1x1, id, best, ids, at + lanes);
    raise(s2x0, s2x1, id, best, ids, at + 2 * lanes);
    raise(s3x0, s3x1, id, best, ids, at + 3 * lanes);
    raise(s4x0, s4x1, id, best, ids, at + 4 * lanes);
    raise(s5x0, s5x1, id, best, ids, at + 5 * lanes);
    raise(s6x0, s6x1, id, best, ids, at + 6 * lanes);
    raise(s7x0, s7x1, id, best, ids, at + 7 * lanes);
    raise(s8x0, s8x1, id, best, ids, at + 8 * lanes);
    raise(s9x0, s9x1, id, best, ids, at + 9 * lanes);
    raise(s10x0, s10x1, id, best, ids, at + 10 * lanes);
    raise(s11x0, s11x1, id, best, ids, at + 11 * lanes);
  }

  private static void raise(
      FloatVector first, FloatVector second, int id, float[] best, int[] ids, int at) {
    FloatVector top = FloatVector.fromArray(VectorNearestKernel.FLOATS, best, at);
    IntVector who = IntVector.fromArray(VectorNearestKernel.INTS, ids, at);
    IntVector own = IntVector.broadcast(VectorNearestKernel.INTS, id).addIndex(1);
    VectorMask<Float> better = first.compare(VectorOperators.GT, top);
    top = top.blend(first, better);
    who = who.blend(own, better.cast(VectorNearestKernel.INTS));
    better = second.compare(VectorOperators.GT, top);
    top.blend(second, better).intoArray(best, at);
    who.blend(own.add(VectorNearestKernel.LANES), better.cast(VectorNearestKernel.INTS))
        .intoArray(ids, at);
  }
}
