package io.sagitta.bench.jmh;

import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * What does a look-up of 4-bit codes cost? Nanoseconds for 64 blocks of 128 vectors, that is
 * 8,192·m look-ups of which nothing passes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 5,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow"})
public class FastScanBenchmark {
  private static final int BLOCKS = 64;

  /** Sub-quantizers. */
  @Param({"16", "32", "64"})
  public int m = 32;

  private final FastScanKernels kernels = Kernels.FAST_SCAN;
  private final long[] hits = new long[2];
  private final short[] sums = new short[FastScanKernels.BLOCK];
  private short[] tables = {};
  private MemorySegment codes = MemorySegment.NULL;

  /** Random codes and tables. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    long bytes = (long) BLOCKS * m * FastScanKernels.ROW_BYTES;
    codes = Arena.ofAuto().allocate(bytes, 64);
    for (long i = 0; i < bytes; i++) {
      codes.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
    }
    tables = new short[m * FastScanKernels.TABLE];
    for (int s = 0; s < m; s++) {
      for (int i = 0; i < 16; i++) {
        short entry = (short) (1 + random.nextInt(255));
        tables[s * FastScanKernels.TABLE + i] = entry;
        tables[s * FastScanKernels.TABLE + 16 + i] = entry;
      }
    }
    Kernels.FAST_SCAN.arrange(tables, 0, m);
  }

  /** How many blocks have a sum below the threshold: none, as every entry is at least 1. */
  @Benchmark
  public int nothingPasses() {
    int found = 0;
    for (int b = 0; b < BLOCKS; b++) {
      long at = (long) b * m * FastScanKernels.ROW_BYTES;
      if (kernels.below(codes, at, m, tables, 0, 0, 4, 1, hits, sums)) {
        found++;
      }
    }
    return found;
  }
}
