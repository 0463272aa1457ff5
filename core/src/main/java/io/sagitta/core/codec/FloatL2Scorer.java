package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;

/** Squared distances of a query to float vectors. For one thread; on heap 4·d bytes. */
final class FloatL2Scorer extends CodeScorer {
  private final int d;
  private final long stride;
  private final float[] query;

  FloatL2Scorer(int d) {
    this(d, 4L * d);
  }

  /** Over codes that lie {@code stride} bytes apart and begin with the vector. */
  FloatL2Scorer(int d, long stride) {
    this.d = d;
    this.stride = stride;
    query = new float[d];
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, d);
  }

  @Override
  public float score(MemorySegment codes, long offset) {
    return Kernels.DISTANCES.l2(query, 0, codes, offset, d);
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    Kernels.DISTANCES.l2Scan(query, 0, codes, offset, stride, n, d, out, at);
  }

  @Override
  public void scoreFour(
      MemorySegment s0,
      long o0,
      MemorySegment s1,
      long o1,
      MemorySegment s2,
      long o2,
      MemorySegment s3,
      long o3,
      float[] out,
      int at) {
    Kernels.DISTANCES.l2x4(query, 0, s0, o0, s1, o1, s2, o2, s3, o3, d, out, at);
  }

  @Override
  public float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    return Kernels.DISTANCES.l2(a, aOffset, b, bOffset, d);
  }
}
