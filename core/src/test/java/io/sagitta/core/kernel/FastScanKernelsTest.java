package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.codec.FastScanCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.IntPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** The fast-scan kernels of this JVM against sums taken code by code. */
@Tag("simd")
@net.jqwik.api.Tag("simd")
class FastScanKernelsTest {
  @Property(tries = 200)
  void sumsAreThoseOfSingleLookups(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int m,
      @ForAll @IntRange(min = 1, max = 4) int groups,
      @ForAll @IntRange(min = 0, max = 3) int misalignment,
      @ForAll boolean heap) {
    Random random = new Random(seed);
    try (Arena arena = Arena.ofConfined()) {
      long bytes = FastScanCodes.blockBytes(m);
      MemorySegment codes =
          heap
              ? MemorySegment.ofArray(new byte[(int) bytes + misalignment])
              : arena.allocate(bytes + misalignment);
      for (long i = 0; i < codes.byteSize(); i++) {
        codes.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
      }
      short[] tables = new short[m * FastScanKernels.TABLE + 5];
      for (int s = 0; s < m; s++) {
        for (int j = 0; j < 16; j++) {
          short v = (short) random.nextInt(256);
          tables[5 + s * 32 + j] = v;
          tables[5 + s * 32 + 16 + j] = v;
        }
      }
      Kernels.FAST_SCAN.arrange(tables, 5, m);
      int bias = random.nextInt(2000);
      int[] expected = new int[groups * FastScanKernels.GROUP];
      int least = Integer.MAX_VALUE;
      int most = 0;
      for (int slot = 0; slot < expected.length; slot++) {
        int sum = bias;
        for (int s = 0; s < m; s++) {
          sum += tables[5 + s * 32 + FastScanCodes.get(codes, misalignment, slot, s)];
        }
        expected[slot] = sum;
        least = Math.min(least, sum);
        most = Math.max(most, sum);
      }
      short[] sums = new short[FastScanKernels.BLOCK];
      long[] hits = new long[2];
      FastScanKernels k = Kernels.FAST_SCAN;
      int bound = (least + most + 1) / 2 + 1;
      assertThat(k.below(codes, misalignment, m, tables, 5, bias, groups, bound, hits, sums))
          .isTrue();
      assertSums(expected, sums);
      assertHits(expected, hits, v -> v < bound);
      int under = bound - 2;
      assertThat(k.above(codes, misalignment, m, tables, 5, bias, groups, under, hits, sums))
          .isTrue();
      assertSums(expected, sums);
      assertHits(expected, hits, v -> v > under);
      if (groups % 2 == 0) {
        assertThat(k.below(codes, misalignment, m, tables, 5, bias, groups, least, hits, sums))
            .isFalse();
        assertThat(hits).containsOnly(0L);
        assertThat(k.above(codes, misalignment, m, tables, 5, bias, groups, most, hits, sums))
            .isFalse();
      }
    }
  }

  @Property(tries = 60)
  void runsStopAtTheFirstBlockWithAHit(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int m,
      @ForAll @IntRange(min = 1, max = 6) int blocks) {
    Random random = new Random(seed);
    try (Arena arena = Arena.ofConfined()) {
      int bytes = FastScanCodes.blockBytes(m) + 64 * random.nextInt(2);
      MemorySegment codes = arena.allocate((long) bytes * blocks + 1);
      for (long i = 0; i < codes.byteSize(); i++) {
        codes.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
      }
      short[] tables = new short[m * FastScanKernels.TABLE];
      for (int i = 0; i < tables.length; i++) {
        tables[i] = (short) (i % 32 < 16 ? random.nextInt(256) : tables[i - 16]);
      }
      FastScanKernels k = Kernels.FAST_SCAN;
      k.arrange(tables, 0, m);
      short[] sums = new short[FastScanKernels.BLOCK];
      short[] expected = new short[FastScanKernels.BLOCK];
      long[] hits = new long[2];
      long[] expectedHits = new long[2];
      for (int bound : new int[] {40 * m, 80 * m, 200 * m, 255 * m + 1}) {
        int below = 0;
        while (below < blocks
            && !k.below(
                codes, 1L + below * bytes, m, tables, 0, 3, 4, bound, expectedHits, expected)) {
          below++;
        }
        assertThat(k.firstBelow(codes, 1, m, tables, 0, 3, bytes, blocks, bound, hits, sums))
            .isEqualTo(below);
        if (below < blocks) {
          assertThat(hits).isEqualTo(expectedHits);
          assertThat(sums).isEqualTo(expected);
        }
        int above = 0;
        while (above < blocks
            && !k.above(
                codes, 1L + above * bytes, m, tables, 0, 3, 4, bound, expectedHits, expected)) {
          above++;
        }
        assertThat(k.firstAbove(codes, 1, m, tables, 0, 3, bytes, blocks, bound, hits, sums))
            .isEqualTo(above);
      }
    }
  }

  private static void assertHits(int[] expected, long[] hits, IntPredicate rule) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((hits[i >> 6] >>> i & 1) == 1).as("hit %d", i).isEqualTo(rule.test(expected[i]));
    }
  }

  @Property(tries = 100)
  void floatSumsAreThoseOfSingleLookups(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int m,
      @ForAll @IntRange(min = 0, max = 3) int misalignment) {
    Random random = new Random(seed);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment codes = arena.allocate(FastScanCodes.blockBytes(m) + misalignment);
      for (long i = 0; i < codes.byteSize(); i++) {
        codes.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
      }
      float[] table = new float[16 * m];
      for (int i = 0; i < table.length; i++) {
        table[i] = (float) random.nextGaussian();
      }
      float[] sums = new float[FastScanKernels.BLOCK];
      long[] hits = new long[2];
      boolean any =
          Kernels.FAST_SCAN.floatsBelow(codes, misalignment, m, table, 0.5f, 0.25f, hits, sums);
      boolean expectedAny = false;
      for (int place = 0; place < FastScanKernels.BLOCK; place++) {
        float sum = 0.5f;
        for (int s = 0; s < m; s++) {
          int slot = FastScanKernels.slotOf(place);
          sum += table[16 * s + FastScanCodes.get(codes, misalignment, slot, s)];
        }
        assertThat((hits[place >> 6] >>> place & 1) == 1).isEqualTo(sum < 0.25f);
        expectedAny |= sum < 0.25f;
        if (any) {
          assertThat(sums[place]).isEqualTo(sum);
        }
      }
      assertThat(any).isEqualTo(expectedAny);
    }
  }

  private static void assertSums(int[] expected, short[] sums) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(sums[i] & 0xffff).as("slot %d", i).isEqualTo(expected[i]);
    }
  }
}
