package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Kernels.QUERY_GROUP;

/**
 * Queries in groups of {@link Kernels#QUERY_GROUP}, component-major, as the tiles want them. The
 * last group is filled up with zero queries.
 *
 * <p>Scratch of the caller: reusable, for one thread at a time while packing. On heap: 4·d bytes a
 * query, rounded up to whole groups.
 */
public final class PackedQueries {
  private float[] data = new float[0];
  private int count;
  private int d;

  /** Empty; {@link #pack} fills it. */
  public PackedQueries() {}

  /**
   * Packs {@code n} queries of {@code d} components, row-major in {@code x} from {@code xOff}.
   *
   * @throws IllegalArgumentException if they exceed one array
   */
  public void pack(float[] x, int xOff, int n, int d) {
    int groups = (n + QUERY_GROUP - 1) / QUERY_GROUP;
    long size = (long) groups * QUERY_GROUP * d;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(n + " x " + d + " floats do not fit into one array");
    }
    if (data.length < size) {
      data = new float[(int) size];
    }
    count = n;
    this.d = d;
    for (int g = 0; g < groups; g++) {
      int base = g * QUERY_GROUP * d;
      int here = Math.min(QUERY_GROUP, n - g * QUERY_GROUP);
      for (int j = 0; j < QUERY_GROUP; j++) {
        if (j < here) {
          int from = xOff + (g * QUERY_GROUP + j) * d;
          for (int i = 0, to = base + j; i < d; i++, to += QUERY_GROUP) {
            data[to] = x[from + i];
          }
        } else {
          for (int i = 0, to = base + j; i < d; i++, to += QUERY_GROUP) {
            data[to] = 0;
          }
        }
      }
    }
  }

  /** Queries packed. */
  public int count() {
    return count;
  }

  /** Components of a query. */
  public int d() {
    return d;
  }

  /** Groups, the last one perhaps filled up. */
  public int groups() {
    return (count + QUERY_GROUP - 1) / QUERY_GROUP;
  }

  /** Offset of group g in {@link #data()}. */
  public int offset(int g) {
    return g * QUERY_GROUP * d;
  }

  /** The packed components. */
  public float[] data() {
    return data;
  }
}
