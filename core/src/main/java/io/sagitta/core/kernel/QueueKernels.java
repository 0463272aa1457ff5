package io.sagitta.core.kernel;

/**
 * The loop over a search's candidate list. The method here is plain Java; {@link
 * VectorQueueKernels} gives the same values.
 *
 * <p>Stateless; safe for all threads.
 */
public interface QueueKernels {
  /** Arrays are as long as the next multiple of this. */
  int PADDING = 16;

  /**
   * The index of the least of the first n values, the last one among equals.
   *
   * @param values the values from n up to the next multiple of {@link #PADDING} are
   *     Integer.MAX_VALUE
   * @param n at least 1
   */
  default int lastLeast(int[] values, int n) {
    int a = Integer.MAX_VALUE;
    int b = a;
    int c = a;
    int e = a;
    for (int i = 0; i < n; i += 4) {
      a = Math.min(a, values[i]);
      b = Math.min(b, values[i + 1]);
      c = Math.min(c, values[i + 2]);
      e = Math.min(e, values[i + 3]);
    }
    int least = Math.min(Math.min(a, b), Math.min(c, e));
    int at = n - 1;
    while (values[at] != least) {
      at--;
    }
    return at;
  }
}
