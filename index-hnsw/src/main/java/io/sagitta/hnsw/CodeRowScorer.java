package io.sagitta.hnsw;

import io.sagitta.core.codec.CodeScorer;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/** {@link RowScorer} over codes of any codec, and over float rows of any other metric. */
final class CodeRowScorer extends PairwiseScorer {
  private final CodeScorer scorer;
  private final boolean similarity;
  private CodeRows rows;

  /**
   * @param similarity whether the scorer's values are similarities
   */
  CodeRowScorer(CodeScorer scorer, boolean similarity, CodeRows rows) {
    this.scorer = scorer;
    this.similarity = similarity;
    this.rows = rows;
  }

  @Override
  void bind(CodeRows r) {
    rows = r;
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    scorer.setQuery(x, offset);
  }

  @Override
  float score(int row) {
    float v = scorer.score(rows.chunk(row), rows.offset(row));
    return similarity ? -v : v;
  }

  @Override
  void score(int[] ids, int n, float[] out) {
    CodeRows r = rows;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      int a = ids[i];
      int b = ids[i + 1];
      int c = ids[i + 2];
      int e = ids[i + 3];
      scorer.scoreFour(
          r.chunk(a),
          r.offset(a),
          r.chunk(b),
          r.offset(b),
          r.chunk(c),
          r.offset(c),
          r.chunk(e),
          r.offset(e),
          out,
          i);
    }
    for (; i < n; i++) {
      out[i] = scorer.score(r.chunk(ids[i]), r.offset(ids[i]));
    }
    if (similarity) {
      for (int j = 0; j < n; j++) {
        out[j] = -out[j];
      }
    }
  }

  private float between(int row, int other) {
    CodeRows r = rows;
    float v = scorer.between(r.chunk(row), r.offset(row), r.chunk(other), r.offset(other));
    return similarity ? -v : v;
  }

  @Override
  void between(int row, int[] ids, int n, float[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = between(row, ids[i]);
    }
  }

  @Override
  boolean anyCloser(int row, int[] ids, int n, float key) {
    for (int i = 0; i < n; i++) {
      if (between(row, ids[i]) < key) {
        return true;
      }
    }
    return false;
  }
}
