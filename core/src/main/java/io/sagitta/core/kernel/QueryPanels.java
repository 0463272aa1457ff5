package io.sagitta.core.kernel;

/**
 * Queries in panels of {@link MatrixKernels#queryPanel()}, component-major: component i of query j
 * of a panel is {@code data[offset + i·queryPanel + j]}. The last panel is filled up with zero
 * queries. For rows that are multiplied as they lie: {@link MatrixKernels#queriesAbove}.
 *
 * <p>Scratch of the caller: reusable, for one thread at a time while packing. On heap: 4·d bytes a
 * query, rounded up to whole panels.
 */
public final class QueryPanels {
  private static final int WIDTH = Kernels.MATRIX.queryPanel();

  private float[] data = new float[0];
  private int count;
  private int d;

  /** Empty; {@link #pack} fills it. */
  public QueryPanels() {}

  /**
   * Packs {@code n} queries of {@code d} components, row-major in {@code x} from {@code xOff}.
   *
   * @throws IllegalArgumentException if they exceed one array
   */
  public void pack(float[] x, int xOff, int n, int d) {
    int panels = (n + WIDTH - 1) / WIDTH;
    long size = (long) panels * WIDTH * d;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(n + " x " + d + " floats do not fit into one array");
    }
    if (data.length < size) {
      data = new float[(int) size];
    }
    count = n;
    this.d = d;
    float[] to = data;
    for (int p = 0; p < panels; p++) {
      int base = p * WIDTH * d;
      int here = Math.min(WIDTH, n - p * WIDTH);
      if (here < WIDTH) {
        java.util.Arrays.fill(to, base, base + WIDTH * d, 0);
      }
      int from = xOff + p * WIDTH * d;
      int j = 0;
      for (; j + 4 <= here; j += 4) {
        int a = from + j * d;
        for (int i = 0, at = base + j; i < d; i++, at += WIDTH) {
          to[at] = x[a + i];
          to[at + 1] = x[a + d + i];
          to[at + 2] = x[a + 2 * d + i];
          to[at + 3] = x[a + 3 * d + i];
        }
      }
      for (; j < here; j++) {
        int a = from + j * d;
        for (int i = 0, at = base + j; i < d; i++, at += WIDTH) {
          to[at] = x[a + i];
        }
      }
    }
  }

  /** Queries packed. */
  public int count() {
    return count;
  }

  /** Panels, the last one perhaps filled up. */
  public int panels() {
    return (count + WIDTH - 1) / WIDTH;
  }

  /** Queries per panel, {@link MatrixKernels#queryPanel()}. */
  public int width() {
    return WIDTH;
  }

  /** Offset of panel p in {@link #data()}. */
  public int offset(int p) {
    return p * WIDTH * d;
  }

  /** The packed components. */
  public float[] data() {
    return data;
  }
}
