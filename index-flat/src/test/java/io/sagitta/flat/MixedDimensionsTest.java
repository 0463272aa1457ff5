package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.kernel.DistanceKernels;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.testkit.FreshJvm;
import io.sagitta.testkit.WarmCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A service with an index of a few components and one of many: kernels allocate nothing for either.
 * Their profile is one for both, so what is called for a tenth of all pairs only must be inlined
 * all the same.
 */
@Tag("simd")
class MixedDimensionsTest {
  private static final DistanceKernels KERNELS = Kernels.DISTANCES;
  private static final int FEW = 3;
  private static final int MANY = 32;
  private static final int FEW_A_TURN = 9;
  private static final int TURNS = 1000;
  private static final int ROUNDS = 200;

  private final MemorySegment rows = Arena.ofAuto().allocate(4096, 64);
  private final float[] x = new float[2 * MANY];
  private final float[] four = new float[4];
  private float sum;

  /** Prints the bytes of {@link #TURNS} pairs of each kind, after rounds of mixed ones. */
  public static void main(String[] args) {
    MixedDimensionsTest t = new MixedDimensionsTest();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < TURNS; i++) {
        for (int k = 0; k < FEW_A_TURN; k++) {
          t.pairs(FEW);
        }
        t.pairs(MANY);
      }
    }
    System.out.println("bytes " + WarmCalls.leastBytes(TURNS, 0, () -> t.pairs(MANY)));
    System.err.println(t.sum);
  }

  private void pairs(int d) {
    sum += KERNELS.l2(x, 0, x, d, d) + KERNELS.ip(x, 0, x, d, d);
    sum += KERNELS.l2(x, 0, rows, 4L * d, d) + KERNELS.ip(x, 0, rows, 4L * d, d);
    sum += KERNELS.l2(rows, 0, rows, 4L * d, d) + KERNELS.ip(rows, 0, rows, 4L * d, d);
    KERNELS.l2x4(x, 0, rows, 0, rows, 4L * d, rows, 8L * d, rows, 12L * d, d, four, 0);
    KERNELS.ipx4(x, 0, rows, 0, rows, 4L * d, rows, 8L * d, rows, 12L * d, d, four, 0);
    sum += four[0] + four[3];
  }

  @Test
  void allocateNothing() throws Exception {
    assertThat(FreshJvm.number(MixedDimensionsTest.class, "bytes ", List.of())).isZero();
  }
}
