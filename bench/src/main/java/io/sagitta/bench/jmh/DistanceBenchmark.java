package io.sagitta.bench.jmh;

import io.sagitta.core.kernel.DistanceKernels;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One query against {@link #rows} rows, as a scan and in fours at random places: nanoseconds for
 * all rows. Several forks, because the same kernel may compile to code of different speed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 5,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow"})
public class DistanceBenchmark {
  /** Components. */
  @Param({"16", "100", "128", "784"})
  public int d;

  /** 1,024 rows fit into the caches; 200,000 do not. */
  @Param({"1024", "200000"})
  public int rows;

  private final DistanceKernels kernels = Kernels.DISTANCES;
  private Arena arena = Arena.ofAuto();
  private MemorySegment y = MemorySegment.NULL;
  private float[] x = {};
  private float[] out = {};
  private int[] order = {};

  /** Random vectors, and a random order of the rows. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    arena = Arena.ofShared();
    y = arena.allocate(4L * d * rows, 64);
    for (long i = 0; i < (long) d * rows; i++) {
      y.set(DistanceKernels.FLOAT, 4 * i, random.nextFloat());
    }
    x = new float[d];
    for (int i = 0; i < d; i++) {
      x[i] = random.nextFloat();
    }
    out = new float[rows];
    order = random.ints(rows, 0, rows).toArray();
  }

  /** Frees the vectors. */
  @TearDown
  public void free() {
    arena.close();
  }

  /** Squared distances, row by row. */
  @Benchmark
  public float[] l2Scan() {
    kernels.l2Scan(x, 0, y, 0, 4L * d, rows, d, out, 0);
    return out;
  }

  /** Inner products, row by row. */
  @Benchmark
  public float[] ipScan() {
    kernels.ipScan(x, 0, y, 0, 4L * d, rows, d, out, 0);
    return out;
  }

  /** Squared distances to rows anywhere, four a call. */
  @Benchmark
  public float[] l2RandomFours() {
    long w = 4L * d;
    for (int r = 0; r + 4 <= rows; r += 4) {
      long a = order[r] * w;
      long b = order[r + 1] * w;
      long c = order[r + 2] * w;
      long e = order[r + 3] * w;
      kernels.l2x4(x, 0, y, a, y, b, y, c, y, e, d, out, r);
    }
    return out;
  }

  /** Squared distances to rows anywhere, one a call. */
  @Benchmark
  public float[] l2RandomSingles() {
    for (int r = 0; r < rows; r++) {
      out[r] = kernels.l2(x, 0, y, order[r] * 4L * d, d);
    }
    return out;
  }
}
