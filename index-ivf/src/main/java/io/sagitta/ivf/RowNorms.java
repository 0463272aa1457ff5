package io.sagitta.ivf;

import io.sagitta.core.kernel.Kernels;
import java.util.Arrays;

/**
 * What batches need of the decoded vectors of a list besides the vectors: the term of each row that
 * stands beside the product, and the largest squared norm, which bounds rounding.
 *
 * <p>A norm costs as much as a product, so for the eight queries that meet a list in a common batch
 * it would be a tenth of the work; kept with the list ({@link InvertedList#norms}) it is computed
 * once. On heap 4 bytes a visited vector for L2, nothing that grows for inner product.
 *
 * @param halves −½‖y‖² of the first {@code rows} rows (L2), else empty
 * @param rows how many rows it covers
 * @param largest largest ‖y‖² of them but for NaN: such rows have products that are NaN, which pass
 *     every limit
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RowNorms(float[] halves, int rows, float largest) {
  static final RowNorms NONE = new RowNorms(new float[0], 0, 0f);

  /** Rows decoded at once. A multiple of 4. */
  private static final int BLOCK = 32;

  /** Whether an eighth of the heap suffices for all rows of a state. */
  static boolean worthwhile(IvfState s) {
    return s.ntotal * 4 <= Runtime.getRuntime().maxMemory() / 8;
  }

  /** Floats of scratch that {@link #of} needs. */
  static int scratchSize(int d) {
    return BLOCK * d;
  }

  /**
   * The norms of all rows of a list; made on first use, by any thread.
   *
   * @param scratch {@link #scratchSize} floats
   */
  static RowNorms of(IvfState s, InvertedList list, boolean similarity, float[] scratch) {
    RowNorms known = list.norms();
    if (known.rows < list.size()) {
      known = known.extended(s, list, similarity, scratch);
      list.norms(known);
    }
    return known;
  }

  private RowNorms extended(IvfState s, InvertedList list, boolean similarity, float[] scratch) {
    int d = s.codec.d();
    int codeSize = s.codec.codeSize();
    int size = list.size();
    float[] h = similarity ? halves : Arrays.copyOf(halves, size);
    float[] squares = new float[BLOCK];
    float most = largest;
    for (int row = rows; row < size; ) {
      int c = list.chunkOf(row);
      ListChunk chunk = list.chunk(c);
      int at = row - list.start(c);
      int n = Math.min(BLOCK, list.rows(c) - at);
      s.codec.decodeRows(n, chunk.data(), chunk.codesAt() + (long) at * codeSize, scratch);
      Kernels.MATRIX.rowNorms(scratch, (n + 3) & -4, d, squares);
      for (int i = 0; i < n; i++) {
        most = squares[i] > most ? squares[i] : most;
        if (!similarity) {
          h[row + i] = -0.5f * squares[i];
        }
      }
      row += n;
    }
    return new RowNorms(h, size, most);
  }
}
