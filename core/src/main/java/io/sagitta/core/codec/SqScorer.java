package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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

  private final float[] query;
  private final byte[] codeScratch;
  private final float[] first;
  private final float[] second;

  SqScorer(ScalarQuantizer quantizer, boolean innerProduct) {
    this.quantizer = quantizer;
    this.d = quantizer.d();
    this.codeSize = quantizer.codeSize();
    this.innerProduct = innerProduct;
    shift = new float[d];
    scale = new float[d];
    query = new float[d];
    codeScratch = new byte[codeSize];
    first = new float[d];
    second = new float[d];
  }

  /**
   * Where the tables of dimension j stand: scorers that read dimensions out of order say so here.
   */
  int place(int j) {
    return j;
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, d);
    double sum = 0;
    for (int j = 0; j < d; j++) {
      float step = quantizer.step(j);
      float middle = quantizer.minimum(j) + 0.5f * step;
      int at = place(j);
      if (innerProduct) {
        scale[at] = query[j] * step;
        sum += (double) query[j] * middle;
      } else {
        shift[at] = query[j] - middle;
        scale[at] = -step;
      }
    }
    bias = (float) sum;
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
