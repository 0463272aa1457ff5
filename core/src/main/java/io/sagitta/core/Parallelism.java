package io.sagitta.core;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How many threads a batch verb may use, and whose. By default the common pool with the caller
 * taking part; {@link #run} sets another choice for everything called inside it. Results never
 * depend on it.
 *
 * <p>Immutable; safe for all threads.
 *
 * @param threads threads that work at once, the caller included, ≥ 1
 * @param executor runs the helpers; null = the common pool
 */
public record Parallelism(int threads, @Nullable Executor executor) {
  private static final ScopedValue<Parallelism> CURRENT = ScopedValue.newInstance();
  private static final Parallelism DEFAULT =
      new Parallelism(Math.max(1, Runtime.getRuntime().availableProcessors()), null);

  /**
   * @throws IllegalArgumentException if threads &lt; 1
   */
  public Parallelism {
    if (threads < 1) {
      throw new IllegalArgumentException("threads = " + threads + " must be at least 1");
    }
  }

  /** Some number of threads of the common pool, the caller included. */
  public static Parallelism of(int threads) {
    return new Parallelism(threads, null);
  }

  /** The choice in force for the calling thread. */
  public static Parallelism current() {
    return CURRENT.isBound() ? CURRENT.get() : DEFAULT;
  }

  /** Runs {@code body} with this choice in force. */
  public void run(Runnable body) {
    ScopedValue.where(CURRENT, this).run(body);
  }

  /** Calls {@code body} with this choice in force. */
  public <T, X extends Throwable> T call(ScopedValue.CallableOp<T, X> body) throws X {
    return ScopedValue.where(CURRENT, this).call(body);
  }

  /** Work on units [from, to). */
  @FunctionalInterface
  public interface Range {
    /** Handles units [from, to); called from several threads at once with disjoint ranges. */
    void run(long from, long to);
  }

  /**
   * Cuts [0, n) into blocks of {@code grain} units, handed out in order to the caller and its
   * helpers, and returns when all are done. The first exception stops the handing-out and is thrown
   * here.
   */
  public static void forRange(long n, long grain, Range body) {
    current().each(n, grain, body);
  }

  private void each(long n, long grain, Range body) {
    long g = Math.max(1, grain);
    long blocks = (n + g - 1) / g;
    int helpers = (int) Math.min(threads, blocks) - 1;
    if (helpers <= 0) {
      for (long from = 0; from < n; from += g) {
        body.run(from, Math.min(n, from + g));
      }
      return;
    }
    AtomicLong next = new AtomicLong();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    // Work inside a helper stays on that helper: nested batches do not multiply threads.
    Parallelism inner = new Parallelism(1, executor);
    Runnable work =
        () -> {
          try {
            long b;
            while (failure.get() == null && (b = next.getAndIncrement()) < blocks) {
              body.run(b * g, Math.min(n, (b + 1) * g));
            }
          } catch (Throwable t) {
            failure.compareAndSet(null, t);
          }
        };
    // A helper that the pool starts only after the caller has finished everything has nothing to
    // do;
    // the caller waits only for helpers that did start, so a busy pool never blocks a search.
    HelperGate gate = new HelperGate();
    Executor ex = executor == null ? ForkJoinPool.commonPool() : executor;
    for (int i = 0; i < helpers; i++) {
      ex.execute(
          () -> {
            if (gate.enter()) {
              try {
                inner.run(work);
              } finally {
                gate.leave();
              }
            }
          });
    }
    inner.run(work);
    gate.closeAndAwait();
    Throwable t = failure.get();
    if (t instanceof RuntimeException e) {
      throw e;
    } else if (t instanceof Error e) {
      throw e;
    } else if (t != null) {
      throw new IllegalStateException(t);
    }
  }

  /** Counts helpers inside; once closed nobody enters. */
  private static final class HelperGate {
    private int inside;
    private boolean closed;
    private final CountDownLatch empty = new CountDownLatch(1);

    synchronized boolean enter() {
      if (closed) {
        return false;
      }
      inside++;
      return true;
    }

    synchronized void leave() {
      inside--;
      if (closed && inside == 0) {
        empty.countDown();
      }
    }

    void closeAndAwait() {
      synchronized (this) {
        closed = true;
        if (inside == 0) {
          return;
        }
      }
      boolean interrupted = false;
      while (true) {
        try {
          empty.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
