package io.sagitta.ivf;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CodeScorer;
import java.lang.foreign.MemorySegment;

/** L2 over residual product-quantizer codes by {@link ListTerms}: one table a query. */
final class PqResidualScanner extends ListScanner {
  private final IndexIVF index;
  private final IvfState state;
  private final CodeScorer products;
  private final int codeSize;
  private float[] terms = new float[0];
  private float coarse;
  private int number;
  private int first;

  PqResidualScanner(IndexIVF index, IvfState state) {
    this.index = index;
    this.state = state;
    this.products = state.codec.scorer(MetricType.INNER_PRODUCT, 0f);
    this.codeSize = state.codec.codeSize();
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    products.setQuery(x, offset);
  }

  @Override
  void setList(int list, float distance) {
    number = list;
    coarse = distance;
  }

  @Override
  void setRows(InvertedList list, int row) {
    terms = ListTerms.of(index, state, number, list);
    first = row;
  }

  @Override
  void run(MemorySegment codes, long offset, int n, float[] out) {
    products.scoreRun(codes, offset, n, out, 0);
    float[] t = terms;
    int from = first;
    float c = coarse;
    for (int i = 0; i < n; i++) {
      out[i] = c + t[from + i] - 2 * out[i];
    }
  }

  @Override
  void runBounded(MemorySegment codes, long offset, int n, float bound, float[] out) {
    products.scoreTermsBounded(codes, offset, n, terms, first, coarse, bound, out);
  }

  @Override
  void chosen(MemorySegment codes, long offset, int[] rows, int n, float[] out) {
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      products.scoreFour(
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
      out[i] = products.score(codes, offset + (long) rows[i] * codeSize);
    }
    for (i = 0; i < n; i++) {
      out[i] = coarse + terms[first + rows[i]] - 2 * out[i];
    }
  }
}
