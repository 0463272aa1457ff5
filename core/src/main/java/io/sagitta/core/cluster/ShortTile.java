package io.sagitta.core.cluster;

import static io.sagitta.core.cluster.VectorNearestKernel.FLOATS;
import static io.sagitta.core.cluster.VectorNearestKernel.INTS;
import static io.sagitta.core.cluster.VectorNearestKernel.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The tiles for rows of 4 and of 8 components, the usual lengths of a product quantizer's parts:
 * all components of the rows stay in registers, broadcast once for all centroids, so that a panel
 * costs one load a component however many rows there are. The sums are those of {@link NarrowTile},
 * bit for bit. Two rows of 8 and four of 4 are for 32 registers, one and two for 16: where a tile
 * of six rows keeps its best in memory and loads each component again for every panel.
 */
final class ShortTile {
  private ShortTile() {}

  /**
   * Two rows of 8 components with the score bias + x·c; parameters as in {@link
   * NarrowTile#scanDot}.
   */
  static void dot8(
      float[] rows,
      int x,
      int stride,
      float[] group,
      float[] bias,
      int panels,
      int firstId,
      float[] best,
      int[] ids,
      int at) {
    FloatVector r0x0 = FloatVector.broadcast(FLOATS, rows[x]);
    FloatVector r0x1 = FloatVector.broadcast(FLOATS, rows[x + 1]);
    FloatVector r0x2 = FloatVector.broadcast(FLOATS, rows[x + 2]);
    FloatVector r0x3 = FloatVector.broadcast(FLOATS, rows[x + 3]);
    FloatVector r0x4 = FloatVector.broadcast(FLOATS, rows[x + 4]);
    FloatVector r0x5 = FloatVector.broadcast(FLOATS, rows[x + 5]);
    FloatVector r0x6 = FloatVector.broadcast(FLOATS, rows[x + 6]);
    FloatVector r0x7 = FloatVector.broadcast(FLOATS, rows[x + 7]);
    FloatVector r1x0 = FloatVector.broadcast(FLOATS, rows[x + stride]);
    FloatVector r1x1 = FloatVector.broadcast(FLOATS, rows[x + stride + 1]);
    FloatVector r1x2 = FloatVector.broadcast(FLOATS, rows[x + stride + 2]);
    FloatVector r1x3 = FloatVector.broadcast(FLOATS, rows[x + stride + 3]);
    FloatVector r1x4 = FloatVector.broadcast(FLOATS, rows[x + stride + 4]);
    FloatVector r1x5 = FloatVector.broadcast(FLOATS, rows[x + stride + 5]);
    FloatVector r1x6 = FloatVector.broadcast(FLOATS, rows[x + stride + 6]);
    FloatVector r1x7 = FloatVector.broadcast(FLOATS, rows[x + stride + 7]);
    FloatVector r0Top = FloatVector.fromArray(FLOATS, best, at);
    IntVector r0Id = IntVector.fromArray(INTS, ids, at);
    FloatVector r1Top = FloatVector.fromArray(FLOATS, best, at + LANES);
    IntVector r1Id = IntVector.fromArray(INTS, ids, at + LANES);
    IntVector id = IntVector.broadcast(INTS, firstId).addIndex(1);
    int c = 0;
    for (int p = 0; p < panels; p++) {
      FloatVector r0 = FloatVector.fromArray(FLOATS, bias, p * LANES);
      FloatVector r1 = r0;
      FloatVector v = FloatVector.fromArray(FLOATS, group, c);
      r0 = r0x0.fma(v, r0);
      r1 = r1x0.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + LANES);
      r0 = r0x1.fma(v, r0);
      r1 = r1x1.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + 2 * LANES);
      r0 = r0x2.fma(v, r0);
      r1 = r1x2.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + 3 * LANES);
      r0 = r0x3.fma(v, r0);
      r1 = r1x3.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + 4 * LANES);
      r0 = r0x4.fma(v, r0);
      r1 = r1x4.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + 5 * LANES);
      r0 = r0x5.fma(v, r0);
      r1 = r1x5.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + 6 * LANES);
      r0 = r0x6.fma(v, r0);
      r1 = r1x6.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + 7 * LANES);
      r0 = r0x7.fma(v, r0);
      r1 = r1x7.fma(v, r1);
      VectorMask<Float> better = r0.compare(VectorOperators.GT, r0Top);
      r0Top = r0Top.blend(r0, better);
      r0Id = r0Id.blend(id, better.cast(INTS));
      better = r1.compare(VectorOperators.GT, r1Top);
      r1Top = r1Top.blend(r1, better);
      r1Id = r1Id.blend(id, better.cast(INTS));
      id = id.add(LANES);
      c += 8 * LANES;
    }
    r0Top.intoArray(best, at);
    r0Id.intoArray(ids, at);
    r1Top.intoArray(best, at + LANES);
    r1Id.intoArray(ids, at + LANES);
  }

  /** Four rows of 4 components, likewise. */
  static void dot4(
      float[] rows,
      int x,
      int stride,
      float[] group,
      float[] bias,
      int panels,
      int firstId,
      float[] best,
      int[] ids,
      int at) {
    FloatVector r0x0 = FloatVector.broadcast(FLOATS, rows[x]);
    FloatVector r0x1 = FloatVector.broadcast(FLOATS, rows[x + 1]);
    FloatVector r0x2 = FloatVector.broadcast(FLOATS, rows[x + 2]);
    FloatVector r0x3 = FloatVector.broadcast(FLOATS, rows[x + 3]);
    FloatVector r1x0 = FloatVector.broadcast(FLOATS, rows[x + stride]);
    FloatVector r1x1 = FloatVector.broadcast(FLOATS, rows[x + stride + 1]);
    FloatVector r1x2 = FloatVector.broadcast(FLOATS, rows[x + stride + 2]);
    FloatVector r1x3 = FloatVector.broadcast(FLOATS, rows[x + stride + 3]);
    FloatVector r2x0 = FloatVector.broadcast(FLOATS, rows[x + 2 * stride]);
    FloatVector r2x1 = FloatVector.broadcast(FLOATS, rows[x + 2 * stride + 1]);
    FloatVector r2x2 = FloatVector.broadcast(FLOATS, rows[x + 2 * stride + 2]);
    FloatVector r2x3 = FloatVector.broadcast(FLOATS, rows[x + 2 * stride + 3]);
    FloatVector r3x0 = FloatVector.broadcast(FLOATS, rows[x + 3 * stride]);
    FloatVector r3x1 = FloatVector.broadcast(FLOATS, rows[x + 3 * stride + 1]);
    FloatVector r3x2 = FloatVector.broadcast(FLOATS, rows[x + 3 * stride + 2]);
    FloatVector r3x3 = FloatVector.broadcast(FLOATS, rows[x + 3 * stride + 3]);
    FloatVector r0Top = FloatVector.fromArray(FLOATS, best, at);
    IntVector r0Id = IntVector.fromArray(INTS, ids, at);
    FloatVector r1Top = FloatVector.fromArray(FLOATS, best, at + LANES);
    IntVector r1Id = IntVector.fromArray(INTS, ids, at + LANES);
    FloatVector r2Top = FloatVector.fromArray(FLOATS, best, at + 2 * LANES);
    IntVector r2Id = IntVector.fromArray(INTS, ids, at + 2 * LANES);
    FloatVector r3Top = FloatVector.fromArray(FLOATS, best, at + 3 * LANES);
    IntVector r3Id = IntVector.fromArray(INTS, ids, at + 3 * LANES);
    IntVector id = IntVector.broadcast(INTS, firstId).addIndex(1);
    int c = 0;
    for (int p = 0; p < panels; p++) {
      FloatVector r0 = FloatVector.fromArray(FLOATS, bias, p * LANES);
      FloatVector r1 = r0;
      FloatVector r2 = r0;
      FloatVector r3 = r0;
      FloatVector v = FloatVector.fromArray(FLOATS, group, c);
      r0 = r0x0.fma(v, r0);
      r1 = r1x0.fma(v, r1);
      r2 = r2x0.fma(v, r2);
      r3 = r3x0.fma(v, r3);
      v = FloatVector.fromArray(FLOATS, group, c + LANES);
      r0 = r0x1.fma(v, r0);
      r1 = r1x1.fma(v, r1);
      r2 = r2x1.fma(v, r2);
      r3 = r3x1.fma(v, r3);
      v = FloatVector.fromArray(FLOATS, group, c + 2 * LANES);
      r0 = r0x2.fma(v, r0);
      r1 = r1x2.fma(v, r1);
      r2 = r2x2.fma(v, r2);
      r3 = r3x2.fma(v, r3);
      v = FloatVector.fromArray(FLOATS, group, c + 3 * LANES);
      r0 = r0x3.fma(v, r0);
      r1 = r1x3.fma(v, r1);
      r2 = r2x3.fma(v, r2);
      r3 = r3x3.fma(v, r3);
      VectorMask<Float> better = r0.compare(VectorOperators.GT, r0Top);
      r0Top = r0Top.blend(r0, better);
      r0Id = r0Id.blend(id, better.cast(INTS));
      better = r1.compare(VectorOperators.GT, r1Top);
      r1Top = r1Top.blend(r1, better);
      r1Id = r1Id.blend(id, better.cast(INTS));
      better = r2.compare(VectorOperators.GT, r2Top);
      r2Top = r2Top.blend(r2, better);
      r2Id = r2Id.blend(id, better.cast(INTS));
      better = r3.compare(VectorOperators.GT, r3Top);
      r3Top = r3Top.blend(r3, better);
      r3Id = r3Id.blend(id, better.cast(INTS));
      id = id.add(LANES);
      c += 4 * LANES;
    }
    r0Top.intoArray(best, at);
    r0Id.intoArray(ids, at);
    r1Top.intoArray(best, at + LANES);
    r1Id.intoArray(ids, at + LANES);
    r2Top.intoArray(best, at + 2 * LANES);
    r2Id.intoArray(ids, at + 2 * LANES);
    r3Top.intoArray(best, at + 3 * LANES);
    r3Id.intoArray(ids, at + 3 * LANES);
  }

  /**
   * One row of 8 components, likewise: 8 components, the best, its id and two others in registers.
   */
  static void one8(
      float[] rows,
      int x,
      float[] group,
      float[] bias,
      int panels,
      int firstId,
      float[] best,
      int[] ids,
      int at) {
    FloatVector x0 = FloatVector.broadcast(FLOATS, rows[x]);
    FloatVector x1 = FloatVector.broadcast(FLOATS, rows[x + 1]);
    FloatVector x2 = FloatVector.broadcast(FLOATS, rows[x + 2]);
    FloatVector x3 = FloatVector.broadcast(FLOATS, rows[x + 3]);
    FloatVector x4 = FloatVector.broadcast(FLOATS, rows[x + 4]);
    FloatVector x5 = FloatVector.broadcast(FLOATS, rows[x + 5]);
    FloatVector x6 = FloatVector.broadcast(FLOATS, rows[x + 6]);
    FloatVector x7 = FloatVector.broadcast(FLOATS, rows[x + 7]);
    FloatVector top = FloatVector.fromArray(FLOATS, best, at);
    IntVector who = IntVector.fromArray(INTS, ids, at);
    IntVector id = IntVector.broadcast(INTS, firstId).addIndex(1);
    int c = 0;
    for (int p = 0; p < panels; p++) {
      FloatVector s = FloatVector.fromArray(FLOATS, bias, p * LANES);
      s = x0.fma(FloatVector.fromArray(FLOATS, group, c), s);
      s = x1.fma(FloatVector.fromArray(FLOATS, group, c + LANES), s);
      s = x2.fma(FloatVector.fromArray(FLOATS, group, c + 2 * LANES), s);
      s = x3.fma(FloatVector.fromArray(FLOATS, group, c + 3 * LANES), s);
      s = x4.fma(FloatVector.fromArray(FLOATS, group, c + 4 * LANES), s);
      s = x5.fma(FloatVector.fromArray(FLOATS, group, c + 5 * LANES), s);
      s = x6.fma(FloatVector.fromArray(FLOATS, group, c + 6 * LANES), s);
      s = x7.fma(FloatVector.fromArray(FLOATS, group, c + 7 * LANES), s);
      VectorMask<Float> better = s.compare(VectorOperators.GT, top);
      top = top.blend(s, better);
      who = who.blend(id, better.cast(INTS));
      id = id.add(LANES);
      c += 8 * LANES;
    }
    top.intoArray(best, at);
    who.intoArray(ids, at);
  }

  /** Two rows of 4 components, likewise. */
  static void two4(
      float[] rows,
      int x,
      int stride,
      float[] group,
      float[] bias,
      int panels,
      int firstId,
      float[] best,
      int[] ids,
      int at) {
    FloatVector r0x0 = FloatVector.broadcast(FLOATS, rows[x]);
    FloatVector r0x1 = FloatVector.broadcast(FLOATS, rows[x + 1]);
    FloatVector r0x2 = FloatVector.broadcast(FLOATS, rows[x + 2]);
    FloatVector r0x3 = FloatVector.broadcast(FLOATS, rows[x + 3]);
    FloatVector r1x0 = FloatVector.broadcast(FLOATS, rows[x + stride]);
    FloatVector r1x1 = FloatVector.broadcast(FLOATS, rows[x + stride + 1]);
    FloatVector r1x2 = FloatVector.broadcast(FLOATS, rows[x + stride + 2]);
    FloatVector r1x3 = FloatVector.broadcast(FLOATS, rows[x + stride + 3]);
    FloatVector r0Top = FloatVector.fromArray(FLOATS, best, at);
    IntVector r0Id = IntVector.fromArray(INTS, ids, at);
    FloatVector r1Top = FloatVector.fromArray(FLOATS, best, at + LANES);
    IntVector r1Id = IntVector.fromArray(INTS, ids, at + LANES);
    IntVector id = IntVector.broadcast(INTS, firstId).addIndex(1);
    int c = 0;
    for (int p = 0; p < panels; p++) {
      FloatVector r0 = FloatVector.fromArray(FLOATS, bias, p * LANES);
      FloatVector r1 = r0;
      FloatVector v = FloatVector.fromArray(FLOATS, group, c);
      r0 = r0x0.fma(v, r0);
      r1 = r1x0.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + LANES);
      r0 = r0x1.fma(v, r0);
      r1 = r1x1.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + 2 * LANES);
      r0 = r0x2.fma(v, r0);
      r1 = r1x2.fma(v, r1);
      v = FloatVector.fromArray(FLOATS, group, c + 3 * LANES);
      r0 = r0x3.fma(v, r0);
      r1 = r1x3.fma(v, r1);
      VectorMask<Float> better = r0.compare(VectorOperators.GT, r0Top);
      r0Top = r0Top.blend(r0, better);
      r0Id = r0Id.blend(id, better.cast(INTS));
      better = r1.compare(VectorOperators.GT, r1Top);
      r1Top = r1Top.blend(r1, better);
      r1Id = r1Id.blend(id, better.cast(INTS));
      id = id.add(LANES);
      c += 4 * LANES;
    }
    r0Top.intoArray(best, at);
    r0Id.intoArray(ids, at);
    r1Top.intoArray(best, at + LANES);
    r1Id.intoArray(ids, at + LANES);
  }
}
