package io.sagitta.storage.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sagitta.storage.ResourceMonitor;
import io.sagitta.storage.ResourceStats;
import io.sagitta.storage.VectorStoragePool;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ResourceMonitor} counts and a {@link VectorStoragePool} lends, as meters.
 *
 * <p>Gauges {@code sagitta.storage.vectors}, {@code .searches} (running), {@code .memory.rss} and
 * {@code .memory.vms} (bytes), {@code .cpu} (percent), {@code .index.bytes} (off heap, one for each
 * index there is at the time of binding, tag {@code index}); the quota's limits as {@code
 * .quota.vectors}, {@code .quota.memory} and {@code .quota.searches}; of a pool {@code .pool.size},
 * {@code .pool.used} and {@code .pool.available}, and the counter {@code .pool.leaked}.
 *
 * <p>A monitor that was not started is measured at every reading, one that was started gives its
 * last measurement. Safe for all threads. Micrometer is an optional dependency: without it this
 * class cannot be used, and nothing else needs it.
 */
public final class StorageMeters implements MeterBinder {
  private static final String PREFIX = "sagitta.storage.";

  private final ResourceMonitor monitor;
  private final @Nullable VectorStoragePool pool;
  private final List<Tag> tags;

  /** Meters of a monitor. */
  public StorageMeters(ResourceMonitor monitor) {
    this(monitor, null, List.of());
  }

  /**
   * Meters of a monitor and a pool.
   *
   * @param pool started before the meters are read; null for none
   * @param tags carried by every meter
   */
  public StorageMeters(ResourceMonitor monitor, @Nullable VectorStoragePool pool, List<Tag> tags) {
    this.monitor = monitor;
    this.pool = pool;
    this.tags = List.copyOf(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    stat(registry, "vectors", null, "Embeddings in the stores", ResourceStats::vectorCount);
    stat(registry, "searches", null, "Searches running", ResourceStats::concurrentSearches);
    stat(registry, "memory.rss", "bytes", "Process in memory", ResourceStats::memoryRss);
    stat(registry, "memory.vms", "bytes", "Process's addresses", ResourceStats::memoryVms);
    stat(registry, "cpu", "percent", "Share of the processors", ResourceStats::cpuPercent);
    for (String index : monitor.getStats().indexBytes().keySet()) {
      Gauge.builder(
              PREFIX + "index.bytes", monitor, m -> stats(m).indexBytes().getOrDefault(index, 0L))
          .description("Index and metadata off heap")
          .baseUnit("bytes")
          .tags(tags)
          .tag("index", index)
          .strongReference(true)
          .register(registry);
    }
    limit(registry, "quota.vectors", null, m -> m.quota().maxVectors());
    limit(registry, "quota.memory", "bytes", m -> m.quota().maxMemoryBytes());
    limit(registry, "quota.searches", null, m -> m.quota().maxConcurrentSearches());
    VectorStoragePool lent = pool;
    if (lent != null) {
      handles(registry, lent, "pool.size", VectorStoragePool::size);
      handles(registry, lent, "pool.used", VectorStoragePool::inUse);
      handles(registry, lent, "pool.available", VectorStoragePool::available);
      FunctionCounter.builder(PREFIX + "pool.leaked", lent, VectorStoragePool::leaked)
          .description("Handles found forgotten")
          .tags(tags)
          .register(registry);
    }
  }

  private static ResourceStats stats(ResourceMonitor monitor) {
    return monitor.isRunning() ? monitor.lastStats() : monitor.getStats();
  }

  private void stat(
      MeterRegistry registry,
      String name,
      @Nullable String unit,
      String description,
      ToDoubleFunction<ResourceStats> value) {
    Gauge.builder(PREFIX + name, monitor, m -> value.applyAsDouble(stats(m)))
        .description(description)
        .baseUnit(unit)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  private void limit(
      MeterRegistry registry,
      String name,
      @Nullable String unit,
      ToDoubleFunction<ResourceMonitor> value) {
    Gauge.builder(PREFIX + name, monitor, value)
        .description("Limit of the quota")
        .baseUnit(unit)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  private void handles(
      MeterRegistry registry,
      VectorStoragePool of,
      String name,
      ToDoubleFunction<VectorStoragePool> value) {
    Gauge.builder(PREFIX + name, of, value)
        .description("Handles of the pool")
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }
}
