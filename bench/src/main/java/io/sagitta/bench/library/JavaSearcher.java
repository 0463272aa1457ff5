package io.sagitta.bench.library;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A searcher over a Java library whose unit is one query: single queries on the calling thread,
 * batches on that many threads, the caller taking part.
 */
final class JavaSearcher implements Searcher {
  /** Answers query i into {@code out[i·k ..]}. */
  @FunctionalInterface
  interface One {
    void search(int i, long[] out) throws Exception;
  }

  /** Makes a {@link One} for one thread, so that its scratch is its own. */
  @FunctionalInterface
  interface PerThread {
    One make() throws Exception;
  }

  private final int nq;
  private final boolean single;
  private final long[] ids;
  private final List<One> workers = new ArrayList<>();
  private long[] nanos = new long[0];

  JavaSearcher(int nq, int k, int threads, boolean single, PerThread maker) {
    this.nq = nq;
    this.single = single;
    this.ids = new long[nq * k];
    for (int t = 0; t < (single ? 1 : threads); t++) {
      workers.add(unchecked(maker));
    }
  }

  private static One unchecked(PerThread maker) {
    try {
      return maker.make();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public double seconds(int passes) {
    return single ? one(passes) : batch(passes);
  }

  private double one(int passes) {
    if (nanos.length != passes * nq) {
      nanos = new long[passes * nq];
    }
    One worker = workers.getFirst();
    long total = 0;
    for (int p = 0; p < passes; p++) {
      for (int i = 0; i < nq; i++) {
        long start = System.nanoTime();
        run(worker, i);
        long took = System.nanoTime() - start;
        nanos[p * nq + i] = took;
        total += took;
      }
    }
    return total * 1e-9;
  }

  private double batch(int passes) {
    long start = System.nanoTime();
    for (int p = 0; p < passes; p++) {
      AtomicInteger next = new AtomicInteger();
      List<Future<?>> helpers = new ArrayList<>();
      for (One worker : workers.subList(1, workers.size())) {
        helpers.add(ForkJoinPool.commonPool().submit(() -> drain(worker, next)));
      }
      drain(workers.getFirst(), next);
      for (Future<?> helper : helpers) {
        try {
          helper.get();
        } catch (InterruptedException | ExecutionException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return (System.nanoTime() - start) * 1e-9;
  }

  private void drain(One worker, AtomicInteger next) {
    int i;
    while ((i = next.getAndAdd(16)) < nq) {
      for (int j = i; j < Math.min(nq, i + 16); j++) {
        run(worker, j);
      }
    }
  }

  private void run(One worker, int i) {
    try {
      worker.search(i, ids);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long[] ids() {
    return ids.clone();
  }

  @Override
  public long[] nanos() {
    return single ? nanos.clone() : new long[0];
  }
}
