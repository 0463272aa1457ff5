package io.sagitta.flat;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.collect.FlatScan;
import io.sagitta.core.collect.RowBlock;
import io.sagitta.core.collect.RowSource;
import java.lang.foreign.MemorySegment;

/**
 * Coded rows, decoded block by block as a scan comes to them: so a batch of queries runs through
 * the matrix kernels, at a cost per query and row that no scorer of codes reaches, and pays the
 * decoding once for all queries of a thread.
 *
 * <p>Immutable and safe for all threads; a decoded block (4·d bytes times the rows of a block, off
 * heap) and an array of at most 16 KB or one row are kept with the scratch of the scan.
 */
final class DecodedSource extends RowSource {
  /**
   * Smaller batches are taken not to earn the decoding back: an estimate from the cost of decoding
   * a row and of scoring it, not a measured crossing point. The number of threads is left out,
   * because the two ways round differently and answers must not depend on it.
   */
  private static final long MIN_QUERIES = 48;

  /** Floats decoded before they are copied off heap: 16 KB, or one row. */
  private static final int ROWS_FLOATS = 4096;

  private final VectorCodec codec;
  private final RowSource codes;

  private DecodedSource(VectorCodec codec, RowSource codes) {
    this.codec = codec;
    this.codes = codes;
  }

  /**
   * k-NN through decoded rows.
   *
   * @return false if the batch is too small for it to pay
   */
  static boolean search(
      FlatState s,
      MetricType metric,
      Vectors queries,
      SearchParameters p,
      boolean byRow,
      KnnResult out) {
    if (queries.n() < MIN_QUERIES) {
      return false;
    }
    RowSource codes = FlatSearch.source(s, p.selector(), byRow);
    long visited = queries.n() * codes.size();
    out.addVisited(visited, visited * s.codec().codeSize());
    FlatScan.knn(metric, 0f, queries, new DecodedSource(s.codec(), codes), out);
    return true;
  }

  @Override
  public long size() {
    return codes.size();
  }

  @Override
  public int blocks() {
    return codes.blocks();
  }

  @Override
  public void load(int b, RowBlock into) {
    codes.load(b, into);
    int n = into.count();
    if (n == 0) {
      return;
    }
    int d = codec.d();
    MemorySegment decoded = into.scratch(4L * d * n);
    MemorySegment from = into.segment();
    if (into.isDense()) {
      decode(into, n, from, into.offset(), decoded);
      into.setDense(decoded, 0, 4L * d, n, into.id(0));
      return;
    }
    int[] places = into.placesToFill();
    for (int i = 0; i < n; i++) {
      codec.decode(1, from, into.byteOf(i), decoded, 4L * d * i);
      places[i] = i;
    }
    into.setChosen(decoded, 0, 4L * d, n);
  }

  /**
   * Decodes by {@link VectorCodec#decodeRows}, which has registers for bytes: {@link
   * VectorCodec#decode} took 200 ns for 128 of them.
   */
  private void decode(RowBlock block, int n, MemorySegment from, long offset, MemorySegment out) {
    int d = codec.d();
    int most = Math.max(1, ROWS_FLOATS / d);
    float[] rows = block.scratchFloats(Math.min(most, n) * d);
    for (int i = 0; i < n; i += most) {
      int count = Math.min(most, n - i);
      codec.decodeRows(count, from, offset + (long) i * codec.codeSize(), rows);
      MemorySegment.copy(rows, 0, out, Vectors.FLOAT, 4L * d * i, count * d);
    }
  }
}
