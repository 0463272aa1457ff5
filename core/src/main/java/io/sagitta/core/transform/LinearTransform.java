package io.sagitta.core.transform;

import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.kernel.MatrixProducts;
import io.sagitta.core.kernel.PackedQueries;
import io.sagitta.core.kernel.PackedRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * y = A·x + b. The base of the learnt rotations and projections, and by itself the form in which
 * they come out of a file when FAISS does not say more ({@code LTra}, which is also what OPQ is
 * saved as).
 *
 * <p>A component is one sum over the input in ascending order, however many rows are transformed at
 * once. The way back is Aᵀ·(y − b) and exists when A has orthonormal rows (or columns, if there are
 * more rows than columns). FAISS takes that for granted after loading a file; here it is checked
 * (mended on purpose: a whitening PCA has no such way back). Threads: as {@link VectorTransform}
 * says.
 */
public class LinearTransform extends VectorTransform {
  /** Rows multiplied at once: whole groups of ten and of twelve, fewer where rows are very long. */
  private static final int BLOCK_ROWS = 120;

  private static final int BLOCK_ELEMENTS = 1 << 19;
  private static final double ORTHONORMAL = 4e-5;
  private static final float[] NONE = {};

  private @Nullable Map matrix;

  /** A trained matrix: as in files, and packed for both directions. */
  private record Map(
      float[] a, float[] b, PackedRows rows, PackedRows columns, boolean orthonormal) {}

  private final int blockRows;
  private final Reuse<Scratch> scratch;

  private static final class Scratch {
    final float[] in;
    final float[] out;
    final PackedQueries packed = new PackedQueries();
    final MatrixProducts products = new MatrixProducts();

    Scratch(int elements) {
      in = new float[elements];
      out = new float[elements];
    }
  }

  /** An untrained one, for subclasses. */
  LinearTransform(int dIn, int dOut) {
    super(dIn, dOut);
    int widest = Math.max(dIn, dOut);
    int rows = Math.clamp(BLOCK_ELEMENTS / widest, 1, BLOCK_ROWS);
    blockRows = rows;
    scratch = new Reuse<>(() -> new Scratch(rows * widest));
  }

  /**
   * A given map.
   *
   * @param a dOut × dIn elements, row-major
   * @param b dOut elements, or none
   * @throws IllegalArgumentException if a length does not fit
   */
  public LinearTransform(int dIn, int dOut, float[] a, float[] b) {
    this(dIn, dOut);
    matrix = packed(dIn, dOut, a, b);
  }

  /** Sets the map; a and b are taken over. */
  final void set(float[] a, float[] b) {
    matrix = packed(dIn(), dOut(), a, b);
  }

  private static Map packed(int dIn, int dOut, float[] a, float[] b) {
    if (a.length != (long) dOut * dIn || (b.length != 0 && b.length != dOut)) {
      throw new IllegalArgumentException(
          "a matrix of "
              + a.length
              + " and a bias of "
              + b.length
              + " elements do not map "
              + dIn
              + " to "
              + dOut
              + " dimensions");
    }
    PackedRows rows = new PackedRows();
    rows.pack(MemorySegment.ofArray(a), 0, dOut, dIn);
    float[] t = new float[a.length];
    for (int i = 0; i < dOut; i++) {
      for (int j = 0; j < dIn; j++) {
        t[j * dOut + i] = a[i * dIn + j];
      }
    }
    PackedRows columns = new PackedRows();
    columns.pack(MemorySegment.ofArray(t), 0, dIn, dOut);
    boolean orthonormal = dOut <= dIn ? isOrthonormal(a, dOut, dIn) : isOrthonormal(t, dIn, dOut);
    return new Map(a, b, rows, columns, orthonormal);
  }

  private static boolean isOrthonormal(float[] rows, int n, int d) {
    PackedQueries left = new PackedQueries();
    PackedRows right = new PackedRows();
    left.pack(rows, 0, n, d);
    right.pack(MemorySegment.ofArray(rows), 0, n, d);
    float[] products = new float[n * n];
    new MatrixProducts().innerProducts(left, right, products, 0, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (!(Math.abs(products[i * n + j] - (i == j ? 1 : 0)) <= ORTHONORMAL)) {
          return false;
        }
      }
    }
    return true;
  }

  private Map matrix() {
    Map m = matrix;
    if (m == null) {
      throw new IllegalStateException(getClass().getSimpleName() + " is not trained");
    }
    return m;
  }

  /** A, dOut × dIn row-major; empty before training. */
  public final float[] a() {
    return matrix == null ? new float[0] : matrix().a().clone();
  }

  /** b, dOut elements, or none. */
  public final float[] b() {
    return matrix == null ? new float[0] : matrix().b().clone();
  }

  /** Whether there is a way back. */
  public final boolean isOrthonormal() {
    return matrix != null && matrix().orthonormal();
  }

  @Override
  public final boolean isTrained() {
    return matrix != null;
  }

  @Override
  void learn(Vectors x, ProgressListener listener) {
    if (matrix == null) {
      throw new IllegalStateException("a LinearTransform is given, not trained");
    }
  }

  @Override
  final void map(Vectors x, MemorySegment out) {
    Map m = matrix();
    multiply(x, m.rows(), NONE, m.b(), out);
  }

  @Override
  final void unmap(Vectors y, MemorySegment out) {
    Map m = matrix();
    if (!m.orthonormal()) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName() + " does not support reverse: its rows are not orthonormal");
    }
    multiply(y, m.columns(), m.b(), NONE, out);
  }

  private void multiply(
      Vectors x, PackedRows by, float[] before, float[] after, MemorySegment out) {
    if (x.n() <= blockRows) {
      // Without a lambda, which would be all that a search of one query allocates here.
      multiplyRows(x, 0, x.n(), by, before, after, out);
      return;
    }
    Parallelism.forRange(
        x.n(), blockRows, (from, to) -> multiplyRows(x, from, to, by, before, after, out));
  }

  private void multiplyRows(
      Vectors x,
      long from,
      long to,
      PackedRows by,
      float[] before,
      float[] after,
      MemorySegment out) {
    Scratch s = scratch.take();
    int n = (int) (to - from);
    int d = x.d();
    int width = by.count();
    MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(from), s.in, 0, n * d);
    add(s.in, n, d, before, -1);
    s.packed.pack(s.in, 0, n, d);
    s.products.innerProducts(s.packed, by, s.out, 0, width);
    add(s.out, n, width, after, 1);
    MemorySegment.copy(s.out, 0, out, Vectors.FLOAT, from * width * 4, n * width);
    scratch.give(s);
  }

  private static void add(float[] rows, int n, int d, float[] bias, float sign) {
    if (bias.length == 0) {
      return;
    }
    for (int r = 0; r < n; r++) {
      for (int j = 0; j < d; j++) {
        rows[r * d + j] += sign * bias[j];
      }
    }
  }

  @Override
  final boolean sameValues(VectorTransform other) {
    Map theirs = ((LinearTransform) other).matrix();
    return Arrays.equals(matrix().a(), theirs.a()) && Arrays.equals(matrix().b(), theirs.b());
  }

  @Override
  public LinearTransform copy() {
    return new LinearTransform(dIn(), dOut(), a(), b());
  }
}
