package io.sagitta.bench.jmh;

import io.sagitta.core.MetricType;
import io.sagitta.core.collect.TopK;
import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;

/** What does keeping the k best cost? Microseconds for 10,000 distances in random order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 5,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow"})
public class TopKBenchmark {
  private static final int N = 10_000;

  /** Kept. */
  @Param({"1", "10", "100", "1000"})
  public int k = 10;

  private final float[] values = new float[N];
  private final TopK top = new TopK(MetricType.L2);

  /** Draws the distances. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int i = 0; i < N; i++) {
      values[i] = random.nextFloat();
    }
  }

  /** Offers all; answers the worst kept. */
  @Benchmark
  public float offer() {
    top.begin(k);
    for (int i = 0; i < N; i++) {
      if (values[i] < top.threshold()) {
        top.add(values[i], i);
      }
    }
    return top.threshold();
  }
}
