package io.sagitta.hnsw;

import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.memory.CodeRows;
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
}
