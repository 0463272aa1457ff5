package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.CodeScorer;
import io.sagitta.core.codec.VectorCodec;
import java.lang.foreign.MemorySegment;

/**
 * A scanner over any codec. Without residuals the codec's scorer does everything. With them, L2
 * scores the query's own residual (x − c against codes of y − c), and inner product adds the coarse
 * product (x·c + x·(y − c)).
 */
final class CodecScanner extends ListScanner {
  private final Index quantizer;
  private final CodeScorer scorer;
  private final int codeSize;
  private final int d;
  private final boolean residual;
  private final boolean shiftsQuery;
  private final MemorySegment shifted;
  private final float[] shiftedArray;
  private MemorySegment query = MemorySegment.NULL;
  private long queryAt;
  private float bias;

  CodecScanner(
      Index quantizer, VectorCodec codec, boolean residual, MetricType metric, float metricArg) {
    this.quantizer = quantizer;
    this.scorer = codec.scorer(metric, metricArg);
    this.codeSize = codec.codeSize();
    this.d = codec.d();
    this.residual = residual;
    this.shiftsQuery = residual && metric == MetricType.L2;
    this.shiftedArray = new float[shiftsQuery ? d : 0];
    this.shifted = MemorySegment.ofArray(shiftedArray);
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    query = x;
    queryAt = offset;
    if (!shiftsQuery) {
      scorer.setQuery(x, offset);
    }
  }

  @Override
  void setList(int list, float coarse) {
    if (shiftsQuery) {
      quantizer.reconstruct(list, shifted, 0);
      for (int i = 0; i < d; i++) {
        shiftedArray[i] = query.get(Vectors.FLOAT, queryAt + 4L * i) - shiftedArray[i];
      }
      scorer.setQuery(shifted, 0);
    } else if (residual) {
      bias = coarse;
    }
  }

  @Override
  void run(MemorySegment codes, long offset, int n, float[] out) {
    scorer.scoreRun(codes, offset, n, out, 0);
    addBias(n, out);
  }

  @Override
  void runBounded(MemorySegment codes, long offset, int n, float bound, float[] out) {
    if (residual && !shiftsQuery) {
      run(codes, offset, n, out);
    } else {
      scorer.scoreRunBounded(codes, offset, n, bound, out, 0);
    }
  }

  @Override
  void chosen(MemorySegment codes, long offset, int[] rows, int n, float[] out) {
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      scorer.scoreFour(
          codes,
          offset + (long) rows[i] * codeSize,
          codes,
          offset + (long) rows[i + 1] * codeSize,
          codes,
          offset + (long) rows[i + 2] * codeSize,
          codes,
          offset + (long) rows[i + 3] * codeSize,
          out,
          i);
    }
    for (; i < n; i++) {
      out[i] = scorer.score(codes, offset + (long) rows[i] * codeSize);
    }
    addBias(n, out);
  }

  private void addBias(int n, float[] out) {
    if (residual && !shiftsQuery) {
      for (int i = 0; i < n; i++) {
        out[i] += bias;
      }
    }
  }
}
