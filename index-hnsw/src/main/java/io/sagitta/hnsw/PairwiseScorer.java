package io.sagitta.hnsw;

import java.util.Arrays;

/** A {@link RowScorer} that knows kept rows by their numbers and scores each of them as stored. */
abstract class PairwiseScorer extends RowScorer {
  private int[] kept = new int[16];
  private int size;

  /** Whether any of {@code rows[0..n)} is strictly closer to a stored row than {@code key}. */
  abstract boolean anyCloser(int row, int[] rows, int n, float key);

  @Override
  final void clearKept() {
    size = 0;
  }

  @Override
  final void keep(int row) {
    if (size == kept.length) {
      kept = Arrays.copyOf(kept, 2 * size);
    }
    kept[size++] = row;
  }

  @Override
  final boolean keepUnlessCloser(int row, float key) {
    if (anyCloser(row, kept, size, key)) {
      return false;
    }
    keep(row);
    return true;
  }
}
