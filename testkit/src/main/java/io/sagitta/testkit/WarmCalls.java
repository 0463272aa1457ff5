package io.sagitta.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What a call allocates on its own thread once the compiler is done with it. The compiler comes to
 * the last level in its own time, on a busy machine after seconds, so calls go on until they
 * allocate little enough or a limit is reached that only a defect reaches.
 */
public final class WarmCalls {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Long enough for any compiler. */
  private static final Duration LONG = Duration.ofSeconds(30);

  private WarmCalls() {}

  /**
   * The least that a round of calls allocated, in bytes.
   *
   * @param calls calls of a round: few enough that some rounds are free of what the compiler does
   *     now and then
   * @param enough the figure to wait for; 0 for nothing at all
   */
  public static long leastBytes(int calls, long enough, Runnable call) {
    return leastBytes(calls, enough, LONG, call);
  }

  /** As {@link #leastBytes(int, long, Runnable)}, given up after {@code limit}. */
  public static long leastBytes(int calls, long enough, Duration limit, Runnable call) {
    long begin = System.nanoTime();
    long least = Long.MAX_VALUE;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < calls; i++) {
        call.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    } while (least > enough && System.nanoTime() - begin < limit.toNanos());
    return least;
  }
}
