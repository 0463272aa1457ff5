package io.sagitta.core.kernel;

/**
 * {@link MatrixKernels} in portable Java. The inner loops run over the vectors of a panel without a
 * dependence between them, which is the form the JIT compiler vectorizes by itself.
 */
final class PlainMatrixKernels extends MatrixKernels {
  private static final int WIDTH = 32;
  private static final int GROUP = 12;
  private static final int QUERIES = 8;

  /** Halvings of {@link #cut}: a 65,536th of the range. */
  static final int CUT_ROUNDS = 16;

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
    for (int j = 0; j < GROUP; j++) {
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
    for (int j = 0; j < GROUP; j++) {
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
      float x = q[qAt + i * GROUP];
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
    for (int j = 0; j < nq; j++) {
      int a = qOff + j * d;
      for (int i = 0; i < n; i += 4) {
        int b = yOff + i * d;
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (int c = 0; c < d; c++) {
          float v = q[a + c];
          s0 += v * y[b + c];
          s1 += v * y[b + d + c];
          s2 += v * y[b + 2 * d + c];
          s3 += v * y[b + 3 * d + c];
        }
        int o = outOff + j * ld + i;
        out[o] = s0;
        out[o + 1] = s1;
        out[o + 2] = s2;
        out[o + 3] = s3;
      }
    }
  }

  @Override
  public int queryPanel() {
    return QUERIES;
  }

  @Override
  public boolean prefersQueryPanels() {
    return false;
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
    int queries = panels * QUERIES;
    for (int r = 0; r < n; r++) {
      int to = outOff + 2 * r * QUERIES;
      java.util.Arrays.fill(out, to, to + queries, bias[biasOff + r]);
      for (int p = 0; p < panels; p++) {
        int at = pOff + p * QUERIES * d;
        for (int i = 0; i < d; i++, at += QUERIES) {
          float x = y[yOff + r * d + i];
          for (int j = 0; j < QUERIES; j++) {
            out[to + p * QUERIES + j] += x * panel[at + j];
          }
        }
      }
      passed |= anyAbove(out, to, limit, limitOff, queries) ? 1L << r : 0;
    }
    return passed;
  }

  private static boolean anyAbove(float[] out, int at, float[] limit, int limitOff, int n) {
    for (int j = 0; j < n; j++) {
      if (!(out[at + j] <= limit[limitOff + j])) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long rowsAbove(float[] x, int xOff, float[] bias, float limit, int n) {
    long mask = 0;
    for (int i = 0; i < n; i++) {
      if (!(x[xOff + i] + bias[i] <= limit)) {
        mask |= 1L << i;
      }
    }
    return mask;
  }

  @Override
  public void rowNorms(float[] y, int n, int d, float[] out) {
    for (int i = 0; i < n; i++) {
      float sum = 0;
      for (int c = i * d; c < (i + 1) * d; c++) {
        sum += y[c] * y[c];
      }
      out[i] = sum;
    }
  }

  @Override
  public float cut(float[] x, int off, int step, int strips, int k) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    int n = 0;
    for (int s = 0; s < strips; s++) {
      for (int i = off + s * step; i < off + s * step + WIDTH; i++) {
        float v = x[i];
        if (!(v < Float.POSITIVE_INFINITY)) {
          return Float.NaN;
        }
        if (v > Float.NEGATIVE_INFINITY) {
          low = Math.min(low, v);
          high = Math.max(high, v);
          n++;
        }
      }
    }
    if (n < k) {
      return Float.NEGATIVE_INFINITY;
    }
    int enough = k + k / 8;
    for (int round = 0; round < CUT_ROUNDS; round++) {
      float mid = 0.5f * low + 0.5f * high;
      if (!(mid > low)) {
        break;
      }
      int above = 0;
      for (int s = 0; s < strips; s++) {
        for (int i = off + s * step; i < off + s * step + WIDTH; i++) {
          above += x[i] >= mid ? 1 : 0;
        }
      }
      if (above < k) {
        high = mid;
      } else {
        low = mid;
        if (above <= enough) {
          break;
        }
      }
    }
    return low;
  }

  @Override
  public int stripsAbove(float[] x, int off, int step, int strips, float limit, int[] out) {
    int n = 0;
    for (int s = 0; s < strips; s++) {
      for (int i = 0; i < WIDTH; i++) {
        if (!(x[off + s * step + i] <= limit)) {
          out[n++] = s * WIDTH + i;
        }
      }
    }
    return n;
  }
}
