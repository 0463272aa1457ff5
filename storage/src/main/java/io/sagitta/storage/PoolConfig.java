package io.sagitta.storage;

import java.time.Duration;

/**
 * The measures of a {@link VectorStoragePool}.
 *
 * @param minSize handles kept ready, 0 or more
 * @param maxSize handles at most, at least 1 and at least {@code minSize}
 * @param maxIdleTime a handle idle for longer is dropped (down to {@code minSize})
 * @param maxLifetime a handle older than this is replaced when it comes back
 * @param healthCheckInterval time between two looks at the idle handles
 */
public record PoolConfig(
    int minSize,
    int maxSize,
    Duration maxIdleTime,
    Duration maxLifetime,
    Duration healthCheckInterval) {

  /** 2 to 10 handles, idle 300 s, lifetime 3600 s, a look every 60 s. */
  public static final PoolConfig DEFAULT =
      new PoolConfig(
          2, 10, Duration.ofSeconds(300), Duration.ofSeconds(3600), Duration.ofSeconds(60));

  /** Checks the measures. */
  public PoolConfig {
    if (minSize < 0) {
      throw new IllegalArgumentException("minSize is " + minSize + ", must be 0 or more");
    }
    if (maxSize < 1) {
      throw new IllegalArgumentException("maxSize is " + maxSize + ", must be 1 or more");
    }
    if (minSize > maxSize) {
      throw new IllegalArgumentException(
          "minSize is " + minSize + ", more than maxSize " + maxSize);
    }
    requirePositive("maxIdleTime", maxIdleTime);
    requirePositive("maxLifetime", maxLifetime);
    requirePositive("healthCheckInterval", healthCheckInterval);
  }

  /** These measures with other sizes. */
  public PoolConfig withSizes(int min, int max) {
    return new PoolConfig(min, max, maxIdleTime, maxLifetime, healthCheckInterval);
  }

  /** These measures with another idle time. */
  public PoolConfig withMaxIdleTime(Duration time) {
    return new PoolConfig(minSize, maxSize, time, maxLifetime, healthCheckInterval);
  }

  /** These measures with another lifetime. */
  public PoolConfig withMaxLifetime(Duration time) {
    return new PoolConfig(minSize, maxSize, maxIdleTime, time, healthCheckInterval);
  }

  /** These measures with another time between two looks at the idle handles. */
  public PoolConfig withHealthCheckInterval(Duration time) {
    return new PoolConfig(minSize, maxSize, maxIdleTime, maxLifetime, time);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is " + value + ", must be positive");
    }
  }
}
