package io.sagitta.ivf;

import io.sagitta.core.KnnResult;
import io.sagitta.core.collect.TopK;

/** What one thread needs for searching, kept between calls so that a search allocates nothing. */
final class SearchScratch {
  final SearchSettings settings = new SearchSettings();
  final KnnResult coarse = new KnnResult();
  final TopK top;
  ListVisit visit;
  ListScanner scanner;
  private long[] order = new long[0];
  private IvfState madeFor;

  SearchScratch(IndexIVF index, IvfState state) {
    top = new TopK(index.metricType());
    madeFor = state;
    visit = visit(index, state);
    scanner = index.scanner(state);
  }

  private static ListVisit visit(IndexIVF index, IvfState state) {
    return new ListVisit(state.codec.codeSize(), index.metricType().isSimilarity());
  }

  /** Room for n probes. */
  long[] order(int n) {
    if (order.length < n) {
      order = new long[n];
    }
    return order;
  }

  /** Makes the scanner anew if the index was trained again since. */
  SearchScratch preparedFor(IndexIVF index, IvfState state) {
    if (madeFor.codec != state.codec || madeFor.extra != state.extra) {
      visit = visit(index, state);
      scanner = index.scanner(state);
    }
    madeFor = state;
    return this;
  }
}
