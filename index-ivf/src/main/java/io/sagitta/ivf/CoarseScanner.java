package io.sagitta.ivf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** For lists without codes: every vector is as far as its centroid. */
final class CoarseScanner extends ListScanner {
  private float distance;

  @Override
  void setQuery(MemorySegment x, long offset) {
    // The coarse distance is all there is.
  }

  @Override
  void setList(int list, float coarse) {
    distance = coarse;
  }

  @Override
  void run(MemorySegment codes, long offset, int n, float[] out) {
    Arrays.fill(out, 0, n, distance);
  }

  @Override
  void chosen(MemorySegment codes, long offset, int[] rows, int n, float[] out) {
    Arrays.fill(out, 0, n, distance);
  }
}
