package io.sagitta.storage.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sagitta.storage.Embeddings;
import io.sagitta.storage.PoolConfig;
import io.sagitta.storage.PooledVectorStorage;
import io.sagitta.storage.ResourceMonitor;
import io.sagitta.storage.ResourceQuota;
import io.sagitta.storage.VectorStorageConfig;
import io.sagitta.storage.VectorStoragePool;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageMetersTest {
  @Test
  void metersFollowTheStoreAndThePool() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (ResourceMonitor monitor = new ResourceMonitor(ResourceQuota.DEFAULT.withMaxVectors(77));
        VectorStoragePool pool =
            new VectorStoragePool(
                VectorStorageConfig.builder(8).build(),
                PoolConfig.DEFAULT.withSizes(1, 3),
                monitor)) {
      pool.start();
      new StorageMeters(monitor, pool, List.of(Tag.of("app", "test"))).bindTo(registry);
      assertThat(value(registry, "vectors")).isZero();
      try (PooledVectorStorage handle = pool.acquire()) {
        for (int i = 0; i < 5; i++) {
          handle.storage().addEmbedding(Embeddings.vector(8, i), Embeddings.metadata(i));
        }
        assertThat(value(registry, "pool.used")).isEqualTo(1);
        assertThat(value(registry, "pool.available")).isEqualTo(2);
      }
      assertThat(value(registry, "pool.used")).isZero();
      assertThat(value(registry, "pool.size")).isEqualTo(1);
      assertThat(value(registry, "vectors")).isEqualTo(5);
      assertThat(value(registry, "quota.vectors")).isEqualTo(77);
      assertThat(value(registry, "quota.memory")).isEqualTo(4.0 * (1L << 30));
      assertThat(value(registry, "memory.rss")).isPositive();
      assertThat(value(registry, "index.bytes")).isGreaterThan(5 * 36);
      assertThat(registry.get("sagitta.storage.index.bytes").gauge().getId().getTag("index"))
          .isEqualTo("memory");
      assertThat(registry.get("sagitta.storage.pool.leaked").functionCounter().count()).isZero();
    }
  }

  private static double value(SimpleMeterRegistry registry, String name) {
    return registry.get("sagitta.storage." + name).tag("app", "test").gauge().value();
  }
}
