package io.sagitta.storage;

import io.sagitta.storage.AsyncVectorStorage.Limits;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of handles to one store: a way to say how many callers may work with it at once.
 *
 * <pre>{@code
 * try (VectorStoragePool pool = new VectorStoragePool(config, PoolConfig.DEFAULT)) {
 *   pool.start();
 *   try (PooledVectorStorage handle = pool.acquire(Duration.ofSeconds(5))) {
 *     handle.storage().searchSimilar(query, 10);
 *   }
 * }
 * }</pre>
 *
 * <p>Every handle sees the same store. A caller who finds no handle waits without spinning, and
 * gets one in the order of asking. A handle used after its release or released twice throws; a
 * handle that is forgotten is reported in the log with the place where it was acquired, counted by
 * {@link #leaked}, and its place is given back.
 *
 * <p>Safe for all threads. Apache Commons Pool 2 underneath.
 */
public final class VectorStoragePool implements AutoCloseable {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private final VectorStorageConfig config;
  private final PoolConfig poolConfig;
  private final @Nullable ResourceMonitor monitor;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicInteger leaked = new AtomicInteger();
  private @Nullable Running running;
  private boolean closed;

  /** What there is while the pool is started. */
  private record Running(
      VectorStorage storage, AsyncVectorStorage async, GenericObjectPool<HandleSlot> slots) {}

  /** A pool of a store that {@link #start} opens. */
  public VectorStoragePool(VectorStorageConfig config, PoolConfig poolConfig) {
    this(config, poolConfig, null);
  }

  /** A pool of a store whose verbs a monitor admits. */
  public VectorStoragePool(
      VectorStorageConfig config, PoolConfig poolConfig, @Nullable ResourceMonitor monitor) {
    this.config = config;
    this.poolConfig = poolConfig;
    this.monitor = monitor;
  }

  /** Opens the store and makes the first handles. A second call changes nothing. */
  public void start() {
    lock.lock();
    try {
      if (closed) {
        throw new StorageOperationError("the pool is closed");
      }
      if (running != null) {
        return;
      }
      VectorStorage storage = VectorStorage.open(config, monitor);
      AsyncVectorStorage async = AsyncVectorStorage.over(storage, Limits.DEFAULT);
      GenericObjectPool<HandleSlot> slots =
          new GenericObjectPool<>(
              new HandleSlot.Factory(poolConfig.maxLifetime()), settings(poolConfig));
      running = new Running(storage, async, slots);
      slots.preparePool();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new StorageOperationError("the pool's first handles could not be made: " + e, e);
    } finally {
      lock.unlock();
    }
  }

  private static GenericObjectPoolConfig<HandleSlot> settings(PoolConfig config) {
    GenericObjectPoolConfig<HandleSlot> settings = new GenericObjectPoolConfig<>();
    settings.setMinIdle(config.minSize());
    settings.setMaxIdle(config.maxSize());
    settings.setMaxTotal(config.maxSize());
    settings.setFairness(true);
    settings.setTestOnReturn(true);
    settings.setTestWhileIdle(true);
    settings.setJmxEnabled(false);
    settings.setTimeBetweenEvictionRuns(config.healthCheckInterval());
    settings.setNumTestsPerEvictionRun(config.maxSize());
    settings.setMinEvictableIdleDuration(Duration.ofNanos(Long.MAX_VALUE));
    settings.setSoftMinEvictableIdleDuration(config.maxIdleTime());
    return settings;
  }

  private Running running() {
    lock.lock();
    try {
      if (running == null) {
        throw new StorageOperationError(
            closed ? "the pool is closed" : "the pool is not started; call start first");
      }
      return running;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a handle, waiting up to 30 seconds for one. */
  public PooledVectorStorage acquire() {
    return acquire(DEFAULT_TIMEOUT);
  }

  /**
   * Takes a handle.
   *
   * @param timeout how long to wait for one at most
   * @throws StorageOperationError if there was none in time, naming how many are in use
   */
  public PooledVectorStorage acquire(Duration timeout) {
    Running now = running();
    try {
      HandleSlot slot = now.slots.borrowObject(timeout);
      return new PooledVectorStorage(this, slot, now.storage, now.async);
    } catch (NoSuchElementException e) {
      throw new StorageOperationError(
          "no handle became free within "
              + timeout
              + "; "
              + now.slots.getNumActive()
              + " of "
              + poolConfig.maxSize()
              + " are in use",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageOperationError("interrupted while waiting for a handle", e);
    } catch (IllegalStateException e) {
      throw new StorageOperationError("the pool is closed", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new StorageOperationError("a handle could not be made: " + e, e);
    }
  }

  /** {@link #acquire()} as a future. */
  public CompletableFuture<PooledVectorStorage> acquireAsync() {
    return acquireAsync(DEFAULT_TIMEOUT);
  }

  /** {@link #acquire(Duration)} as a future. */
  public CompletableFuture<PooledVectorStorage> acquireAsync(Duration timeout) {
    CompletableFuture<PooledVectorStorage> future = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            PooledVectorStorage handle = acquire(timeout);
            if (!future.complete(handle)) {
              handle.close();
            }
          } catch (Throwable t) {
            future.completeExceptionally(t);
          }
        });
    return future;
  }

  /**
   * Gives a handle back; the same as closing it.
   *
   * @throws StorageOperationError if it was given back already, or is another pool's
   */
  public void release(PooledVectorStorage handle) {
    if (handle.pool() != this) {
      throw new StorageOperationError("the handle is another pool's");
    }
    handle.close();
  }

  /** {@link #release} as a future. */
  public CompletableFuture<Boolean> releaseAsync(PooledVectorStorage handle) {
    try {
      release(handle);
      return CompletableFuture.completedFuture(true);
    } catch (StorageOperationError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Called by a handle that is given back, or found forgotten. */
  void giveBack(HandleSlot slot, boolean forgotten) {
    if (forgotten) {
      leaked.incrementAndGet();
    }
    Running now;
    lock.lock();
    try {
      now = running;
    } finally {
      lock.unlock();
    }
    if (now != null) {
      now.slots.returnObject(slot);
    }
  }

  /** Handles there are, idle and in use. */
  public int size() {
    Running now = running();
    return now.slots.getNumActive() + now.slots.getNumIdle();
  }

  /** Handles that could be acquired without waiting. */
  public int available() {
    return poolConfig.maxSize() - running().slots.getNumActive();
  }

  /** Handles that are acquired. */
  public int inUse() {
    return running().slots.getNumActive();
  }

  /** Handles that were found forgotten. */
  public int leaked() {
    return leaked.get();
  }

  /** {@link #start} as a future. */
  public CompletableFuture<Boolean> startAsync() {
    return later(this::start);
  }

  /** {@link #close} as a future. */
  public CompletableFuture<Boolean> closeAsync() {
    return later(this::close);
  }

  private static CompletableFuture<Boolean> later(Runnable body) {
    CompletableFuture<Boolean> future = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            body.run();
            future.complete(true);
          } catch (Throwable t) {
            future.completeExceptionally(t);
          }
        });
    return future;
  }

  /** Refuses new callers, waits for what runs in the store, and closes it. */
  @Override
  public void close() {
    Running now;
    lock.lock();
    try {
      closed = true;
      now = running;
      running = null;
    } finally {
      lock.unlock();
    }
    if (now != null) {
      int held = now.slots.getNumActive();
      if (held > 0) {
        PooledVectorStorage.LOGGER.log(
            System.Logger.Level.WARNING, "a pool is closed while {0} handles are in use", held);
      }
      now.slots.close();
      now.async.close();
      now.storage.close();
    }
  }
}
