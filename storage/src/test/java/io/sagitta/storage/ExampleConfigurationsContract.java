package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Vectors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The four example configurations, as they are given, filled as far as a test may. */
public abstract class ExampleConfigurationsContract {
  private static final int D = 768;

  @TempDir protected Path directory;

  /** The name of the metadata store. */
  protected abstract String metadataStore();

  private VectorStorageConfig config(String indexType, long maxVectors) {
    return VectorStorageConfig.builder(D)
        .indexType(indexType)
        .maxVectors(maxVectors)
        .metadataStore(metadataStore())
        .path(directory.resolve(indexType))
        .build();
  }

  @ParameterizedTest
  @CsvSource({"flat, 100000", "hnsw, 1000000", "ivf, 10000000"})
  void eachSizeRuns(String indexType, long maxVectors) {
    run(config(indexType, maxVectors), 400);
  }

  @ParameterizedTest
  @Tag("long")
  @CsvSource({"flat, 100000, 100000", "hnsw, 1000000, 50000", "ivf, 10000000, 100000"})
  void eachSizeRunsFilled(String indexType, long maxVectors, int n) {
    run(config(indexType, maxVectors), n);
  }

  private static void run(VectorStorageConfig config, int n) {
    int batch = Math.min(n, 10_000);
    try (VectorStorage storage = VectorStorage.open(config)) {
      for (int from = 0; from < n; from += batch) {
        storage.batchAddEmbeddings(
            Vectors.of(Embeddings.vectors(batch, D, from), D),
            Embeddings.metadata(from, batch),
            Embeddings.ids(from, batch));
      }
      storage.optimizeIndex();
      String index = storage.indexDescription();
      switch (config.indexType()) {
        case "flat" -> assertThat(index).isEqualTo("Cosine");
        case "hnsw" -> assertThat(index).isEqualTo("HNSW32,Cosine");
        // 10,000,000 originals are 30.7 GB: where they do not fit, codes stay in memory and
        // originals on disk, and the description says so.
        default -> assertThat(index).matches("IVF\\d+,(SQ8|Cosine)");
      }
      check(storage, n, batch);
    }
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThat(storage.recovery().replayedRecords()).isZero();
      check(storage, n, batch);
    }
  }

  private static void check(VectorStorage storage, int n, int batch) {
    assertThat(storage.size()).isEqualTo(n);
    float[] x = Embeddings.vectors(batch, D, n - batch);
    for (int i = 0; i < batch; i += batch / 5) {
      float[] row = java.util.Arrays.copyOfRange(x, i * D, (i + 1) * D);
      String id = "e" + (n - batch + i);
      assertThat(storage.getEmbedding(id).vector()).isEqualTo(row);
      assertThat(storage.searchSimilar(row, 3).getFirst().id()).isEqualTo(id);
    }
    SearchOptions filtered = SearchOptions.DEFAULT.withThreshold(-1).withFilter("group < 7");
    assertThat(storage.searchSimilar(Embeddings.vector(D, 1), 5, filtered)).hasSize(5);
  }

  @Test
  void highConcurrencyRuns() {
    PoolConfig handles =
        PoolConfig.DEFAULT
            .withSizes(5, 20)
            .withMaxIdleTime(Duration.ofSeconds(300))
            .withHealthCheckInterval(Duration.ofSeconds(30));
    ResourceQuota quota =
        ResourceQuota.DEFAULT
            .withMaxMemoryBytes(8L << 30)
            .withMaxVectors(5_000_000)
            .withMaxConcurrentSearches(200);
    try (ResourceMonitor monitor = new ResourceMonitor(quota);
        VectorStoragePool pool =
            new VectorStoragePool(config("hnsw", 5_000_000), handles, monitor)) {
      monitor.start();
      pool.start();
      assertThat(pool.size()).isEqualTo(5);
      List<CompletableFuture<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int number = i;
        all.add(
            pool.acquireAsync(Duration.ofMinutes(2))
                .thenApply(
                    handle -> {
                      try (handle) {
                        handle
                            .storage()
                            .addEmbedding(
                                Embeddings.vector(D, number), Embeddings.metadata(number));
                        return handle
                            .storage()
                            .searchSimilar(Embeddings.vector(D, number), 1)
                            .size();
                      }
                    }));
      }
      assertThat(all).allMatch(future -> future.join() == 1);
      assertThat(pool.size()).isBetween(5, 20);
      assertThat(pool.inUse()).isZero();
      assertThat(monitor.getStats().vectorCount()).isEqualTo(60);
      assertThat(monitor.getStats().concurrentSearches()).isZero();
    }
  }
}
