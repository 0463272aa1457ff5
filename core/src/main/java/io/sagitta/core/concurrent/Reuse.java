package io.sagitta.core.concurrent;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few idle objects kept for the next call, so that a search allocates nothing once warm. {@link
 * #take} gives one that nobody else holds; {@link #give} hands it back. When all are out a new one
 * is made, and what comes back beyond the bound is left to the collector.
 *
 * <p>Safe for all threads; lock-free; allocates only what the supplier does.
 *
 * @param <T> a scratch object, used by one thread at a time
 */
public final class Reuse<T> {
  private final AtomicReferenceArray<@Nullable T> idle;
  private final Supplier<T> fresh;

  /** Keeps up to two objects a processor. */
  public Reuse(Supplier<T> fresh) {
    this.fresh = fresh;
    idle = new AtomicReferenceArray<>(2 * Runtime.getRuntime().availableProcessors());
  }

  /** An object that nobody else holds. */
  public T take() {
    int n = idle.length();
    int start = start(n);
    for (int i = 0; i < n; i++) {
      int at = start + i < n ? start + i : start + i - n;
      if (idle.getPlain(at) != null) {
        T t = idle.getAndSet(at, null);
        if (t != null) {
          return t;
        }
      }
    }
    return fresh.get();
  }

  /** Hands an object back; the caller keeps no reference. */
  public void give(T object) {
    int n = idle.length();
    int start = start(n);
    for (int i = 0; i < n; i++) {
      int at = start + i < n ? start + i : start + i - n;
      if (idle.getPlain(at) == null && idle.compareAndSet(at, null, object)) {
        return;
      }
    }
  }

  private static int start(int n) {
    long id = Thread.currentThread().threadId();
    return (int) Long.remainderUnsigned(id * 0x9E3779B97F4A7C15L >>> 1, n);
  }
}
