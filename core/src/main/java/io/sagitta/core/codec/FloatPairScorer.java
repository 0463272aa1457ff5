package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.PairDistance;
import java.lang.foreign.MemorySegment;

/** Any metric's distances of a query to float vectors. For one thread; on heap 8·d bytes. */
final class FloatPairScorer extends CodeScorer {
  private final int d;
  private final PairDistance distance;
  private final float[] query;
  private final float[] left;

  FloatPairScorer(int d, MetricType metric, float metricArg) {
    this.d = d;
    distance = PairDistance.of(metric, metricArg);
    query = new float[d];
    left = new float[d];
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, d);
  }

  @Override
  public float score(MemorySegment codes, long offset) {
    return distance.between(query, 0, codes, offset, d);
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    long o = offset;
    for (int i = 0; i < n; i++) {
      out[at + i] = distance.between(query, 0, codes, o, d);
      o += 4L * d;
    }
  }

  @Override
  public float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    MemorySegment.copy(a, Vectors.FLOAT, aOffset, left, 0, d);
    return distance.between(left, 0, b, bOffset, d);
  }
}
