package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.KnnResult;
import io.sagitta.core.RangeResult;
import io.sagitta.core.RowIndex;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.ResultCollector;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a snapshot, without its type. Valid as long as the snapshot; safe for all threads.
 *
 * @param <S> the state
 */
final class RowView<S> {
  private final RowIndex<S> index;
  private final S state;

  private RowView(RowIndex<S> index, S state) {
    this.index = index;
    this.state = state;
  }

  /** The rows of a snapshot, or null if its index has none. */
  static @Nullable RowView<?> of(Index snapshot) {
    return snapshot instanceof IndexSnapshot<?> s ? capture(s) : null;
  }

  @SuppressWarnings("unchecked") // an index is a RowIndex of its own state
  private static <S> @Nullable RowView<S> capture(IndexSnapshot<S> s) {
    return s.owner() instanceof RowIndex<?> r ? new RowView<>((RowIndex<S>) r, s.state()) : null;
  }

  void search(Vectors queries, int k, SearchParameters p, KnnResult out) {
    index.searchRows(state, queries, k, p, out);
  }

  void searchWith(Vectors query, ResultCollector collector, SearchParameters p) {
    index.searchRowsWith(state, query, collector, p);
  }

  RangeResult rangeSearch(Vectors queries, float radius, SearchParameters p) {
    return index.rangeSearchRows(state, queries, radius, p);
  }

  long bound() {
    return index.rowBound(state);
  }

  boolean has(long row) {
    return index.hasRow(state, row);
  }

  void rowsOf(long from, int n, long[] out) {
    index.rowsOf(state, from, n, out);
  }

  void reconstruct(long row, MemorySegment out, long offset) {
    index.reconstructRow(state, row, out, offset);
  }
}
