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

  /** A row of eight components in one register, where there are such. */
  private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;

  /** The wide tile needs 27 registers; only AVX-512 has so many. */
  private static final boolean WIDE = SHAPE == VectorShape.S_512_BIT;

  @Override
  public int lanes() {
    return LANES;
  }

  /** A multiple of the rows of every tile. */
  @Override
  public int rowBlock() {
    return WIDE ? 12 : 30;
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
    if (d >= WIDE_FROM && (panels & 1) == 0) {
      int tile = WIDE ? WideDotTile.ROWS : FiveDotTile.ROWS;
      float[] sums = new float[2 * tile * LANES];
      for (int p = 0; p < panels; p += 2) {
        int panel = p * d * LANES;
        for (int r = 0; r < count; r += tile) {
          int x = offset + r * stride;
          if (WIDE) {
            WideDotTile.dot(rows, x, stride, d, group, panel, bias, p * LANES, sums);
          } else {
            FiveDotTile.dot(rows, x, stride, d, group, panel, bias, p * LANES, sums);
          }
          WideDotTile.raise(sums, tile, firstId + p * LANES, best, ids, r * LANES);
        }
      }
    } else if (d == 8) {
      int tile = WIDE ? 2 : 1;
      for (int r = 0; r < count; r += tile) {
        int x = offset + r * stride;
        if (WIDE) {
          ShortTile.dot8(rows, x, stride, group, bias, panels, firstId, best, ids, r * LANES);
        } else {
          ShortTile.one8(rows, x, group, bias, panels, firstId, best, ids, r * LANES);
        }
      }
    } else if (d == 4) {
      int tile = WIDE ? 4 : 2;
      for (int r = 0; r < count; r += tile) {
        int x = offset + r * stride;
        if (WIDE) {
          ShortTile.dot4(rows, x, stride, group, bias, panels, firstId, best, ids, r * LANES);
        } else {
          ShortTile.two4(rows, x, stride, group, bias, panels, firstId, best, ids, r * LANES);
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
      // Whole numbers in the order of the floats: the maximum of floats minds NaN and the sign of
      // zero in every step. The added zero makes -0 equal to 0, as it is for the rule of ties.
      FloatVector scores = FloatVector.fromArray(FLOATS, best, at);
      IntVector bits = scores.add(0f).reinterpretAsInts();
      IntVector order = bits.lanewise(VectorOperators.ASHR, 31).and(0x7fffffff);
      order = order.lanewise(VectorOperators.XOR, bits);
      int top = order.reduceLanes(VectorOperators.MAX);
      VectorMask<Integer> equal = order.compare(VectorOperators.EQ, top);
      // Where the top is −∞ nothing was found: every id is −1, and so is their minimum.
      ids[at] = IntVector.fromArray(INTS, ids, at).reduceLanes(VectorOperators.MIN, equal);
      best[at] = Float.intBitsToFloat(top ^ (top >> 31 & 0x7fffffff));
    }
  }

  @Override
  public void accumulate(
      float[] rows,
      int count,
      int d,
      int[] labels,
      int labelOffset,
      int from,
      int to,
      float[] sums) {
    if (d == 8 && LANES >= 8) {
      for (int r = 0; r < count; r++) {
        int label = labels[labelOffset + r];
        if (label >= from && label < to) {
          FloatVector.fromArray(EIGHT, sums, label * 8)
              .add(FloatVector.fromArray(EIGHT, rows, r * 8))
              .intoArray(sums, label * 8);
        }
      }
    } else {
      NearestKernel.super.accumulate(rows, count, d, labels, labelOffset, from, to, sums);
    }
  }
}
