package io.sagitta.core.cluster;

import io.sagitta.core.kernel.Kernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API form of {@link NearestKernel}: picks the tile that suits the row length. */
final class VectorNearestKernel implements NearestKernel {
  private static final VectorShape SHAPE = VectorShape.forBitSize(Kernels.vectorBits());
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  static final int LANES = FLOATS.length();

  /**
   * Below this row length the narrow tile is taken: it was measured to win at 8 dimensions and the
   * wide one at 128; where between them they meet is an estimate.
   */
  private static final int WIDE_FROM = 32;

  /** The wide tile needs 27 registers; only AVX-512 has so many. */
  private static final boolean WIDE = SHAPE == VectorShape.S_512_BIT;

  @Override
  public int lanes() {
    return LANES;
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
    if (WIDE && d >= WIDE_FROM && (panels & 1) == 0) {
      float[] sums = new float[2 * WideDotTile.ROWS * LANES];
      for (int p = 0; p < panels; p += 2) {
        for (int r = 0; r < count; r += WideDotTile.ROWS) {
          WideDotTile.dot(
              rows, offset + r * stride, stride, d, group, p * d * LANES, bias, p * LANES, sums);
          WideDotTile.raise(sums, firstId + p * LANES, best, ids, r * LANES);
        }
      }
    } else {
      for (int r = 0; r < count; r += NarrowTile.ROWS) {
        NarrowTile.scanDot(
            rows,
            offset + r * stride,
            stride,
            d,
            group,
            bias,
            panels,
            firstId,
            best,
            ids,
            r * LANES);
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
    for (int r = 0; r < count; r += NarrowTile.ROWS) {
      NarrowTile.scanDirect(
          rows, offset + r * stride, stride, d, group, bias, panels, firstId, best, ids, r * LANES);
    }
  }

  @Override
  public void reduce(float[] best, int[] ids, int rowCount) {
    for (int at = 0; at < rowCount * LANES; at += LANES) {
      FloatVector scores = FloatVector.fromArray(FLOATS, best, at);
      float top = scores.reduceLanes(VectorOperators.MAX);
      VectorMask<Float> equal = scores.compare(VectorOperators.EQ, top);
      // Where the top is −∞ nothing was found: every id is −1, and so is their minimum.
      ids[at] =
          IntVector.fromArray(INTS, ids, at).reduceLanes(VectorOperators.MIN, equal.cast(INTS));
      best[at] = top;
    }
  }
}
