package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.testkit.FreshJvm;
import io.sagitta.testkit.WarmCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Warm searches: lists add nothing that grows with what is scanned. In a fresh JVM {@code
 * IVF32,Flat} takes 0 bytes a query and 88 a batch. In one that has run many other tests C2 inlines
 * less, and the search of the quantizer keeps some boxed registers: 512 bytes a query alone, 385 in
 * a batch; what exceeds its bound there is judged in a JVM of its own. Lists that box one register
 * a code would show a hundred times the bounds. Batches over scalar quantizers are left out: their
 * decoder boxes until C2 has it, which may take longer than a test should (24,664 bytes a batch of
 * 64 after 20,000 of them, 400,000 before).
 */
class IvfAllocationTest {
  private static final int D = 32;

  /** Calls of a round; what JIT compilation takes now and then is in few of the rounds. */
  private static final int CALLS = 50;

  /** Bytes of one query. */
  private static final long ONE = 1024;

  /** Bytes of a batch of 64. */
  private static final long BATCH = 64 * 1024;

  private static final int FRESH = 3;

  /** Long enough for any compiler. */
  private static final Duration LIMIT = Duration.ofSeconds(15);

  /** Arguments: factory string, queries of a search. Prints the bytes of a search. */
  public static void main(String[] args) throws Exception {
    System.out.println("bytes " + leastBytes(args[0], Integer.parseInt(args[1])));
  }

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
    check(factory, 1, ONE);
    if (!factory.contains("SQ")) {
      check(factory, 64, BATCH);
    }
  }

  private static void check(String factory, int queries, long bound) throws Exception {
    long bytes = leastBytes(factory, queries);
    for (int i = 0; i < FRESH && bytes >= bound; i++) {
      bytes =
          FreshJvm.number(
              IvfAllocationTest.class, "bytes ", List.of(factory, String.valueOf(queries)));
    }
    assertThat(bytes).as("bytes of %s, %s queries a search", factory, queries).isLessThan(bound);
  }

  private static long leastBytes(String factory, int queries) throws Exception {
    float[] x = IvfData.clustered(9000, D, 1);
    float[] q = IvfData.clustered(queries, D, 2);
    try (IndexIVF index = IvfData.index(factory, D, MetricType.L2, x);
        Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(4L * q.length, 64);
      MemorySegment.copy(q, 0, memory, Vectors.FLOAT, 0, q.length);
      Vectors all = new Vectors(queries, D, memory);
      SearchParameters p = SearchParameters.builder().nprobe(6).build();
      KnnResult out = new KnnResult();
      long enough = CALLS * ((queries == 1 ? ONE : BATCH) - 1);
      return Parallelism.of(1)
          .call(
              () ->
                  WarmCalls.leastBytes(
                          CALLS, enough, LIMIT, () -> index.searchInto(all, 10, p, out))
                      / CALLS);
    }
  }
}
