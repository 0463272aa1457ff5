package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;

/** Cosines of a query to codes of {@link CosineCodec}. For one thread; on heap 4·d bytes. */
final class CosineScorer extends CodeScorer {
  private final int d;
  private final long tail;
  private final float[] query;

  CosineScorer(int d) {
    this.d = d;
    tail = 4L * d;
    query = new float[d];
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    float scale = CosineCodec.reciprocal(x, offset, d);
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, d);
    for (int j = 0; j < d; j++) {
      query[j] *= scale;
    }
  }

  @Override
  public float score(MemorySegment codes, long offset) {
    return Kernels.DISTANCES.ip(query, 0, codes, offset, d)
        * codes.get(Vectors.FLOAT, offset + tail);
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    long stride = tail + 4;
    Kernels.DISTANCES.ipScan(query, 0, codes, offset, stride, n, d, out, at);
    long o = offset + tail;
    for (int i = 0; i < n; i++) {
      out[at + i] *= codes.get(Vectors.FLOAT, o);
      o += stride;
    }
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
    Kernels.DISTANCES.ipx4(query, 0, s0, o0, s1, o1, s2, o2, s3, o3, d, out, at);
    out[at] *= s0.get(Vectors.FLOAT, o0 + tail);
    out[at + 1] *= s1.get(Vectors.FLOAT, o1 + tail);
    out[at + 2] *= s2.get(Vectors.FLOAT, o2 + tail);
    out[at + 3] *= s3.get(Vectors.FLOAT, o3 + tail);
  }

  @Override
  public float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    return Kernels.DISTANCES.ip(a, aOffset, b, bOffset, d)
        * a.get(Vectors.FLOAT, aOffset + tail)
        * b.get(Vectors.FLOAT, bOffset + tail);
  }
}
