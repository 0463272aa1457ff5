package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.kernel.TestVectors.Memory;
import io.sagitta.core.kernel.TestVectors.Values;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/**
 * The chosen kernels against the plain ones and against float64, and every method against each
 * other.
 */
@Tag("simd")
class DistanceKernelsTest {
  private static final DistanceKernels CHOSEN = Kernels.DISTANCES;
  private static final RowScratch SCRATCH = new RowScratch();
  private static final DistanceKernels PLAIN = new PlainDistanceKernels();

  @Property(tries = 1500)
  void agreeWithPlainAndFloat64(
      @ForAll @IntRange(min = 1, max = 2049) int d,
      @ForAll Values xKind,
      @ForAll Values yKind,
      @ForAll Memory memory,
      @ForAll @IntRange(min = 0, max = 67) int shift,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = TestVectors.values(xKind, d, random);
    float[] y = TestVectors.values(yKind, d, random);
    int at = memory == Memory.HEAP_FLOATS ? shift & ~3 : shift;
    MemorySegment s = TestVectors.place(y, memory, at);
    double l2 = 0;
    double ip = 0;
    double ipTerms = 0;
    for (int i = 0; i < d; i++) {
      double t = (double) x[i] - y[i];
      l2 += t * t;
      ip += (double) x[i] * y[i];
      ipTerms += Math.abs((double) x[i] * y[i]);
    }
    // 64 units in the last place of the sum of absolute terms (a rigorous bound would be d of
    // them), and one smallest float for each term that may have underflowed.
    double unit = 64 * 0x1p-24;
    double l2Slack = unit * l2 + d * (double) Float.MIN_VALUE;
    double ipSlack = unit * ipTerms + d * (double) Float.MIN_VALUE;
    for (DistanceKernels k : new DistanceKernels[] {CHOSEN, PLAIN}) {
      assertThat((double) k.l2(x, 0, s, at, d)).isBetween(l2 - l2Slack, l2 + l2Slack);
      assertThat((double) k.ip(x, 0, s, at, d)).isBetween(ip - ipSlack, ip + ipSlack);
      assertThat(k.l2(x, 0, s, at, d)).isGreaterThanOrEqualTo(0);
    }
  }

  @Property(tries = 600)
  void everyMethodGivesTheSameBits(
      @ForAll @IntRange(min = 1, max = 700) int d,
      @ForAll @IntRange(min = 0, max = 11) int few,
      @ForAll @IntRange(min = 0, max = 19) int many,
      @ForAll Values kind,
      @ForAll Memory memory,
      @ForAll @IntRange(min = 0, max = 67) int shift,
      @ForAll @IntRange(min = 0, max = 3) int gap,
      @ForAll long seed) {
    // One time of twenty more rows than a round has.
    int n = many == 0 ? 60 + few : few;
    Random random = new Random(seed);
    float[] x = TestVectors.values(kind, d + 3, random);
    int rowFloats = d + gap;
    float[] y = TestVectors.values(kind, rowFloats * (n + 4), random);
    int at = memory == Memory.HEAP_FLOATS ? shift & ~3 : shift;
    MemorySegment s = TestVectors.place(y, memory, at);
    MemorySegment xs = TestVectors.place(x, Memory.OFF_HEAP, 1);
    long stride = 4L * rowFloats;
    float[] l2 = new float[n + 5];
    float[] ip = new float[n + 5];
    float[] norms = new float[n + 5];
    CHOSEN.l2Scan(x, 3, s, at, stride, n, d, l2, 1);
    CHOSEN.ipScan(x, 3, s, at, stride, n, d, ip, 1);
    float[] l2Run = new float[n + 5];
    float[] ipRun = new float[n + 5];
    CHOSEN.l2Run(x, 3, s, at, stride, n, d, new RowScratch(), l2Run, 1);
    CHOSEN.ipRun(x, 3, s, at, stride, n, d, new RowScratch(), ipRun, 1);
    assertThat(l2Run).isEqualTo(l2);
    assertThat(ipRun).isEqualTo(ip);
    CHOSEN.squaredNorms(s, at, stride, n, d, norms, 1);
    for (int r = 0; r < n; r++) {
      long o = at + r * stride;
      int bits = Float.floatToRawIntBits(CHOSEN.l2(x, 3, y, r * rowFloats, d));
      assertThat(Float.floatToRawIntBits(l2[r + 1])).isEqualTo(bits);
      assertThat(Float.floatToRawIntBits(CHOSEN.l2(x, 3, s, o, d))).isEqualTo(bits);
      assertThat(Float.floatToRawIntBits(CHOSEN.l2(xs, 13, s, o, d))).isEqualTo(bits);
      bits = Float.floatToRawIntBits(CHOSEN.ip(x, 3, y, r * rowFloats, d));
      assertThat(Float.floatToRawIntBits(ip[r + 1])).isEqualTo(bits);
      assertThat(Float.floatToRawIntBits(CHOSEN.ip(x, 3, s, o, d))).isEqualTo(bits);
      assertThat(Float.floatToRawIntBits(CHOSEN.ip(xs, 13, s, o, d))).isEqualTo(bits);
      assertThat(norms[r + 1]).isEqualTo(CHOSEN.squaredNorm(y, r * rowFloats, d));
    }
    assertThat(l2[0]).isZero();
    assertThat(l2[n + 1]).isZero();

    MemorySegment elsewhere = TestVectors.place(y, Memory.OFF_HEAP, 2);
    float[] four = new float[4];
    long o3 = 2 + 3 * stride;
    CHOSEN.l2x4(x, 3, s, at, s, at + stride, elsewhere, 2, elsewhere, o3, d, four, 0);
    assertThat(four)
        .containsExactly(
            CHOSEN.l2(x, 3, y, 0, d),
            CHOSEN.l2(x, 3, y, rowFloats, d),
            CHOSEN.l2(x, 3, y, 0, d),
            CHOSEN.l2(x, 3, y, 3 * rowFloats, d));
    CHOSEN.ipx4(x, 3, s, at, s, at + stride, elsewhere, 2, elsewhere, o3, d, four, 0);
    assertThat(four)
        .containsExactly(
            CHOSEN.ip(x, 3, y, 0, d),
            CHOSEN.ip(x, 3, y, rowFloats, d),
            CHOSEN.ip(x, 3, y, 0, d),
            CHOSEN.ip(x, 3, y, 3 * rowFloats, d));
  }

  @Property(tries = 600)
  void pickedRowsAreWhereTheyShouldBe(
      @ForAll @IntRange(min = 1, max = 300) int d,
      @ForAll @IntRange(min = 0, max = 23) int n,
      @ForAll Values kind,
      @ForAll Memory memory,
      @ForAll @IntRange(min = 0, max = 67) int shift,
      @ForAll long seed) {
    Random random = new Random(seed);
    int rows = 40;
    float[] x = TestVectors.values(kind, d + 3, random);
    float[] y = TestVectors.values(kind, rows * d, random);
    int at = memory == Memory.HEAP_FLOATS ? shift & ~3 : shift;
    MemorySegment s = TestVectors.place(y, memory, at);
    int[] picked = random.ints(n, 0, rows).toArray();
    float[] out = new float[n];
    CHOSEN.ipPicked(x, 3, s, at, d, picked, n, out);
    int quarter = n / 4;
    float[] alone = new float[1];
    for (int place = 0; place < n; place++) {
      int to = place < 4 * quarter ? 4 * (place % quarter) + place / quarter : place;
      int row = picked[place];
      double sum = 0;
      double terms = 0;
      for (int i = 0; i < d; i++) {
        double t = (double) x[3 + i] * y[row * d + i];
        sum += t;
        terms += Math.abs(t);
      }
      double slack = 64 * 0x1p-24 * terms + d * (double) Float.MIN_VALUE;
      assertThat((double) out[to]).isBetween(sum - slack, sum + slack);
      CHOSEN.ipPicked(x, 3, s, at, d, new int[] {row}, 1, alone);
      assertThat(Float.floatToRawIntBits(out[to])).isEqualTo(Float.floatToRawIntBits(alone[0]));
    }
  }

  @Property(tries = 200)
  void whatAnotherRowHoldsDoesNotMatter(@ForAll @IntRange(min = 1, max = 120) int d) {
    float[] y = new float[8 * d];
    Arrays.fill(y, Float.NaN);
    for (int i = 0; i < d; i++) {
      y[3 * d + i] = i == 0 ? Float.POSITIVE_INFINITY : 1;
    }
    float[] x = new float[d];
    Arrays.fill(x, 1);
    float[] out = new float[5];
    MemorySegment s = TestVectors.place(y, Memory.OFF_HEAP, 0);
    CHOSEN.ipPicked(x, 0, s, 0, d, new int[] {3, 3, 3, 3, 3}, 5, out);
    for (float v : out) {
      assertThat(v).isEqualTo(Float.POSITIVE_INFINITY);
    }
  }

  @Property(tries = 800)
  void limitsOfRowsAreThoseOfTheirValues(
      @ForAll @IntRange(min = 1, max = 1100) int d,
      @ForAll @IntRange(min = 0, max = 11) int n,
      @ForAll Values kind,
      @ForAll boolean special,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = TestVectors.values(kind, d, random);
    float[] y = TestVectors.values(kind, d * n, random);
    if (special && n > 0) {
      y[random.nextInt(y.length)] = random.nextBoolean() ? Float.NaN : Float.POSITIVE_INFINITY;
    }
    MemorySegment s = TestVectors.place(y, Memory.OFF_HEAP, 0);
    for (int r = 0; r < n; r++) {
      for (float limit : around(CHOSEN.l2(x, 0, y, r * d, d))) {
        boolean any = false;
        for (int i = 0; i < n; i++) {
          any |= CHOSEN.l2(x, 0, y, i * d, d) < limit;
        }
        assertThat(CHOSEN.l2AnyBelow(x, s, n, d, limit, SCRATCH)).isEqualTo(any);
      }
      for (float limit : around(CHOSEN.ip(x, 0, y, r * d, d))) {
        boolean any = false;
        for (int i = 0; i < n; i++) {
          any |= CHOSEN.ip(x, 0, y, i * d, d) > limit;
        }
        assertThat(CHOSEN.ipAnyAbove(x, s, n, d, limit, SCRATCH)).isEqualTo(any);
      }
    }
    assertThat(CHOSEN.l2AnyBelow(x, s, 0, d, Float.POSITIVE_INFINITY, SCRATCH)).isFalse();
    assertThat(CHOSEN.ipAnyAbove(x, s, 0, d, Float.NEGATIVE_INFINITY, SCRATCH)).isFalse();
  }

  private static float[] around(float v) {
    return new float[] {v, Math.nextUp(v), Math.nextDown(v), v * 2, v / 2};
  }

  @Property(tries = 500)
  void integersAreExact(@ForAll @IntRange(min = 1, max = 2049) int d, @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = TestVectors.values(Values.INTEGER, d, random);
    float[] y = TestVectors.values(Values.INTEGER, d, random);
    long l2 = 0;
    long ip = 0;
    for (int i = 0; i < d; i++) {
      l2 += (long) (x[i] - y[i]) * (long) (x[i] - y[i]);
      ip += (long) x[i] * (long) y[i];
    }
    assertThat(CHOSEN.l2(x, 0, y, 0, d)).isEqualTo(l2);
    assertThat(CHOSEN.ip(x, 0, y, 0, d)).isEqualTo(ip);
    assertThat(PLAIN.l2(x, 0, y, 0, d)).isEqualTo(l2);
    assertThat(PLAIN.ip(x, 0, y, 0, d)).isEqualTo(ip);
  }

  @Property(tries = 500)
  void nanAndInfinityFollowIeee(@ForAll @IntRange(min = 1, max = 300) int d, @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = TestVectors.values(Values.NORMAL, d, random);
    float[] y = TestVectors.values(Values.NORMAL, d, random);
    int at = random.nextInt(d);
    for (float special :
        new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      y[at] = special;
      boolean nan = Float.isNaN(special);
      float l2 = CHOSEN.l2(x, 0, y, 0, d);
      float ip = CHOSEN.ip(x, 0, y, 0, d);
      assertThat((Float) l2).isEqualTo((Float) (nan ? Float.NaN : Float.POSITIVE_INFINITY));
      assertThat((Float) ip).isEqualTo((Float) (nan ? Float.NaN : special * Math.signum(x[at])));
    }
    x[at] = Float.NEGATIVE_INFINITY;
    assertThat(CHOSEN.l2(x, 0, y, 0, d)).isNaN();
    assertThat(CHOSEN.ip(x, 0, y, 0, d)).isEqualTo(Float.POSITIVE_INFINITY);
  }

  @Property(tries = 600)
  void scatteredRowsGiveTheSameBits(
      @ForAll @IntRange(min = 1, max = 700) int d,
      @ForAll @IntRange(min = 0, max = 150) int n,
      @ForAll Values kind,
      @ForAll Memory memory,
      @ForAll @IntRange(min = 0, max = 2) int gap,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = TestVectors.values(kind, d + 3, random);
    int rowFloats = d + gap;
    int rows = 37;
    float[] y = TestVectors.values(kind, rowFloats * rows, random);
    MemorySegment s = TestVectors.place(y, memory, 0).asSlice(0, 4L * y.length);
    CodeRows view = CodeRows.over(s, 4 * rowFloats, rows);
    int[] ids = random.ints(n + 2, 0, rows).toArray();
    for (DistanceKernels k : new DistanceKernels[] {CHOSEN, PLAIN}) {
      float[] l2 = new float[n + 1];
      float[] ip = new float[n + 1];
      k.l2Rows(x, 3, view, ids, 2, n, d, SCRATCH, l2, 1);
      k.ipRows(x, 3, view, ids, 2, n, d, SCRATCH, ip, 1);
      for (int r = 0; r < n; r++) {
        long o = view.offset(ids[r + 2]);
        float exact = k.l2(x, 3, s, o, d);
        assertThat(Float.floatToIntBits(l2[r + 1])).isEqualTo(Float.floatToIntBits(exact));
        assertThat(Float.floatToIntBits(ip[r + 1]))
            .isEqualTo(Float.floatToIntBits(k.ip(x, 3, s, o, d)));
      }
    }
  }
}
