package io.sagitta.hnsw;

import io.sagitta.core.IDSelector;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.memory.CodeRows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One published state of a graph index. Immutable, but for the graph's link to what was overwritten
 * later ({@link OwnedGraph}).
 *
 * @param codec how vectors are coded, trained or not; null when the file had no storage
 * @param codes the codes by row; null when the file had no storage
 * @param graph the neighbour lists by row
 * @param numbering which rows live and what ids they have; null while ids are rows
 * @param count number of vectors
 */
record HnswState(
    @Nullable VectorCodec codec,
    @Nullable CodeRows codes,
    Graph graph,
    @Nullable Numbering numbering,
    long count) {

  /** Dense id of a row that has a vector. */
  long idOf(int row) {
    return numbering == null ? row : numbering.idOf(row);
  }

  /** Row of an id in [0, count). */
  int rowOf(long id) {
    return numbering == null ? (int) id : numbering.rowOf(id);
  }

  /** Whether a row has a vector. */
  boolean hasRow(long row) {
    return row >= 0 && row < graph.rows() && (numbering == null || numbering.isLive((int) row));
  }

  /** Rows of the ids that a selector has, by id. */
  int[] members(IDSelector selector) {
    int[] rows = new int[(int) count];
    int n = 0;
    for (int id = 0; id < count; id++) {
      if (selector.isMember(id)) {
        rows[n++] = rowOf(id);
      }
    }
    return Arrays.copyOf(rows, n);
  }

  /** Those of {@code wanted[0..n)} that have a vector, ascending, each once. */
  int[] present(long[] wanted, int n) {
    int[] rows = new int[n];
    int found = 0;
    for (int i = 0; i < n; i++) {
      if (hasRow(wanted[i])) {
        rows[found++] = (int) wanted[i];
      }
    }
    Arrays.sort(rows, 0, found);
    int distinct = 0;
    for (int i = 0; i < found; i++) {
      if (i == 0 || rows[i] != rows[i - 1]) {
        rows[distinct++] = rows[i];
      }
    }
    return Arrays.copyOf(rows, distinct);
  }
}
