package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * What the vectorised scalar-quantizer scorers share: the query, folded with the ranges.
 *
 * <p>A code value c stands for minimum + (c + ½)·step. So the squared difference to the query is
 * (shift + scale·c)² with shift = x − minimum − step/2 and scale = −step, and the product is bias +
 * Σ scale·c with scale = x·step: one multiply-add instead of a decoded vector. Halves and bfloats
 * are the case step 1, minimum −½, with c the float itself.
 *
 * <p>Each row is summed by one accumulator in one order, alone, in fours or in a run, so that equal
 * codes get equal distances.
 */
abstract class SqScorer extends CodeScorer {
  final ScalarQuantizer quantizer;
  final int d;
  final int codeSize;
  final boolean innerProduct;
  final float[] shift;
  final float[] scale;
  float bias;

  /** Room for the lane sums of four rows: vectors leave a loop through it, not through a call. */
  final float[] sums = new float[64];

  /** What a dimension's codes stand for: code 0's value, and what one more adds. */
  private final float[] middles;

  private final float[] steps;

  /** {@link #place} of each dimension; null where all are in order. */
  private final int @Nullable [] places;

  private final float[] query;
  private final byte[] codeScratch;
  private final float[] first;
  private final float[] second;

  SqScorer(ScalarQuantizer quantizer, boolean innerProduct) {
    this.quantizer = quantizer;
    this.d = quantizer.d();
    this.codeSize = quantizer.codeSize();
    this.innerProduct = innerProduct;
    shift = new float[tableSize()];
    scale = new float[tableSize()];
    query = new float[d];
    middles = new float[d];
    steps = new float[d];
    int[] at = new int[d];
    boolean inOrder = true;
    for (int j = 0; j < d; j++) {
      float step = quantizer.step(j);
      steps[j] = step * factor(j);
      middles[j] = quantizer.minimum(j) + 0.5f * step;
      at[j] = place(j);
      inOrder &= at[j] == j;
      scale[at[j]] = -steps[j];
    }
    places = inOrder ? null : at;
    codeScratch = new byte[codeSize];
    first = new float[d];
    second = new float[d];
  }

  /**
   * Where the tables of dimension j stand: scorers that read dimensions out of order say so here.
   * Asked by the constructor, so it may look at nothing but {@link #d}.
   */
  int place(int j) {
    return j;
  }

  /** Elements of the tables, at least d; asked as {@link #place}. Places of no dimension are 0. */
  int tableSize() {
    return d;
  }

  /** What a code value of dimension j is read too large by, inverted; asked as {@link #place}. */
  float factor(int j) {
    return 1f;
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, d);
    int[] at = places;
    if (innerProduct) {
      double sum = 0;
      for (int j = 0; j < d; j++) {
        scale[at == null ? j : at[j]] = query[j] * steps[j];
        sum += (double) query[j] * middles[j];
      }
      bias = (float) sum;
    } else if (at == null) {
      for (int j = 0; j < d; j++) {
        shift[j] = query[j] - middles[j];
      }
    } else {
      for (int j = 0; j < d; j++) {
        shift[at[j]] = query[j] - middles[j];
      }
    }
  }

  @Override
  public float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    decode(a, aOffset, first);
    decode(b, bOffset, second);
    return innerProduct
        ? Kernels.DISTANCES.ip(first, 0, second, 0, d)
        : Kernels.DISTANCES.l2(first, 0, second, 0, d);
  }

  /** Whether byte offsets into the segment do not fit an int. */
  static boolean isLarge(MemorySegment s) {
    return s.byteSize() > Integer.MAX_VALUE;
  }

  /** {@link #scoreRun} over a large segment, in slices of at most 1 GiB. */
  final void runLarge(MemorySegment codes, long offset, int n, float[] out, int at) {
    int most = Math.max(1, (1 << 30) / codeSize);
    for (int i = 0; i < n; i += most) {
      int count = Math.min(most, n - i);
      MemorySegment part = codes.asSlice(offset + (long) i * codeSize, (long) count * codeSize);
      scoreRun(part, 0, count, out, at + i);
    }
  }

  private void decode(MemorySegment codes, long offset, float[] out) {
    MemorySegment.copy(codes, ValueLayout.JAVA_BYTE, offset, codeScratch, 0, codeSize);
    quantizer.decodeRow(codeScratch, 0, out, 0);
  }
}
