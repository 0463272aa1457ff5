package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.codec.FastScanCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;

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
      FastScanKernels k = Kernels.FAST_SCAN;
      assertThat(k.below(codes, misalignment, m, tables, 5, bias, groups, least + 1, sums))
          .isTrue();
      assertSums(expected, sums);
      assertThat(k.above(codes, misalignment, m, tables, 5, bias, groups, most - 1, sums)).isTrue();
      assertSums(expected, sums);
      if (groups % 2 == 0) {
        assertThat(k.below(codes, misalignment, m, tables, 5, bias, groups, least, sums)).isFalse();
        assertThat(k.above(codes, misalignment, m, tables, 5, bias, groups, most, sums)).isFalse();
      }
    }
  }

  private static void assertSums(int[] expected, short[] sums) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(sums[i] & 0xffff).as("slot %d", i).isEqualTo(expected[i]);
    }
  }
}
