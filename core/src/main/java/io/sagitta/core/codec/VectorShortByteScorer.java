package io.sagitta.core.codec;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scores codes of one byte a component in vectors of less than 256 components that fill whole
 * loads; see {@link SqScorer} for the arithmetic.
 *
 * <p>Implementation note. One load brings a register full of bytes; masks and shifts make them four
 * registers of floats, so that byte 4·l + k of a load is lane l of register k, and the tables lie
 * in that order ({@link #place}). A row of 128 components takes 6.5 ns where a widening load for
 * each register takes 8.5. Rows in fours are taken one at a time: they are short enough for the
 * processor to overlap the misses of several. Products in runs go through {@link VectorByteRows}.
 * Longer rows are faster the other way ({@link VectorByteScorer}).
 */
final class VectorShortByteScorer extends SqScorer {
  /** Vectors from this length on are for {@link VectorByteScorer}. */
  private static final int TOO_LONG = 256;

  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Lanes.COUNT * 32));

  /** Components of a load. */
  private static final int STEP = 4 * Lanes.COUNT;

  /** Whether vectors of d components are for this scorer. */
  static boolean suits(int d) {
    return d < TOO_LONG && d % STEP == 0;
  }

  /**
   * Whether products in runs keep tables in registers. With 256 bits, hence 16 registers, C2 now
   * and then boxes them for good (128 bytes a row).
   */
  private static final boolean TABLES = Lanes.COUNT >= 16;

  private final float[] partial;

  VectorShortByteScorer(ScalarQuantizer quantizer, boolean innerProduct) {
    super(quantizer, innerProduct);
    partial = TABLES && innerProduct ? VectorByteRows.room() : new float[0];
  }

  @Override
  int place(int j) {
    int within = j % STEP;
    return j - within + (within >> 2) + (within & 3) * Lanes.COUNT;
  }

  @Override
  public float score(MemorySegment codes, long offset) {
    if (isLarge(codes)) {
      return score(codes.asSlice(offset, codeSize), 0);
    }
    return one(codes, (int) offset);
  }

  private float one(MemorySegment codes, int o) {
    return innerProduct ? bias + product(scale, codes, o, d) : distance(shift, scale, codes, o, d);
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    if (isLarge(codes)) {
      runLarge(codes, offset, n, out, at);
      return;
    }
    if (TABLES && innerProduct) {
      for (int i = 0; i < n; i += VectorByteRows.ROWS) {
        int rows = Math.min(VectorByteRows.ROWS, n - i);
        long o = offset + (long) i * codeSize;
        VectorByteRows.products(scale, bias, codes, o, d, rows, partial, out, at + i);
      }
      return;
    }
    int o = (int) offset;
    for (int i = 0; i < n; i++) {
      out[at + i] = one(codes, o);
      o += codeSize;
    }
  }

  @Override
  public void scoreRows(CodeRows rows, int[] ids, int from, int n, float[] out) {
    if (innerProduct) {
      for (int i = 0; i < n; i++) {
        int id = ids[from + i];
        out[i] = bias + product(scale, rows.chunk(id), (int) rows.offset(id), d);
      }
    } else {
      for (int i = 0; i < n; i++) {
        int id = ids[from + i];
        out[i] = distance(shift, scale, rows.chunk(id), (int) rows.offset(id), d);
      }
    }
  }

  private static float distance(float[] shift, float[] scale, MemorySegment s, int o, int d) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    for (int j = 0; j < d; j += STEP) {
      IntVector w = words(s, o + j);
      FloatVector t = Lanes.floats(w.and(255));
      t = table(scale, j).fma(t, table(shift, j));
      even = t.fma(t, even);
      int k = j + Lanes.COUNT;
      t = Lanes.floats(w.lanewise(VectorOperators.LSHR, 8).and(255));
      t = table(scale, k).fma(t, table(shift, k));
      odd = t.fma(t, odd);
      k = j + 2 * Lanes.COUNT;
      t = Lanes.floats(w.lanewise(VectorOperators.LSHR, 16).and(255));
      t = table(scale, k).fma(t, table(shift, k));
      even = t.fma(t, even);
      k = j + 3 * Lanes.COUNT;
      t = Lanes.floats(w.lanewise(VectorOperators.LSHR, 24));
      t = table(scale, k).fma(t, table(shift, k));
      odd = t.fma(t, odd);
    }
    return Lanes.sum(even.add(odd));
  }

  private static float product(float[] scale, MemorySegment s, int o, int d) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    for (int j = 0; j < d; j += STEP) {
      IntVector w = words(s, o + j);
      even = table(scale, j).fma(Lanes.floats(w.and(255)), even);
      FloatVector c = Lanes.floats(w.lanewise(VectorOperators.LSHR, 8).and(255));
      odd = table(scale, j + Lanes.COUNT).fma(c, odd);
      c = Lanes.floats(w.lanewise(VectorOperators.LSHR, 16).and(255));
      even = table(scale, j + 2 * Lanes.COUNT).fma(c, even);
      c = Lanes.floats(w.lanewise(VectorOperators.LSHR, 24));
      odd = table(scale, j + 3 * Lanes.COUNT).fma(c, odd);
    }
    return Lanes.sum(even.add(odd));
  }

  private static IntVector words(MemorySegment s, int o) {
    return ByteVector.fromMemorySegment(BYTES, s, o, Lanes.ORDER).reinterpretAsInts();
  }

  private static FloatVector table(float[] values, int j) {
    return FloatVector.fromArray(Lanes.FLOATS, values, j);
  }
}
