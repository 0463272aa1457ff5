package io.sagitta.core.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Vectors in panels, component-major, as the tiles want them, with their squared norms. The last
 * panel is filled up with zero vectors.
 *
 * <p>Scratch of the caller: reusable, for one thread at a time while packing; afterwards readable
 * by all. On heap: 4·(d + 1) bytes a vector, rounded up to whole panels, and four rows of copy
 * space.
 */
public final class PackedRows {
  private static final int WIDTH = Kernels.MATRIX.panelWidth();

  private float[] data = new float[0];
  private float[] norms = new float[0];
  private float[] rows = new float[0];
  private int count;
  private int d;

  /** Empty; {@link #pack} fills it. */
  public PackedRows() {}

  /**
   * Packs {@code n} rows of {@code d} floats that lie one after the other from byte {@code off}.
   *
   * @throws IllegalArgumentException if they exceed one array
   */
  public void pack(MemorySegment source, long off, int n, int d) {
    pack(source, off, 4L * d, null, 0, n, d);
  }

  /**
   * Packs {@code n} rows of {@code d} floats: the i-th lies at byte {@code off + r·stride}, where r
   * is {@code chosen[chosenOff + i]}, or i when {@code chosen} is null.
   *
   * @throws IllegalArgumentException if they exceed one array
   */
  public void pack(
      MemorySegment source,
      long off,
      long stride,
      int @Nullable [] chosen,
      int chosenOff,
      int n,
      int d) {
    prepare(n, d);
    float[] r = rows;
    int padded = panels() * WIDTH;
    for (int v = 0; v < padded; v += 4) {
      int here = Math.min(4, Math.max(0, n - v));
      for (int j = 0; j < here; j++) {
        int row = chosen == null ? v + j : chosen[chosenOff + v + j];
        MemorySegment.copy(source, DistanceKernels.FLOAT, off + row * stride, r, j * d, d);
      }
      if (here < 4) {
        Arrays.fill(r, here * d, 4 * d, 0);
      }
      for (int j = 0; j < 4; j++) {
        norms[v + j] = Kernels.DISTANCES.squaredNorm(r, j * d, d);
      }
      int to = v / WIDTH * WIDTH * d + v % WIDTH;
      for (int i = 0; i < d; i++, to += WIDTH) {
        data[to] = r[i];
        data[to + 1] = r[d + i];
        data[to + 2] = r[2 * d + i];
        data[to + 3] = r[3 * d + i];
      }
    }
  }

  /** Vectors packed. */
  public int count() {
    return count;
  }

  /** Components of a vector. */
  public int d() {
    return d;
  }

  /** Panels, the last one perhaps filled up. */
  public int panels() {
    return (count + WIDTH - 1) / WIDTH;
  }

  /** Vectors per panel, {@link MatrixKernels#panelWidth()}. */
  public int width() {
    return WIDTH;
  }

  /** Offset of panel p in {@link #data()}; its norms start at {@code p·width()}. */
  public int offset(int p) {
    return p * WIDTH * d;
  }

  /** The packed components. */
  public float[] data() {
    return data;
  }

  /** Squared norms, one per vector, 0 for the filling. */
  public float[] norms() {
    return norms;
  }

  private void prepare(int n, int d) {
    long panels = (n + WIDTH - 1L) / WIDTH;
    long size = panels * WIDTH * d;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(n + " x " + d + " floats do not fit into one array");
    }
    if (data.length < size) {
      data = new float[(int) size];
    }
    if (norms.length < panels * WIDTH) {
      norms = new float[(int) panels * WIDTH];
    }
    if (rows.length < 4 * d) {
      rows = new float[4 * d];
    }
    count = n;
    this.d = d;
  }
}
