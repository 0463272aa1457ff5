package io.sagitta.hnsw;

import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.RowScratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The vectors that the neighbour heuristic has kept for one list, copied one behind the other as
 * float32: every further candidate is compared with all of them, so they are fetched (and decoded)
 * once and then lie in the nearest caches, in order, aligned.
 *
 * <p>For one thread; reused. Off heap: 4·d bytes a row, freed with the last reference.
 */
final class KeptRows {
  private static final int FIRST_ROWS = 16;
  private static final int LINE = 64;

  private final int d;
  private final boolean similarity;
  private final RowScratch scratch;
  private MemorySegment block = MemorySegment.NULL;
  private int room;
  private int size;

  /**
   * @param similarity whether keys are negated inner products; otherwise they are squared distances
   */
  KeptRows(int d, boolean similarity, RowScratch scratch) {
    this.d = d;
    this.similarity = similarity;
    this.scratch = scratch;
  }

  void clear() {
    size = 0;
  }

  /** Whether a kept vector is strictly closer to {@code x} than {@code key}. */
  boolean anyCloser(float[] x, float key) {
    if (size == 0) {
      return false;
    }
    return similarity
        ? Kernels.DISTANCES.ipAnyAbove(x, block, size, d, -key, scratch)
        : Kernels.DISTANCES.l2AnyBelow(x, block, size, d, key, scratch);
  }

  /** Keeps a vector, too. */
  void add(float[] x) {
    if (size == room) {
      room = Math.max(FIRST_ROWS, 2 * room);
      MemorySegment larger = Arena.ofAuto().allocate(4L * d * room, LINE);
      MemorySegment.copy(block, 0, larger, 0, 4L * d * size);
      block = larger;
    }
    MemorySegment.copy(x, 0, block, ValueLayout.JAVA_FLOAT, 4L * d * size, d);
    size++;
  }
}
