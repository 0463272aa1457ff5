package io.sagitta.bench.jmh;

import static io.sagitta.core.kernel.Kernels.QUERY_GROUP;

import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.MatrixKernels;
import io.sagitta.core.kernel.PackedRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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

/**
 * Matrix tiles and packing: nanoseconds for one tile of 12 queries by one panel (2·12·panelWidth·d
 * floating-point operations), and for packing 512 rows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 5,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow"})
public class TileBenchmark {
  private static final int ROWS = 512;

  /** Components. */
  @Param({"8", "128", "784"})
  public int d;

  private final MatrixKernels kernels = Kernels.MATRIX;
  private final PackedRows packed = new PackedRows();
  private final float[] limits = new float[QUERY_GROUP];
  private float[] q = {};
  private float[] p = {};
  private float[] bias = {};
  private float[] out = {};
  private MemorySegment rows = MemorySegment.NULL;

  /** Random blocks; limits that nothing passes. */
  @Setup
  public void fill() {
    int width = kernels.panelWidth();
    q = random(QUERY_GROUP * d);
    p = random(width * d);
    bias = new float[width];
    out = new float[QUERY_GROUP * width];
    Arrays.fill(limits, Float.MAX_VALUE);
    rows = MemorySegment.ofArray(random(ROWS * d));
  }

  private static float[] random(int n) {
    Random random = new Random(n);
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = random.nextFloat();
    }
    return v;
  }

  /** A tile that excludes everything: the inner loop of a flat batch. */
  @Benchmark
  public int tileAbove() {
    return kernels.tileAbove(q, 0, p, 0, d, bias, 0, limits, 0, out, 0);
  }

  /** A tile that is stored whole. */
  @Benchmark
  public float[] tile() {
    kernels.tile(q, 0, p, 0, d, bias, 0, out, 0);
    return out;
  }

  /** Packing of 512 rows with their norms. */
  @Benchmark
  public PackedRows pack() {
    packed.pack(rows, 0, ROWS, d);
    return packed;
  }
}
