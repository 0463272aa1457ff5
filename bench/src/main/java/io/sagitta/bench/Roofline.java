package io.sagitta.bench;

import io.sagitta.core.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What this machine can do at most, as a Java program: fused multiply-adds on registers, and
 * reading memory that is in no cache. Every figure of the report stands beside these.
 */
public final class Roofline {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final long STREAM_BYTES = 1L << 28;

  private Roofline() {}

  /**
   * Billions of float operations per second (a fused multiply-add counts as two), median of five.
   *
   * @param threads working at once
   */
  public static Spread fma(int threads) {
    long rounds = 4_000_000;
    fmaLoop(rounds);
    double[] out = new double[5];
    for (int r = 0; r < out.length; r++) {
      double seconds = timed(threads, () -> fmaLoop(rounds));
      out[r] = 2.0 * CHAINS * SPECIES.length() * rounds * threads / seconds * 1e-9;
    }
    return Spread.of(out);
  }

  /** Billions of bytes per second read in order, median of five. */
  public static Spread stream(int threads) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(STREAM_BYTES, 64);
      for (long i = 0; i < STREAM_BYTES; i += 4096) {
        memory.set(Vectors.FLOAT, i, 1f);
      }
      streamLoop(memory, 0, STREAM_BYTES);
      double[] out = new double[5];
      long share = STREAM_BYTES / threads;
      for (int r = 0; r < out.length; r++) {
        List<Runnable> parts = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          long from = t * share;
          parts.add(() -> streamLoop(memory, from, from + share));
        }
        double seconds = timed(parts);
        out[r] = (double) share * threads / seconds * 1e-9;
      }
      return Spread.of(out);
    }
  }

  private static double timed(int threads, Runnable body) {
    List<Runnable> parts = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      parts.add(body);
    }
    return timed(parts);
  }

  private static double timed(List<Runnable> parts) {
    try (ExecutorService pool = Executors.newFixedThreadPool(parts.size())) {
      long start = System.nanoTime();
      List<Future<?>> running = new ArrayList<>();
      for (Runnable part : parts) {
        running.add(pool.submit(part));
      }
      for (Future<?> f : running) {
        f.get();
      }
      return (System.nanoTime() - start) * 1e-9;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Twelve independent chains hide the latency of the unit. */
  static float fmaLoop(long rounds) {
    FloatVector a = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector b = FloatVector.broadcast(SPECIES, 1e-3f);
    FloatVector c0 = b;
    FloatVector c1 = b;
    FloatVector c2 = b;
    FloatVector c3 = b;
    FloatVector c4 = b;
    FloatVector c5 = b;
    FloatVector c6 = b;
    FloatVector c7 = b;
    FloatVector c8 = b;
    FloatVector c9 = b;
    FloatVector c10 = b;
    FloatVector c11 = b;
    for (long i = 0; i < rounds; i++) {
      c0 = c0.fma(a, b);
      c1 = c1.fma(a, b);
      c2 = c2.fma(a, b);
      c3 = c3.fma(a, b);
      c4 = c4.fma(a, b);
      c5 = c5.fma(a, b);
      c6 = c6.fma(a, b);
      c7 = c7.fma(a, b);
      c8 = c8.fma(a, b);
      c9 = c9.fma(a, b);
      c10 = c10.fma(a, b);
      c11 = c11.fma(a, b);
    }
    return c0.add(c1)
        .add(c2)
        .add(c3)
        .add(c4)
        .add(c5)
        .add(c6)
        .add(c7)
        .add(c8)
        .add(c9)
        .add(c10)
        .add(c11)
        .lane(0);
  }

  /** Sums the floats of [from, to), four vectors at a time. */
  static float streamLoop(MemorySegment memory, long from, long to) {
    int width = SPECIES.vectorByteSize();
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long end = to - 4L * width;
    for (long at = from; at <= end; at += 4L * width) {
      s0 = s0.add(FloatVector.fromMemorySegment(SPECIES, memory, at, Vectors.FLOAT.order()));
      s1 =
          s1.add(FloatVector.fromMemorySegment(SPECIES, memory, at + width, Vectors.FLOAT.order()));
      s2 =
          s2.add(
              FloatVector.fromMemorySegment(
                  SPECIES, memory, at + 2L * width, Vectors.FLOAT.order()));
      s3 =
          s3.add(
              FloatVector.fromMemorySegment(
                  SPECIES, memory, at + 3L * width, Vectors.FLOAT.order()));
    }
    return s0.add(s1).add(s2).add(s3).lane(0);
  }
}
