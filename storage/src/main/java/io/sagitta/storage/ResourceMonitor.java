package io.sagitta.storage;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches what stores take, and admits what fits into a {@link ResourceQuota}.
 *
 * <p>Counts of embeddings and running searches are exact at every moment. Memory and processor are
 * measured every check interval once {@link #start} was called, and whenever {@link #getStats} is;
 * an add is admitted against the last measurement and what was admitted since.
 *
 * <p>Safe for all threads. One daemon thread while started.
 */
public final class ResourceMonitor implements AutoCloseable {
  /** The usual time between two measurements. */
  public static final Duration DEFAULT_CHECK_INTERVAL = Duration.ofSeconds(1);

  private final ResourceQuota quota;
  private final Duration checkInterval;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, LongSupplier> indexes = new ConcurrentHashMap<>();
  private final Map<Object, Store> stores = new ConcurrentHashMap<>();
  private @Nullable ScheduledExecutorService timer;
  private long vectors;
  private int searches;
  private long measuredBytes;
  private long admittedBytes;
  private volatile ResourceStats last;

  private record Store(long vectors, String name) {}

  /** A monitor with the usual check interval of one second. */
  public ResourceMonitor(ResourceQuota quota) {
    this(quota, DEFAULT_CHECK_INTERVAL);
  }

  /**
   * @param checkInterval time between two measurements, positive
   */
  public ResourceMonitor(ResourceQuota quota, Duration checkInterval) {
    if (checkInterval.isNegative() || checkInterval.isZero()) {
      throw new IllegalArgumentException(
          "checkInterval is " + checkInterval + ", must be positive");
    }
    this.quota = quota;
    this.checkInterval = checkInterval;
    this.last = measure();
  }

  /** The limits. */
  public ResourceQuota quota() {
    return quota;
  }

  /** Begins measuring every check interval. A second call changes nothing. */
  public void start() {
    lock.lock();
    try {
      if (timer == null) {
        ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(
                1, r -> Thread.ofPlatform().daemon().name("sagitta-monitor").unstarted(r));
        var unused =
            executor.scheduleAtFixedRate(
                this::getStats, 0, checkInterval.toNanos(), TimeUnit.NANOSECONDS);
        timer = executor;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends measuring. A second call changes nothing; admission goes on. */
  public void stop() {
    lock.lock();
    try {
      if (timer != null) {
        timer.shutdownNow();
        timer = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether it measures. */
  public boolean isRunning() {
    lock.lock();
    try {
      return timer != null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts the memory of an index as used.
   *
   * @param bytes its off-heap bytes, asked at every measurement from any thread
   */
  public void register(String name, LongSupplier bytes) {
    indexes.put(name, bytes);
  }

  /** Counts an index no more. */
  public void unregister(String name) {
    indexes.remove(name);
  }

  void attach(VectorStorage storage, long size, LongSupplier bytes) {
    Path path = storage.config().path();
    String base = path == null ? "memory" : path.toString();
    lock.lock();
    try {
      String name = base;
      for (int i = 2; indexes.containsKey(name); i++) {
        name = base + "#" + i;
      }
      checkLimit("maxVectors", quota.maxVectors(), vectors, size);
      checkLimit("maxVectorDimension", quota.maxVectorDimension(), 0, storage.config().dimension());
      vectors += size;
      indexes.put(name, bytes);
      stores.put(storage, new Store(size, name));
    } finally {
      lock.unlock();
    }
  }

  void detach(VectorStorage storage) {
    Store store = stores.remove(storage);
    if (store != null) {
      indexes.remove(store.name);
      lock.lock();
      try {
        vectors = Math.max(0, vectors - storage.size());
      } finally {
        lock.unlock();
      }
    }
  }

  /** Measures now. */
  public ResourceStats getStats() {
    ResourceStats stats = measure();
    last = stats;
    return stats;
  }

  /** The last measurement. */
  public ResourceStats lastStats() {
    return last;
  }

  private ResourceStats measure() {
    Map<String, Long> bytes = new LinkedHashMap<>();
    long total = 0;
    for (Map.Entry<String, LongSupplier> index : indexes.entrySet()) {
      try {
        long now = index.getValue().getAsLong();
        bytes.put(index.getKey(), now);
        total += now;
      } catch (StorageError | IllegalStateException e) {
        // closed while it was asked: it takes nothing any more
        indexes.remove(index.getKey(), index.getValue());
      }
    }
    long[] memory = processMemory();
    lock.lock();
    try {
      measuredBytes = total;
      admittedBytes = 0;
      return new ResourceStats(memory[0], memory[1], cpuPercent(), vectors, searches, bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Resident and virtual bytes of the process; off Linux the heap and what it has reserved. */
  private static long[] processMemory() {
    try {
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return new long[] {Long.parseLong(pages[1]) * 4096, Long.parseLong(pages[0]) * 4096};
    } catch (IOException | RuntimeException e) {
      Runtime runtime = Runtime.getRuntime();
      return new long[] {runtime.totalMemory() - runtime.freeMemory(), runtime.totalMemory()};
    }
  }

  private static double cpuPercent() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
      return Math.max(0, os.getProcessCpuLoad()) * 100;
    }
    return 0;
  }

  // ---- admission --------------------------------------------------------------------------------

  void admitAdd(long count, int dimension, long bytes) {
    checkLimit("maxVectorDimension", quota.maxVectorDimension(), 0, dimension);
    checkLimit("maxBatchSize", quota.maxBatchSize(), 0, count);
    lock.lock();
    try {
      checkLimit("maxVectors", quota.maxVectors(), vectors, count);
      checkLimit("maxMemoryBytes", quota.maxMemoryBytes(), measuredBytes + admittedBytes, bytes);
      vectors += count;
      admittedBytes += bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Ends an add: what it took and did not need is given back. */
  void endAdd(long count, long bytes, long added) {
    lock.lock();
    try {
      vectors -= count - added;
      if (added == 0) {
        admittedBytes = Math.max(0, admittedBytes - bytes);
      }
    } finally {
      lock.unlock();
    }
  }

  void admitSearch() {
    lock.lock();
    try {
      checkLimit("maxConcurrentSearches", quota.maxConcurrentSearches(), searches, 1);
      searches++;
    } finally {
      lock.unlock();
    }
  }

  void endSearch() {
    lock.lock();
    try {
      searches--;
    } finally {
      lock.unlock();
    }
  }

  void endRemove(long removed) {
    lock.lock();
    try {
      vectors = Math.max(0, vectors - removed);
    } finally {
      lock.unlock();
    }
  }

  private static void checkLimit(String name, long limit, long used, long requested) {
    if (requested > limit - used) {
      throw new ResourceExceededError(name, limit, used, requested);
    }
  }

  /** Stops measuring. */
  @Override
  public void close() {
    stop();
  }
}
