package io.sagitta.storage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A measurement of a {@link ResourceMonitor}.
 *
 * @param memoryRss bytes of the process in memory
 * @param memoryVms bytes of the process's address space
 * @param cpuPercent share of the machine's processors that the process uses, 0 to 100
 * @param vectorCount embeddings counted
 * @param concurrentSearches searches running
 * @param indexBytes off-heap bytes of each index
 */
public record ResourceStats(
    long memoryRss,
    long memoryVms,
    double cpuPercent,
    long vectorCount,
    int concurrentSearches,
    Map<String, Long> indexBytes) {

  /** Copies the map. */
  public ResourceStats {
    indexBytes = Collections.unmodifiableMap(new LinkedHashMap<>(indexBytes));
  }

  /** The measurement under the names {@code memory_rss}, {@code memory_vms} and so on. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("memory_rss", memoryRss);
    map.put("memory_vms", memoryVms);
    map.put("cpu_percent", cpuPercent);
    map.put("vector_count", vectorCount);
    map.put("concurrent_searches", (long) concurrentSearches);
    map.put("index_bytes", indexBytes);
    return map;
  }
}
