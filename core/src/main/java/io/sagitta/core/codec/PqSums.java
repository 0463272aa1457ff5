package io.sagitta.core.codec;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of float table entries for codes in {@link PqColumns}: the bits that adding one entry after
 * the other gives, from look-ups in registers.
 *
 * <p>Implementation note. A sub-quantizer's 256 entries are 16 registers; eight look-ups in two
 * registers each and seven blends give 16 entries, about 22 operations where single loads with
 * their range checks take about 80.
 */
final class PqSums {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;

  private PqSums() {}

  /**
   * Sums the codes of the last {@link PqColumns#split}.
   *
   * @param n codes, a multiple of 32
   * @param table m × 256 entries
   * @param out receives n sums at {@code to}
   * @param lanes room for 256 elements
   */
  static void sum(
      PqColumns columns, int n, int m, float[] table, float[] out, int to, float[] lanes) {
    short[] p = columns.pairs;
    Arrays.fill(lanes, 0, n, 0f);
    for (int i = 0; i < m; i++) {
      int from = (i >> 1) * PqColumns.BLOCK;
      int shift = 8 * (i & 1);
      add(p, from, shift, n, table, i << 8, lanes);
    }
    for (int g = 0; g < n; g += PqColumns.GROUP) {
      PqColumns.inOrder(lanes, g, out, to + g);
    }
  }

  private static void add(
      short[] pairs, int from, int shift, int n, float[] t, int at, float[] lanes) {
    FloatVector t0 = FloatVector.fromArray(F, t, at);
    FloatVector t1 = FloatVector.fromArray(F, t, at + 16);
    FloatVector t2 = FloatVector.fromArray(F, t, at + 32);
    FloatVector t3 = FloatVector.fromArray(F, t, at + 48);
    FloatVector t4 = FloatVector.fromArray(F, t, at + 64);
    FloatVector t5 = FloatVector.fromArray(F, t, at + 80);
    FloatVector t6 = FloatVector.fromArray(F, t, at + 96);
    FloatVector t7 = FloatVector.fromArray(F, t, at + 112);
    FloatVector t8 = FloatVector.fromArray(F, t, at + 128);
    FloatVector t9 = FloatVector.fromArray(F, t, at + 144);
    FloatVector t10 = FloatVector.fromArray(F, t, at + 160);
    FloatVector t11 = FloatVector.fromArray(F, t, at + 176);
    FloatVector t12 = FloatVector.fromArray(F, t, at + 192);
    FloatVector t13 = FloatVector.fromArray(F, t, at + 208);
    FloatVector t14 = FloatVector.fromArray(F, t, at + 224);
    FloatVector t15 = FloatVector.fromArray(F, t, at + 240);
    for (int g = 0; g < n; g += 16) {
      IntVector c =
          (IntVector)
              ShortVector.fromArray(ShortVector.SPECIES_256, pairs, from + g)
                  .convertShape(VectorOperators.S2I, I, 0);
      c = c.lanewise(VectorOperators.LSHR, shift);
      VectorMask<Float> bit5 = c.and(32).compare(VectorOperators.NE, 0).cast(F);
      VectorMask<Float> bit6 = c.and(64).compare(VectorOperators.NE, 0).cast(F);
      VectorMask<Float> bit7 = c.and(128).compare(VectorOperators.NE, 0).cast(F);
      FloatVector q = (FloatVector) c.and(31).convert(VectorOperators.I2F, 0);
      FloatVector a = q.selectFrom(t0, t1).blend(q.selectFrom(t2, t3), bit5);
      FloatVector b = q.selectFrom(t4, t5).blend(q.selectFrom(t6, t7), bit5);
      a = a.blend(b, bit6);
      b = q.selectFrom(t8, t9).blend(q.selectFrom(t10, t11), bit5);
      FloatVector d = q.selectFrom(t12, t13).blend(q.selectFrom(t14, t15), bit5);
      a = a.blend(b.blend(d, bit6), bit7);
      a.add(FloatVector.fromArray(F, lanes, g)).intoArray(lanes, g);
    }
  }
}
