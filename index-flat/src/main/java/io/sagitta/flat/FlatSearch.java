package io.sagitta.flat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.KnnResult;
import io.sagitta.core.Parallelism;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.FlatScan;
import io.sagitta.core.collect.RangeCollector;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.collect.RowSource;
import io.sagitta.core.concurrent.Reuse;
import org.jspecify.annotations.Nullable;

/**
 * Exhaustive search of one published state of an {@link IndexFlatCodes}: float rows by {@link
 * FlatScan}, other codes by their scorer. Selectors that name their members lead straight to them.
 *
 * <p>Stateless; safe for all threads.
 */
final class FlatSearch {
  private FlatSearch() {}

  /**
   * k-NN of each query, dense ids as labels.
   *
   * @param byRow whether the selector is asked with rows
   */
  static void knn(
      IndexFlatCodes index,
      FlatState s,
      Vectors queries,
      int k,
      SearchParameters p,
      boolean byRow,
      KnnResult out) {
    if (index.searchOwn(s, queries, k, p, byRow, out)) {
      return;
    }
    if (index.isFloat()) {
      RowSource source = source(s, p.selector(), byRow);
      countVisited(s, queries.n() * source.size(), out);
      FlatScan.knn(index.metricType(), index.metricArg(), queries, source, out);
      return;
    }
    countVisited(s, queries.n() * s.size(), out);
    if (queries.n() == 1) {
      some(index, s, queries, 0, 1, k, p, byRow, out);
    } else {
      Parallelism.forRange(
          queries.n(),
          grain(queries.n()),
          (from, to) -> some(index, s, queries, from, to, k, p, byRow, out));
    }
  }

  private static void countVisited(FlatState s, long vectors, KnnResult out) {
    out.addVisited(vectors, vectors * s.codec().codeSize());
  }

  private static long grain(long nq) {
    return Math.max(1, Math.min(16, nq / (8L * Parallelism.current().threads())));
  }

  private static void some(
      IndexFlatCodes index,
      FlatState s,
      Vectors queries,
      long from,
      long to,
      int k,
      SearchParameters p,
      boolean byRow,
      KnnResult out) {
    Reuse<FlatScratch> pool = index.scratchFor(s, p);
    FlatScratch t = pool.take();
    for (long q = from; q < to; q++) {
      t.scorer.setQuery(queries.data(), queries.offset(q));
      t.topK.begin(k);
      scan(s, t, p.selector(), byRow, t.topK);
      t.topK.finish(out, (int) q);
    }
    pool.give(t);
  }

  private static void scan(
      FlatState s,
      FlatScratch t,
      @Nullable IDSelector selector,
      boolean byRow,
      ResultCollector out) {
    FlatRows rows = s.rows();
    int codeSize = s.codec().codeSize();
    if (selector == null) {
      CodeScan.range(rows, codeSize, t, 0, rows.size(), out);
    } else if (byRow) {
      CodeScan.selected(rows, codeSize, t, selector, true, out);
    } else if (selector instanceof IDSelectorRange r) {
      long from = Math.max(0, r.min());
      CodeScan.range(rows, codeSize, t, from, Math.min(rows.size(), r.max()), out);
    } else if (selector instanceof IDSelectorArray a) {
      CodeScan.listed(rows, codeSize, t, a.sortedIds(), out);
    } else if (selector instanceof IDSelectorBatch b && 4 * b.maxMembers() < rows.size()) {
      CodeScan.listed(rows, codeSize, t, b.sortedIds(), out);
    } else {
      CodeScan.selected(rows, codeSize, t, selector, false, out);
    }
  }

  /** Float rows to scan. */
  static RowSource source(FlatState s, @Nullable IDSelector selector, boolean byRow) {
    FlatRows rows = s.rows();
    int size = s.codec().codeSize();
    if (selector == null) {
      return s.source();
    } else if (byRow) {
      return new FlatSource(rows, size, 0, rows.size(), selector, true);
    } else if (selector instanceof IDSelectorRange r) {
      long from = Math.clamp(r.min(), 0, rows.size());
      return new FlatSource(rows, size, from, Math.clamp(r.max(), from, rows.size()), null, false);
    } else if (selector instanceof IDSelectorArray a) {
      return new ListedSource(rows, size, a.sortedIds());
    } else if (selector instanceof IDSelectorBatch b && 4 * b.maxMembers() < rows.size()) {
      return new ListedSource(rows, size, b.sortedIds());
    }
    return new FlatSource(rows, size, 0, rows.size(), selector, false);
  }

  /** Offers every selected row to a collector, by dense id. */
  static void collect(
      IndexFlatCodes index,
      FlatState s,
      Vectors x,
      long q,
      ResultCollector c,
      SearchParameters p,
      boolean byRow) {
    if (index.isFloat()) {
      FlatScan.one(
          index.metricType(), index.metricArg(), x.slice(q, 1), source(s, p.selector(), byRow), c);
      return;
    }
    Reuse<FlatScratch> pool = index.scratchFor(s, p);
    FlatScratch t = pool.take();
    t.scorer.setQuery(x.data(), x.offset(q));
    scan(s, t, p.selector(), byRow, c);
    pool.give(t);
  }

  /** All rows within a radius of each query, by dense id. */
  static RangeResult range(
      IndexFlatCodes index,
      FlatState s,
      Vectors queries,
      float radius,
      SearchParameters p,
      boolean byRow) {
    if (index.isFloat()) {
      RowSource source = source(s, p.selector(), byRow);
      return FlatScan.range(index.metricType(), index.metricArg(), queries, radius, source);
    }
    int nq = Math.toIntExact(queries.n());
    RangeCollector[] found = new RangeCollector[nq];
    Parallelism.forRange(
        nq,
        grain(nq),
        (from, to) -> {
          for (long q = from; q < to; q++) {
            RangeCollector c = new RangeCollector(index.metricType(), radius);
            collect(index, s, queries, q, c, p, byRow);
            found[(int) q] = c;
          }
        });
    return RangeResult.of(found);
  }

  /** Replaces the dense ids of one query's results by rows. */
  static void toRows(FlatRows rows, KnnResult out, int q) {
    long[] labels = out.rawLabels();
    int base = q * out.k();
    for (int i = 0; i < out.count(q); i++) {
      labels[base + i] = rows.rowOf(labels[base + i]);
    }
  }
}
