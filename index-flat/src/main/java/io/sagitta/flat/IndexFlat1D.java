package io.sagitta.flat;

import com.carrotsearch.hppc.LongArrayList;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.collect.FlatScan;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.concurrent.Reuse;
import org.jspecify.annotations.Nullable;

/**
 * Exact search over numbers (d = 1) by bisection: O(log n + k) a query. Distances of {@code search}
 * are |x − y|, not squared, and missing results have distance +∞, as in FAISS; {@code rangeSearch}
 * is that of {@link IndexFlatL2}, squared. Equal distances come in ascending order of id (FAISS's
 * order is that of its sort); a NaN query has no results (FAISS returns some: mended).
 *
 * <p>The sorted order is made by the first search after a change (8 bytes a vector, on heap). With
 * a selector, which FAISS refuses, all numbers are scanned. Threads and memory otherwise: as {@link
 * IndexFlatCodes} says. A file does not keep the class: it comes back as {@link IndexFlatL2}.
 *
 * <p>Source: FAISS {@code IndexFlat1D}.
 */
public final class IndexFlat1D extends IndexFlat {
  private static final class Scratch {
    final TopK best = new TopK(MetricType.L2);
    final LongArrayList equal = new LongArrayList();
  }

  private final Reuse<Scratch> pool = new Reuse<>(Scratch::new);
  private volatile @Nullable SortedValues sorted;

  /** An empty index. */
  public IndexFlat1D() {
    super(1, MetricType.L2);
  }

  private IndexFlat1D(VectorCodec codec, StoredRows rows) {
    super(MetricType.L2, 0f, codec, rows);
  }

  @Override
  IndexFlatCodes like(VectorCodec codec, StoredRows rows) {
    return new IndexFlat1D(new FloatCodec(1), rows);
  }

  @Override
  boolean searchOwn(
      FlatState s, Vectors queries, int k, SearchParameters p, boolean byRow, KnnResult out) {
    if (p.selector() != null || !SortedValues.fits(s.rows())) {
      FlatScan.knn(MetricType.L1, 0f, queries, FlatSearch.source(s, p.selector(), byRow), out);
      for (int q = 0; q < out.nq(); q++) {
        out.finish(q, out.count(q), Float.POSITIVE_INFINITY);
      }
      return true;
    }
    SortedValues values = sortedOf(s.rows());
    if (queries.n() == 1) {
      searchSome(values, queries, 0, 1, k, out);
    } else {
      Parallelism.forRange(
          queries.n(), 64, (from, to) -> searchSome(values, queries, from, to, k, out));
    }
    return true;
  }

  private SortedValues sortedOf(FlatRows rows) {
    SortedValues v = sorted;
    if (v == null || !v.isOf(rows)) {
      v = SortedValues.of(rows);
      sorted = v;
    }
    return v;
  }

  private void searchSome(
      SortedValues values, Vectors queries, long from, long to, int k, KnnResult out) {
    Scratch t = pool.take();
    for (long q = from; q < to; q++) {
      t.best.begin(k);
      values.nearest(queries.get(q, 0), t.best, t.equal);
      t.best.finish(out, (int) q);
      out.finish((int) q, out.count((int) q), Float.POSITIVE_INFINITY);
    }
    pool.give(t);
  }
}
