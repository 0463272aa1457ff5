package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.kernel.TestVectors.Memory;
import io.sagitta.core.kernel.TestVectors.Values;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Tiles and the products built from them, chosen and plain kernels alike. */
@Tag("simd")
class MatrixKernelsTest {
  private static final MatrixKernels[] BOTH = {Kernels.MATRIX, new PlainMatrixKernels()};

  @Property(tries = 300)
  void tilesAreExactOnIntegersAndKeepWhatIsAboveTheLimit(
      @ForAll @IntRange(min = 1, max = 300) int d, @ForAll long seed) {
    Random random = new Random(seed);
    for (MatrixKernels kernels : BOTH) {
      int width = kernels.panelWidth();
      int group = kernels.queryGroup();
      float[] q = TestVectors.values(Values.INTEGER, d * group + 5, random);
      float[] p = TestVectors.values(Values.INTEGER, d * width + 7, random);
      float[] bias = TestVectors.values(Values.INTEGER, width + 3, random);
      float[] limit = new float[group + 1];
      float[] expected = new float[group * width];
      for (int j = 0; j < group; j++) {
        for (int v = 0; v < width; v++) {
          float s = bias[3 + v];
          for (int i = 0; i < d; i++) {
            s += q[5 + i * group + j] * p[7 + i * width + v];
          }
          expected[j * width + v] = s;
        }
        limit[1 + j] = expected[j * width + random.nextInt(width)] + random.nextInt(400) - 100;
      }
      limit[1 + random.nextInt(group)] = Float.NaN;
      float[] out = new float[group * width + 1];
      kernels.tile(q, 5, p, 7, d, bias, 3, out, 1);
      assertThat(Arrays.copyOfRange(out, 1, out.length)).isEqualTo(expected);

      int passed = kernels.tileAbove(q, 5, p, 7, d, bias, 3, limit, 1, out, 1);
      for (int j = 0; j < group; j++) {
        boolean above = false;
        for (int v = 0; v < width; v++) {
          above |= !(expected[j * width + v] <= limit[1 + j]);
        }
        assertThat((passed >> j & 1) == 1).isEqualTo(above);
        if (above) {
          assertThat(Arrays.copyOfRange(out, 1 + j * width, 1 + (j + 1) * width))
              .isEqualTo(Arrays.copyOfRange(expected, j * width, (j + 1) * width));
        }
      }
      assertThat(passed >>> group).isZero();
    }
  }

  @Property(tries = 200)
  void rowsAreExactOnIntegersAndKeepWhatIsAboveTheLimit(
      @ForAll @IntRange(min = 1, max = 200) int d,
      @ForAll @IntRange(min = 1, max = 12) int pairs,
      @ForAll @IntRange(min = 1, max = 64) int n,
      @ForAll long seed) {
    Random random = new Random(seed);
    int nq = 2 * pairs;
    int full = (n + 3) & -4;
    float[] q = TestVectors.values(Values.INTEGER, nq * d + 3, random);
    float[] y = TestVectors.values(Values.INTEGER, full * d + 1, random);
    float[] bias = TestVectors.values(Values.INTEGER, 64, random);
    for (MatrixKernels kernels : BOTH) {
      float[] out = new float[nq * 64 + 2];
      kernels.rowProducts(q, 3, nq, y, 1, full, d, out, 2, 64);
      for (int j = 0; j < nq; j++) {
        long expected = 0;
        float limit = random.nextInt(4) == 0 ? Float.NaN : random.nextInt(2000) - 1000;
        for (int i = 0; i < n; i++) {
          float s = 0;
          for (int c = 0; c < d; c++) {
            s += q[3 + j * d + c] * y[1 + i * d + c];
          }
          assertThat(out[2 + j * 64 + i]).isEqualTo(s);
          if (!(s + bias[i] <= limit)) {
            expected |= 1L << i;
          }
        }
        assertThat(kernels.rowsAbove(out, 2 + j * 64, bias, limit, n)).isEqualTo(expected);
      }
      float[] norms = new float[64];
      float[] rows = Arrays.copyOfRange(y, 1, 1 + full * d);
      kernels.rowNorms(rows, full, d, norms);
      for (int i = 0; i < full; i++) {
        float s = 0;
        for (int c = 0; c < d; c++) {
          s += rows[i * d + c] * rows[i * d + c];
        }
        assertThat(norms[i]).isEqualTo(s);
      }
    }
  }

  @Property(tries = 200)
  void unpackedRowsAgainstPanelsAreExactOnIntegers(
      @ForAll @IntRange(min = 1, max = 200) int d,
      @ForAll @IntRange(min = 1, max = 2) int panels,
      @ForAll @IntRange(min = 1, max = 64) int n,
      @ForAll @IntRange(min = 0, max = 3) int missing,
      @ForAll long seed) {
    for (MatrixKernels kernels : BOTH) {
      Random random = new Random(seed);
      int width = kernels.queryPanel();
      int nq = panels * width - missing;
      float[] q = TestVectors.values(Values.INTEGER, nq * d + 3, random);
      float[] y = TestVectors.values(Values.INTEGER, n * d + 1, random);
      float[] bias = TestVectors.values(Values.INTEGER, 72 + 2, random);
      float[] limit = new float[2 * width + 1];
      Arrays.fill(limit, Float.POSITIVE_INFINITY);
      for (int j = 0; j < nq; j++) {
        limit[1 + j] = random.nextInt(9) == 0 ? Float.NaN : random.nextInt(2000) - 500;
      }
      float[] packed = pack(q, 3, nq, d, width);
      float[] out = new float[72 * 2 * width + 1];
      long passed = kernels.queriesAbove(packed, 2, panels, y, 1, n, d, bias, 2, limit, 1, out, 1);
      for (int r = 0; r < n; r++) {
        float[] expected = new float[nq];
        boolean above = false;
        for (int j = 0; j < nq; j++) {
          float s = bias[2 + r];
          for (int i = 0; i < d; i++) {
            s += q[3 + j * d + i] * y[1 + r * d + i];
          }
          expected[j] = s;
          above |= !(s <= limit[1 + j]);
        }
        assertThat((passed >> r & 1) == 1).isEqualTo(above);
        if (above) {
          int at = 1 + 2 * r * width;
          assertThat(Arrays.copyOfRange(out, at, at + nq)).isEqualTo(expected);
        }
      }
      assertThat(n == 64 ? 0 : passed >>> n).isZero();
    }
  }

  /** Panels by their definition, from element 2 on. */
  private static float[] pack(float[] q, int from, int nq, int d, int width) {
    int panels = (nq + width - 1) / width;
    float[] packed = new float[panels * width * d + 2];
    for (int j = 0; j < nq; j++) {
      for (int i = 0; i < d; i++) {
        packed[2 + j / width * width * d + i * width + j % width] = q[from + j * d + i];
      }
    }
    if (width == Kernels.MATRIX.queryPanel()) {
      QueryPanels both = new QueryPanels();
      both.pack(new float[nq * d], 0, nq, d);
      both.pack(q, from, nq, d);
      assertThat(both.panels()).isEqualTo(panels);
      assertThat(both.offset(panels)).isEqualTo(packed.length - 2);
      assertThat(Arrays.copyOf(both.data(), packed.length - 2))
          .isEqualTo(Arrays.copyOfRange(packed, 2, packed.length));
    }
    return packed;
  }

  @Property(tries = 300)
  void productsAgreeWithFloat64(
      @ForAll @IntRange(min = 1, max = 70) int nq,
      @ForAll @IntRange(min = 0, max = 150) int n,
      @ForAll @IntRange(min = 1, max = 130) int d,
      @ForAll Values kind,
      @ForAll Memory memory,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = TestVectors.values(kind, nq * d + 2, random);
    float[] y = TestVectors.values(kind, n * d, random);
    int shift = memory == Memory.HEAP_FLOATS ? 8 : 3;
    PackedQueries queries = new PackedQueries();
    queries.pack(x, 2, nq, d);
    PackedRows rows = new PackedRows();
    rows.pack(TestVectors.place(y, memory, shift), shift, n, d);
    int ld = n + 3;
    float[] ip = new float[nq * ld];
    float[] l2 = new float[nq * ld];
    float[] norms = new float[nq];
    for (int j = 0; j < nq; j++) {
      norms[j] = Kernels.DISTANCES.squaredNorm(x, 2 + j * d, d);
    }
    MatrixProducts products = new MatrixProducts();
    products.innerProducts(queries, rows, ip, 0, ld);
    products.squaredDistances(queries, norms, 0, rows, l2, 0, ld);
    float[] direct = new float[n];
    float[] directIp = new float[n];
    double unit = (d + 8) * 0x1p-24;
    double smallest = (d + 2) * (double) Float.MIN_VALUE;
    for (int j = 0; j < nq; j++) {
      products.directL2(x, 2 + j * d, rows, direct, 0);
      products.directInnerProducts(x, 2 + j * d, rows, directIp, 0);
      for (int v = 0; v < n; v++) {
        double xx = 0;
        double yy = 0;
        double xy = 0;
        double terms = 0;
        double square = 0;
        for (int i = 0; i < d; i++) {
          double a = x[2 + j * d + i];
          double b = y[v * d + i];
          xx += a * a;
          yy += b * b;
          xy += a * b;
          terms += Math.abs(a * b);
          square += (a - b) * (a - b);
        }
        assertThat((double) ip[j * ld + v])
            .isBetween(xy - unit * terms - smallest, xy + unit * terms + smallest);
        assertThat((double) directIp[v])
            .isBetween(xy - unit * terms - smallest, xy + unit * terms + smallest);
        double slack = unit * (xx + yy + 2 * terms) + 3 * smallest;
        assertThat((double) l2[j * ld + v]).isBetween(Math.max(0, square - slack), square + slack);
        slack = unit * square + smallest;
        assertThat((double) direct[v]).isBetween(square - slack, square + slack);
      }
      for (int v = n; v < ld; v++) {
        assertThat(ip[j * ld + v]).isZero();
      }
    }
  }

  @Property(tries = 200)
  void packingFollowsChosenRows(
      @ForAll @IntRange(min = 1, max = 90) int n,
      @ForAll @IntRange(min = 1, max = 40) int d,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] y = TestVectors.values(Values.NORMAL, 100 * (d + 1), random);
    MemorySegment s = TestVectors.place(y, Memory.OFF_HEAP, 6);
    int[] chosen = random.ints(n + 2, 0, 100).toArray();
    PackedRows rows = new PackedRows();
    rows.pack(s, 6, 4L * (d + 1), chosen, 2, n, d);
    int width = rows.width();
    for (int v = 0; v < rows.panels() * width; v++) {
      for (int i = 0; i < d; i++) {
        float expected = v < n ? y[chosen[2 + v] * (d + 1) + i] : 0;
        assertThat(rows.data()[rows.offset(v / width) + i * width + v % width]).isEqualTo(expected);
      }
      float norm = v < n ? Kernels.DISTANCES.squaredNorm(y, chosen[2 + v] * (d + 1), d) : 0;
      assertThat(rows.norms()[v]).isEqualTo(norm);
    }
  }

  @Property(tries = 300)
  void cutsHaveAtLeastKValuesAndFewMore(
      @ForAll @IntRange(min = 1, max = 40) int strips,
      @ForAll @IntRange(min = 1, max = 200) int k,
      @ForAll @IntRange(min = 0, max = 3) int kind,
      @ForAll long seed) {
    for (MatrixKernels kernels : BOTH) {
      Random random = new Random(seed);
      int width = kernels.panelWidth();
      int step = width + 5;
      float[] x = new float[3 + strips * step];
      // What lies between the strips must not be looked at.
      Arrays.fill(x, Float.NaN);
      float[] values = new float[strips * width];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (kind) {
              case 0 -> (float) random.nextGaussian();
              case 1 -> random.nextInt(5);
              case 2 -> random.nextInt(3) == 0 ? Float.NEGATIVE_INFINITY : random.nextFloat();
              default -> 1e30f * (float) Math.pow(random.nextDouble(), 30);
            };
        x[3 + i / width * step + i % width] = values[i];
      }
      float cut = kernels.cut(x, 3, step, strips, k);
      float[] sorted = values.clone();
      Arrays.sort(sorted);
      int finite = 0;
      for (float v : values) {
        finite += v > Float.NEGATIVE_INFINITY ? 1 : 0;
      }
      if (finite < k) {
        assertThat(cut).isEqualTo(Float.NEGATIVE_INFINITY);
      } else {
        assertThat(cut).isLessThanOrEqualTo(sorted[sorted.length - k]);
      }
      int[] out = new int[values.length];
      int n = kernels.stripsAbove(x, 3, step, strips, cut, out);
      int[] expected = new int[values.length];
      int m = 0;
      for (int i = 0; i < values.length; i++) {
        if (values[i] > cut) {
          expected[m++] = i;
        }
      }
      assertThat(Arrays.copyOf(out, n)).isEqualTo(Arrays.copyOf(expected, m));
      if (kind == 0 && finite >= 4 * k) {
        assertThat(n).isLessThanOrEqualTo(2 * k + 16);
      }
      x[3 + random.nextInt(strips) * step + random.nextInt(width)] =
          random.nextBoolean() ? Float.NaN : Float.POSITIVE_INFINITY;
      assertThat(kernels.cut(x, 3, step, strips, k)).isNaN();
      assertThat(kernels.stripsAbove(x, 3, step, strips, Float.NaN, out)).isEqualTo(values.length);
    }
  }
}
