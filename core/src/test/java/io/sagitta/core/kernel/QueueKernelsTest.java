package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** The chosen kernel and the plain one beside a loop that says what is meant. */
@Tag("simd")
class QueueKernelsTest {
  @Property(tries = 300)
  void theLastOfTheLeastIsFound(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int n,
      @ForAll @IntRange(min = 1, max = 1000) int different) {
    Random random = new Random(seed);
    int[] values = new int[(n + QueueKernels.PADDING - 1) / QueueKernels.PADDING * 16];
    Arrays.fill(values, Integer.MAX_VALUE);
    int expected = 0;
    for (int i = 0; i < n; i++) {
      int v = random.nextInt(different) - different / 2;
      values[i] = v == different / 2 - 1 ? Integer.MAX_VALUE : v;
      expected = values[i] <= values[expected] ? i : expected;
    }
    assertThat(Kernels.QUEUES.lastLeast(values, n)).isEqualTo(expected);
    assertThat(new PlainQueueKernels().lastLeast(values, n)).isEqualTo(expected);
  }
}
