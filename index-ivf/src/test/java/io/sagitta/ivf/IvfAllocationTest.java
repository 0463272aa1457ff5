package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.testkit.WarmCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Warm searches: lists add nothing that grows with what is scanned. In a fresh JVM {@code
 * IVF32,Flat} takes 0 bytes a query and 88 a batch. In one that has run many other tests C2 inlines
 * less, and the search of the quantizer keeps some boxed registers: 512 bytes a query alone, 385 in
 * a batch. Lists that box one register a code would show a hundred times the bounds here. Batches
 * over scalar quantizers are left out: their decoder boxes until C2 has it, which may take longer
 * than a test should (24,664 bytes a batch of 64 after 20,000 of them, 400,000 before).
 */
class IvfAllocationTest {
  private static final int D = 32;

  /** Calls of a round; what JIT compilation takes now and then is in few of the rounds. */
  private static final int CALLS = 50;

  /** Bytes of one query. */
  private static final long ONE = 1024;

  /** Bytes of a batch of 64. */
  private static final long BATCH = 64 * 1024;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IVF32,Flat",
        "IVF32,SQ8",
        "IVF32,SQ4",
        "IVF32,SQfp16",
        "IVF32,PQ8np",
        "IVF32,PQ16x4fs",
        "IVF32,RaBitQ",
        "IVF32,RaBitQ4",
        "IVF32,RaBitQfs",
        "IVF32,FlatPanorama4"
      })
  void warmSearches(String factory) throws Exception {
    float[] x = IvfData.clustered(9000, D, 1);
    float[] q = IvfData.clustered(64, D, 2);
    try (IndexIVF index = IvfData.index(factory, D, MetricType.L2, x);
        Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(4L * q.length, 64);
      MemorySegment.copy(q, 0, memory, Vectors.FLOAT, 0, q.length);
      Vectors all = new Vectors(64, D, memory);
      Vectors one = new Vectors(1, D, memory);
      SearchParameters p = SearchParameters.builder().nprobe(6).build();
      KnnResult single = new KnnResult();
      KnnResult batch = new KnnResult();
      Parallelism.of(1)
          .call(
              () -> {
                long a =
                    WarmCalls.leastBytes(
                            CALLS, CALLS * (ONE - 1), () -> index.searchInto(one, 10, p, single))
                        / CALLS;
                assertThat(a).as("one query").isLessThan(ONE);
                if (!factory.contains("SQ")) {
                  long b =
                      WarmCalls.leastBytes(
                              CALLS, CALLS * (BATCH - 1), () -> index.searchInto(all, 10, p, batch))
                          / CALLS;
                  assertThat(b).as("a batch").isLessThan(BATCH);
                }
                return null;
              });
    }
  }
}
