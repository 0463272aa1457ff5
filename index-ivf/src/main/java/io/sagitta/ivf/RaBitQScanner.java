package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.codec.RaBitQResidualCodec;
import io.sagitta.core.codec.RaBitQScorer;
import java.lang.foreign.MemorySegment;

/**
 * Scans lists of RaBitQ codes: the query is measured, and quantised, around each list's centroid.
 */
final class RaBitQScanner extends ListScanner {
  private final Index quantizer;
  private final RaBitQResidualCodec codec;
  private final int defaultQb;
  private final float[] centroid;
  private final MemorySegment centroidMemory;
  private final int codeSize;
  private RaBitQScorer scorer;
  private int qb;
  private boolean centered;

  RaBitQScanner(Index quantizer, RaBitQResidualCodec codec, int qb) {
    this.quantizer = quantizer;
    this.codec = codec;
    defaultQb = qb;
    this.qb = qb;
    centroid = new float[codec.d()];
    centroidMemory = MemorySegment.ofArray(centroid);
    codeSize = codec.codeSize();
    scorer = codec.scorer(qb, false);
  }

  @Override
  void configure(SearchSettings settings) {
    int wanted = settings.qb < 0 ? defaultQb : settings.qb;
    if (wanted != qb || settings.centered != centered) {
      qb = wanted;
      centered = settings.centered;
      scorer = codec.scorer(qb, centered);
    }
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    scorer.takeQuery(x, offset);
  }

  @Override
  void setList(int list, float coarse) {
    quantizer.reconstruct(list, centroidMemory, 0);
    scorer.setCenter(centroid);
  }

  @Override
  void run(MemorySegment codes, long offset, int n, float[] out) {
    scorer.scoreRun(codes, offset, n, out, 0);
  }

  @Override
  void runBounded(MemorySegment codes, long offset, int n, float bound, float[] out) {
    scorer.scoreRunBounded(codes, offset, n, bound, out, 0);
  }

  @Override
  boolean isStaged() {
    return scorer.isStaged();
  }

  @Override
  void chosen(MemorySegment codes, long offset, int[] rows, int n, float[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = scorer.score(codes, offset + (long) rows[i] * codeSize);
    }
  }
}
