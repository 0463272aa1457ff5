package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.random.RandomData;
import io.sagitta.testkit.FreshJvm;
import io.sagitta.testkit.WarmCalls;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A process that searches scans and graphs of several kinds, lengths and metrics allocates nothing
 * for any of them, with the flag that README asks for.
 *
 * <p>Without it, C2 trusts the class of a vector that it has not computed yet until the traps in
 * all methods it inlined add up to 100, and then calls instead: each kernel operation counts those
 * of every vector it was profiled with, and such a process leaves 4 or 5 on most.
 */
class CrowdedJvmTest {
  private static final List<String> FLAGS = List.of("-XX:PerMethodTrapLimit=100000");
  private static final int ROWS = 2_000;
  private static final Duration LIMIT = Duration.ofSeconds(8);

  private record Kind(String factory, int d, MetricType metric) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("Flat", 128, MetricType.L2),
          new Kind("HNSW16", 128, MetricType.L2),
          new Kind("Flat", 100, MetricType.INNER_PRODUCT),
          new Kind("HNSW16", 100, MetricType.INNER_PRODUCT),
          new Kind("SQ8", 128, MetricType.L2),
          new Kind("RaBitQ", 128, MetricType.L2),
          new Kind("Flat", 127, MetricType.INNER_PRODUCT),
          new Kind("HNSW16", 127, MetricType.L2),
          new Kind("HNSW8,SQ8", 100, MetricType.L2),
          new Kind("HNSW8", 272, MetricType.L2),
          new Kind("HNSW8", 128, MetricType.INNER_PRODUCT));

  /** Prints the most bytes that a round of ten searches of any kind allocates. */
  public static void main(String[] args) {
    long most = 0;
    for (int turn = 0; turn < 2; turn++) {
      for (Kind kind : KINDS) {
        long bytes = leastBytes(kind);
        System.err.println(bytes + " " + kind);
        most = turn == 0 ? 0 : Math.max(most, bytes);
      }
    }
    System.out.println("bytes " + most);
  }

  private static long leastBytes(Kind kind) {
    Vectors x = Vectors.of(RandomData.normal(ROWS * kind.d, 3), kind.d);
    Vectors query = Vectors.one(RandomData.normal(kind.d, 7));
    KnnResult out = new KnnResult();
    try (Index index = IndexFactory.create(kind.d, kind.factory, kind.metric)) {
      index.train(x);
      index.add(x);
      return WarmCalls.leastBytes(
          10, 0, LIMIT, () -> index.searchInto(query, 10, SearchParameters.NONE, out));
    }
  }

  @Test
  void allocatesNothing() throws Exception {
    // On a machine with no core left for the compiler a kernel may not be ready in time.
    long most = FreshJvm.number(CrowdedJvmTest.class, "bytes ", FLAGS, List.of());
    for (int again = 0; again < 2 && most > 0; again++) {
      most = FreshJvm.number(CrowdedJvmTest.class, "bytes ", FLAGS, List.of());
    }
    assertThat(most).as("bytes of ten searches of the worst kind").isZero();
  }
}
