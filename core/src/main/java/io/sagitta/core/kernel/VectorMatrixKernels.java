package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link MatrixKernels} on the Vector API: panels two registers wide, and the tile that the number
 * of registers allows.
 */
final class VectorMatrixKernels extends MatrixKernels {
  private static final int WIDTH = 2 * LANES;

  /** One tile at 512 bits, two below. */
  private static final int GROUP = LANES >= 16 ? WideTile.QUERIES : NarrowTile.GROUP;

  /** Nothing is ≤ NaN, so with these limits every row of a tile is kept. */
  private static final float[] KEEP_ALL = new float[GROUP];

  static {
    Arrays.fill(KEEP_ALL, Float.NaN);
  }

  @Override
  public int queryGroup() {
    return GROUP;
  }

  @Override
  public int panelWidth() {
    return WIDTH;
  }

  @Override
  public void tile(
      float[] q,
      int qOff,
      float[] panel,
      int pOff,
      int d,
      float[] bias,
      int biasOff,
      float[] out,
      int outOff) {
    tileAbove(q, qOff, panel, pOff, d, bias, biasOff, KEEP_ALL, 0, out, outOff);
  }

  @Override
  public int tileAbove(
      float[] q,
      int qOff,
      float[] panel,
      int pOff,
      int d,
      float[] bias,
      int biasOff,
      float[] limit,
      int limitOff,
      float[] out,
      int outOff) {
    if (LANES >= 16) {
      return WideTile.above(q, qOff, panel, pOff, d, bias, biasOff, limit, limitOff, out, outOff);
    }
    int passed = 0;
    for (int j = 0; j < GROUP; j += NarrowTile.QUERIES) {
      int above =
          NarrowTile.above(
              q,
              qOff + j,
              panel,
              pOff,
              d,
              bias,
              biasOff,
              limit,
              limitOff + j,
              out,
              outOff + j * WIDTH);
      passed |= above << j;
    }
    return passed;
  }

  @Override
  public void l2Panel(
      float[] x, int xOff, float[] panel, int pOff, int d, float[] out, int outOff) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int at = pOff;
    for (int i = 0; i < d; i++) {
      FloatVector a = FloatVector.broadcast(SPECIES, x[xOff + i]);
      FloatVector t0 = a.sub(FloatVector.fromArray(SPECIES, panel, at));
      FloatVector t1 = a.sub(FloatVector.fromArray(SPECIES, panel, at + LANES));
      s0 = t0.fma(t0, s0);
      s1 = t1.fma(t1, s1);
      at += WIDTH;
    }
    s0.intoArray(out, outOff);
    s1.intoArray(out, outOff + LANES);
  }

  @Override
  public void ipPanel(
      float[] x, int xOff, float[] panel, int pOff, int d, float[] out, int outOff) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int at = pOff;
    for (int i = 0; i < d; i++) {
      FloatVector a = FloatVector.broadcast(SPECIES, x[xOff + i]);
      s0 = a.fma(FloatVector.fromArray(SPECIES, panel, at), s0);
      s1 = a.fma(FloatVector.fromArray(SPECIES, panel, at + LANES), s1);
      at += WIDTH;
    }
    s0.intoArray(out, outOff);
    s1.intoArray(out, outOff + LANES);
  }

  @Override
  public void rowProducts(
      float[] q,
      int qOff,
      int nq,
      float[] y,
      int yOff,
      int n,
      int d,
      float[] out,
      int outOff,
      int ld) {
    for (int i = 0; i < n; i += 4) {
      for (int j = 0; j < nq; j += 2) {
        RowTile.products(q, qOff + j * d, y, yOff + i * d, d, out, outOff + j * ld + i, ld);
      }
    }
  }

  @Override
  public int queryPanel() {
    return LANES;
  }

  @Override
  public boolean prefersQueryPanels() {
    return LANES <= 8;
  }

  @Override
  public long queriesAbove(
      float[] panel,
      int pOff,
      int panels,
      float[] y,
      int yOff,
      int n,
      int d,
      float[] bias,
      int biasOff,
      float[] limit,
      int limitOff,
      float[] out,
      int outOff) {
    long passed = 0;
    int rows = panels == 1 ? 8 : 4;
    for (int r = 0; r < n; r += rows) {
      int from = yOff + r * d;
      int to = outOff + 2 * r * LANES;
      long above =
          panels == 1
              ? QueryTile.one(
                  panel, pOff, y, from, n - r, d, bias, biasOff + r, limit, limitOff, out, to)
              : QueryTile.two(
                  panel, pOff, y, from, n - r, d, bias, biasOff + r, limit, limitOff, out, to);
      passed |= above << r;
    }
    return n == 64 ? passed : passed & (1L << n) - 1;
  }

  @Override
  public long rowsAbove(float[] x, int xOff, float[] bias, float limit, int n) {
    long mask = 0;
    for (int i = 0; i < n; i += LANES) {
      FloatVector v =
          FloatVector.fromArray(SPECIES, x, xOff + i).add(FloatVector.fromArray(SPECIES, bias, i));
      mask |= v.compare(VectorOperators.LE, limit).not().toLong() << i;
    }
    return n == 64 ? mask : mask & (1L << n) - 1;
  }

  @Override
  public void rowNorms(float[] y, int n, int d, float[] out) {
    for (int i = 0; i < n; i += 4) {
      RowTile.norms(y, i * d, d, out, i);
    }
  }

  @Override
  public float cut(float[] x, int off, int step, int strips, int k) {
    return StripCut.cut(x, off, step, strips, k);
  }

  @Override
  public int stripsAbove(float[] x, int off, int step, int strips, float limit, int[] out) {
    return StripCut.above(x, off, step, strips, limit, out);
  }
}
