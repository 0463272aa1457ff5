package io.sagitta.core.kernel;

/**
 * {@link MatrixKernels} in portable Java. The inner loops run over the vectors of a panel without a
 * dependence between them, which is the form the JIT compiler vectorizes by itself.
 */
final class PlainMatrixKernels extends MatrixKernels {
  private static final int WIDTH = 32;

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
    for (int j = 0; j < QUERY_GROUP; j++) {
      row(q, qOff + j, panel, pOff, d, bias, biasOff, out, outOff + j * WIDTH);
    }
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
    int passed = 0;
    for (int j = 0; j < QUERY_GROUP; j++) {
      int row = outOff + j * WIDTH;
      row(q, qOff + j, panel, pOff, d, bias, biasOff, out, row);
      float t = limit[limitOff + j];
      for (int v = 0; v < WIDTH; v++) {
        if (!(out[row + v] <= t)) {
          passed |= 1 << j;
          break;
        }
      }
    }
    return passed;
  }

  private static void row(
      float[] q,
      int qAt,
      float[] panel,
      int pOff,
      int d,
      float[] bias,
      int biasOff,
      float[] out,
      int row) {
    System.arraycopy(bias, biasOff, out, row, WIDTH);
    for (int i = 0; i < d; i++) {
      float x = q[qAt + i * QUERY_GROUP];
      int p = pOff + i * WIDTH;
      for (int v = 0; v < WIDTH; v++) {
        out[row + v] += x * panel[p + v];
      }
    }
  }

  @Override
  public void l2Panel(
      float[] x, int xOff, float[] panel, int pOff, int d, float[] out, int outOff) {
    java.util.Arrays.fill(out, outOff, outOff + WIDTH, 0);
    for (int i = 0; i < d; i++) {
      float a = x[xOff + i];
      int p = pOff + i * WIDTH;
      for (int v = 0; v < WIDTH; v++) {
        float t = a - panel[p + v];
        out[outOff + v] += t * t;
      }
    }
  }

  @Override
  public void ipPanel(
      float[] x, int xOff, float[] panel, int pOff, int d, float[] out, int outOff) {
    java.util.Arrays.fill(out, outOff, outOff + WIDTH, 0);
    for (int i = 0; i < d; i++) {
      float a = x[xOff + i];
      int p = pOff + i * WIDTH;
      for (int v = 0; v < WIDTH; v++) {
        out[outOff + v] += a * panel[p + v];
      }
    }
  }
}
