package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** The chosen kernels beside the plain ones, value for value. */
@Tag("simd")
class CodeKernelsTest {
  private static final CodeKernels PLAIN = new PlainCodeKernels();
  private static final CodeKernels CHOSEN = Kernels.CODES;

  private static float[] gaussian(Random r, int n) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) r.nextGaussian();
    }
    return out;
  }

  @Property(tries = 60)
  void tablesAndTheirRounding(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int m,
      @ForAll @IntRange(min = 1, max = 9) int dsub,
      @ForAll boolean product) {
    Random r = new Random(seed);
    float[] x = gaussian(r, m * dsub + 3);
    float[] centroids = gaussian(r, m * dsub * 16);
    float[] a = new float[m * 16 + 5];
    float[] b = new float[m * 16 + 5];
    PLAIN.tables(x, 3, centroids, m, dsub, product, a, 5);
    CHOSEN.tables(x, 3, centroids, m, dsub, product, b, 5);
    assertThat(b).isEqualTo(a);
    float[] low = new float[m];
    float[] high = new float[m];
    float[] low2 = new float[m];
    float[] high2 = new float[m];
    PLAIN.spans(a, 5, m, low, high);
    CHOSEN.spans(a, 5, m, low2, high2);
    assertThat(low2).isEqualTo(low);
    assertThat(high2).isEqualTo(high);
    short[] steps = new short[m * 32];
    short[] steps2 = new short[m * 32];
    float scale = 255f / (high[0] - low[0] + 1f);
    PLAIN.round(a, 5, m, low, scale, steps);
    CHOSEN.round(a, 5, m, low, scale, steps2);
    assertThat(steps2).isEqualTo(steps);
  }

  @Property(tries = 60)
  void queriesAreQuantisedAlike(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 200) int d,
      @ForAll @IntRange(min = 1, max = 8) int bits) {
    Random r = new Random(seed);
    float[] q = gaussian(r, d);
    float[] c = gaussian(r, d);
    float[] x = new float[d];
    float[] y = new float[d];
    float[] a = new float[4];
    float[] b = new float[4];
    PLAIN.center(q, c, d, x, a);
    CHOSEN.center(q, c, d, y, b);
    assertThat(y).isEqualTo(x);
    assertThat(b[0]).isCloseTo(a[0], within(1e-4f * (1 + a[0])));
    assertThat(b[1]).isCloseTo(a[1], within(1e-3f * d));
    assertThat(b[2]).isEqualTo(a[2]);
    assertThat(b[3]).isEqualTo(a[3]);
    // Every fourth value lies half way between two steps; some are out of range.
    float step = 0.25f;
    for (int i = 0; i < d; i += 4) {
      x[i] = step * (r.nextInt(40) - 5 + 0.5f);
    }
    int words = (d + 63) / 64;
    int[] values = new int[(d + 3) / 4 * 4];
    int[] values2 = new int[values.length];
    long[] planes = new long[bits * words];
    long[] planes2 = new long[bits * words];
    long sum = PLAIN.quantise(x, d, -0.5f, 1 / step, bits, values, planes, words);
    assertThat(CHOSEN.quantise(x, d, -0.5f, 1 / step, bits, values2, planes2, words))
        .isEqualTo(sum);
    assertThat(values2).isEqualTo(values);
    assertThat(planes2).isEqualTo(planes);
    float[] t = new float[values.length * 4];
    float[] t2 = new float[t.length];
    PLAIN.nibbles(values, values.length / 4, 0.3f, -0.7f, t);
    CHOSEN.nibbles(values, values.length / 4, 0.3f, -0.7f, t2);
    assertThat(t2).isEqualTo(t);
  }

  @Property(tries = 60)
  void sumsBecomeTheSameEstimates(@ForAll long seed) {
    Random r = new Random(seed);
    int n = FastScanKernels.BLOCK;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment factors = arena.allocate(12L * n);
      short[] sums = new short[n];
      for (int i = 0; i < n; i++) {
        sums[i] = (short) r.nextInt();
        assertThat(CHOSEN.countBelow(sums, 64, sums[i] & 0xffff))
            .isEqualTo(PLAIN.countBelow(sums, 64, sums[i] & 0xffff));
        for (int j = 0; j < 3; j++) {
          factors.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * (j * n + i), (float) r.nextGaussian());
        }
      }
      float[] a = new float[n];
      float[] b = new float[n];
      PLAIN.estimates(factors, 0, 4L * n, sums, 0.01f, -0.4f, 2f, a);
      CHOSEN.estimates(factors, 0, 4L * n, sums, 0.01f, -0.4f, 2f, b);
      assertThat(b).isEqualTo(a);
      for (float scale : new float[] {0f, 1.5f}) {
        long[] x = new long[2];
        long[] y = new long[2];
        assertThat(CHOSEN.below(a, factors, 8L * n, scale, 1.5f, y))
            .isEqualTo(PLAIN.below(a, factors, 8L * n, scale, 1.5f, x));
        assertThat(y).isEqualTo(x);
      }
    }
  }

  @Property(tries = 60)
  void bitsAreCountedRight(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int words,
      @ForAll @IntRange(min = 1, max = 8) int planes,
      @ForAll boolean xor) {
    Random r = new Random(seed);
    int lanes = CHOSEN.planeLanes();
    int stride = words + 1;
    int n = 3 * lanes;
    long[] query = r.longs((long) planes * words).toArray();
    long[] patterns = new long[stride * (planes + 1) * lanes];
    for (int i = 0; i < stride * lanes; i++) {
      int word = i % stride;
      int at = i / lanes * (planes + 1) * lanes + i % lanes;
      patterns[at] = word < words ? -1 : 0;
      for (int b = 0; b < planes; b++) {
        patterns[at + (planes - b) * lanes] = word < words ? query[b * words + word] : 0;
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment codes = arena.allocate(8L * stride * n + 3);
      for (long i = 0; i < codes.byteSize(); i++) {
        codes.set(ValueLayout.JAVA_BYTE, i, (byte) r.nextInt());
      }
      long[] out = new long[n];
      CHOSEN.planeDots(codes, 3, n, stride, patterns, planes, xor, new long[stride * lanes], out);
      for (int i = 0; i < n; i++) {
        long dot = 0;
        long ones = 0;
        for (int w = 0; w < words; w++) {
          long bits = codes.get(CodeKernels.LONG, 3 + 8L * (i * stride + w));
          ones += Long.bitCount(bits);
          for (int b = 0; b < planes; b++) {
            long plane = query[b * words + w];
            dot += (long) Long.bitCount(xor ? bits ^ plane : bits & plane) << b;
          }
        }
        assertThat(out[i] & 0xffffffffL).isEqualTo(dot);
        assertThat(out[i] >>> 32).isEqualTo(ones);
      }
    }
  }
}
