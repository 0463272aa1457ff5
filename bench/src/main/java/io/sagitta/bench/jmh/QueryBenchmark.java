package io.sagitta.bench.jmh;

import io.sagitta.bench.SyntheticData;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does one warm query cost, per index? Microseconds for the 10 nearest of 20,000 vectors of
 * 128 components; with {@code -prof gc} the bytes it allocates, which must be none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 5,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow"})
public class QueryBenchmark {
  private static final int N = 20_000;
  private static final int D = 128;
  private static final int QUERIES = 64;

  /** Results per query. */
  public static final int K = 10;

  /** Factory strings. */
  @Param({
    "Flat",
    "SQ8",
    "PQ16",
    "PQ32x4fs",
    "RaBitQ",
    "HNSW32",
    "IVF128,Flat",
    "IVF128,SQ8",
    "IVF128,PQ16",
    "IVF128,PQ32x4fs"
  })
  public String factory = "Flat";

  private final Vectors[] queries = new Vectors[QUERIES];
  private final KnnResult result = new KnnResult();
  private Vectors all = Vectors.one(new float[D]);
  private SearchParameters parameters = SearchParameters.NONE;
  private Index index = IndexFactory.create(D, "Flat", MetricType.L2);
  private int next;

  /** Trains and fills the index; lists probed: 8. */
  @Setup
  public void fill() {
    index.close();
    Vectors base = SyntheticData.make(N, D, 1, 0, Arena.ofAuto());
    all = SyntheticData.make(QUERIES, D, 1, 1, Arena.ofAuto());
    for (int q = 0; q < QUERIES; q++) {
      queries[q] = all.slice(q, 1);
    }
    index = IndexFactory.create(D, factory, MetricType.L2);
    index.train(base);
    index.add(base);
    parameters =
        factory.startsWith("IVF")
            ? SearchParameters.builder().nprobe(8).build()
            : SearchParameters.NONE;
  }

  /** Frees the index. */
  @TearDown
  public void free() {
    index.close();
  }

  /** One query on the calling thread. */
  @Benchmark
  public KnnResult search() {
    index.searchInto(queries[next++ & (QUERIES - 1)], K, parameters, result);
    return result;
  }

  /** All 64 queries as one batch on one thread. */
  @Benchmark
  public KnnResult batch() {
    Parallelism.of(1).run(() -> index.searchInto(all, K, parameters, result));
    return result;
  }
}
