package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.storage.AsyncVectorStorage.Limits;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Futures, handles and quota. */
class AsyncAndPoolTest {
  private static final int D = 16;

  private static VectorStorageConfig config() {
    return VectorStorageConfig.builder(D).indexType("flat").build();
  }

  @Test
  void writesKeepTheOrderOfTheCalls() {
    try (AsyncVectorStorage async = AsyncVectorStorage.create(config()).join()) {
      List<CompletableFuture<?>> all = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        float[] v = Embeddings.vector(D, i);
        all.add(async.upsert(v, Embeddings.metadata(i), "same"));
        Arrays.fill(v, Float.NaN); // the vector was copied
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
      assertThat(async.getEmbedding("same").join().vector()).isEqualTo(Embeddings.vector(D, 299));
      assertThat(async.size().join()).isEqualTo(1);
    }
  }

  @Test
  void failuresCompleteTheFuture() {
    try (AsyncVectorStorage async = AsyncVectorStorage.create(config()).join()) {
      assertThat(async.addEmbedding(new float[D], Embeddings.metadata(1)))
          .failsWithin(Duration.ofMinutes(1))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(IllegalArgumentException.class);
      assertThat(async.getEmbedding("nobody"))
          .failsWithin(Duration.ofMinutes(1))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(StorageOperationError.class);
    }
  }

  @Test
  void batchesReportProgressAndStop() {
    try (AsyncVectorStorage async = AsyncVectorStorage.create(config()).join()) {
      float[] x = Embeddings.vectors(1_000, D, 1);
      List<Long> seen = new ArrayList<>();
      ProgressListener stopAtThree =
          (stage, done, total) -> {
            seen.add(done);
            return done < 300;
          };
      CompletableFuture<List<String>> future =
          async.batchAddEmbeddings(
              Vectors.of(x, D),
              Embeddings.metadata(0, 1_000),
              Embeddings.ids(0, 1_000),
              100,
              stopAtThree);
      assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
      assertThat(seen).containsExactly(100L, 200L, 300L);
      assertThat(async.size().join()).isEqualTo(300);
    }
  }

  @Test
  void aCallWaitsWhenEnoughIsUnderWayAndCloseDrains() throws InterruptedException {
    VectorStorage storage = VectorStorage.open(config());
    AsyncVectorStorage async = AsyncVectorStorage.over(storage, new Limits(2, 2));
    AtomicBoolean more = new AtomicBoolean(true);
    List<CompletableFuture<String>> futures = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      futures.add(async.addEmbedding(Embeddings.vector(D, i), Embeddings.metadata(i)));
      more.compareAndSet(true, async.underWay() <= 4);
    }
    async.close();
    assertThat(more).isTrue();
    assertThat(futures).allMatch(CompletableFuture::isDone);
    assertThat(storage.size()).isEqualTo(50);
    assertThatThrownBy(async::size).isInstanceOf(StorageOperationError.class);
    assertThatThrownBy(() -> async.addEmbedding(Embeddings.vector(D, 1), Embeddings.metadata(1)))
        .isInstanceOf(StorageOperationError.class);
    storage.close();
  }

  @Test
  void closeDrainsWhatIsCutIntoBatches() {
    int n = 5_000;
    try (VectorStorage storage = VectorStorage.open(config())) {
      AsyncVectorStorage async = AsyncVectorStorage.over(storage, new Limits(2, 2));
      CompletableFuture<List<String>> future =
          async.batchAddEmbeddings(
              Vectors.of(Embeddings.vectors(n, D, 1), D),
              Embeddings.metadata(0, n),
              Embeddings.ids(0, n),
              10,
              ProgressListener.NONE);
      async.close();
      assertThat(future).isCompletedWithValue(Embeddings.ids(0, n));
      assertThat(storage.size()).isEqualTo(n);
      Vectors none = Vectors.of(new float[0], D);
      assertThatThrownBy(() -> async.batchAddEmbeddings(none, List.of()))
          .isInstanceOf(StorageOperationError.class);
    }
  }

  @Test
  void everyVerbOfAStoreHasAFuture() {
    // What a store says of itself is not waited for; AsyncVectorStorage.storage() has it.
    Set<String> facts = Set.of("close", "config", "recovery", "indexDescription", "offHeapBytes");
    assertThat(VectorStorage.class.getDeclaredMethods())
        .filteredOn(
            m -> Modifier.isPublic(m.getModifiers()) && !Modifier.isStatic(m.getModifiers()))
        .filteredOn(m -> !facts.contains(m.getName()))
        .hasSizeGreaterThan(25)
        .allSatisfy(
            m ->
                assertThat(
                        AsyncVectorStorage.class
                            .getMethod(m.getName(), m.getParameterTypes())
                            .getReturnType())
                    .isEqualTo(CompletableFuture.class));
  }

  @Test
  void theOtherVerbsDoWhatTheirNamesSay(@TempDir Path folder) {
    try (AsyncVectorStorage async = AsyncVectorStorage.create(config()).join()) {
      float[][] rows = {Embeddings.vector(D, 1), Embeddings.vector(D, 2), Embeddings.vector(D, 3)};
      List<String> ids = List.of("a", "b", "c");
      assertThat(async.batchAddEmbeddings(rows, Embeddings.metadata(0, 3), ids).join())
          .isEqualTo(ids);
      assertThat(async.batchAddEmbeddings(rows, Embeddings.metadata(0, 3)).join())
          .hasSize(3)
          .doesNotHaveDuplicates();
      assertThat(async.exportTo(folder).join()).isTrue();
      assertThat(async.deleteEmbeddings(ids).join()).isEqualTo(3);
      assertThat(async.ids(null).join()).hasSize(3).doesNotContain("a");
      assertThat(async.clear().join()).isTrue();
      assertThat(async.importFrom(folder).join()).isEqualTo(6);
      Vectors two = Vectors.of(Embeddings.vectors(2, D, 9), D);
      assertThat(async.batchUpsert(two, Embeddings.metadata(5, 2), List.of("a", "new")).join())
          .containsExactly("a", "new");
      assertThat(async.size().join()).isEqualTo(7);
      assertThat(async.getEmbedding("a").join().vector())
          .isEqualTo(Arrays.copyOf(two.toArray(), D));
      assertThat(async.getMetadata("new").join()).isEqualTo(Embeddings.metadata(6));
      assertThat(async.updateMetadata("new", Embeddings.metadata(8)).join()).isEqualTo("new");
      assertThat(async.getMetadata("new").join()).isEqualTo(Embeddings.metadata(8));
      assertThat(async.searchSimilar(rows[1], 3, 0.999).join())
          .extracting(SearchResult::id)
          .contains("b")
          .hasSize(2);
      assertThat(async.optimizeIndex(ProgressListener.NONE).join()).isTrue();
      assertThat(async.save().join()).isTrue();
      assertThat(async.contains("b").join()).isTrue();
    }
  }

  @Test
  void everyHandleSeesOneStoreAndMisuseIsReported() {
    try (VectorStoragePool pool =
        new VectorStoragePool(config(), PoolConfig.DEFAULT.withSizes(1, 2))) {
      assertThatThrownBy(pool::acquire).hasMessageContaining("not started");
      pool.start();
      PooledVectorStorage a = pool.acquire();
      PooledVectorStorage b = pool.acquireAsync().join();
      assertThat(pool.inUse()).isEqualTo(2);
      assertThat(pool.available()).isZero();
      assertThat(pool.size()).isEqualTo(2);
      assertThatThrownBy(() -> pool.acquire(Duration.ofMillis(20)))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("2 of 2 are in use");
      a.storage().addEmbedding(Embeddings.vector(D, 1), Embeddings.metadata(1), "x");
      assertThat(b.storage().contains("x")).isTrue();
      pool.release(a);
      assertThatThrownBy(a::storage).hasMessageContaining("after its release");
      assertThatThrownBy(() -> pool.release(a)).hasMessageContaining("released twice");
      try (PooledVectorStorage c = pool.acquire(Duration.ofSeconds(10))) {
        assertThat(c.storage().contains("x")).isTrue();
      }
      b.close();
      assertThat(pool.inUse()).isZero();
    }
  }

  @Test
  void aForgottenHandleIsFoundAndItsPlaceGivenBack() {
    try (VectorStoragePool pool =
        new VectorStoragePool(config(), PoolConfig.DEFAULT.withSizes(0, 1))) {
      pool.start();
      assertThat(pool.acquire().storage().size()).isZero();
      long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while (pool.leaked() == 0 && System.nanoTime() < end) {
        System.gc();
        Thread.onSpinWait();
      }
      assertThat(pool.leaked()).isEqualTo(1);
      pool.acquire(Duration.ofSeconds(30)).close();
    }
  }

  @Test
  void idleHandlesGoUntilMinSizeIsLeft() {
    Duration brief = Duration.ofMillis(5);
    PoolConfig measures =
        PoolConfig.DEFAULT.withSizes(2, 5).withMaxIdleTime(brief).withHealthCheckInterval(brief);
    try (VectorStoragePool pool = new VectorStoragePool(config(), measures)) {
      pool.start();
      assertThat(pool.size()).isEqualTo(2);
      List<PooledVectorStorage> held = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        held.add(pool.acquire());
      }
      // However old, a handle in use stays.
      spinUntil(() -> held.getFirst().slot().age().compareTo(brief.multipliedBy(10)) > 0);
      assertThat(pool.size()).isEqualTo(5);
      assertThat(held.getFirst().storage().size()).isZero();
      held.forEach(pool::release);
      spinUntil(() -> pool.size() == 2);
      assertThat(pool.available()).isEqualTo(5);
      try (PooledVectorStorage handle = pool.acquire()) {
        assertThat(handle.storage().size()).isZero();
      }
    }
  }

  @Test
  void handlesAreReplacedAtTheEndOfTheirLifetime() {
    Duration brief = Duration.ofMillis(20);
    PoolConfig whileIdle =
        PoolConfig.DEFAULT
            .withSizes(1, 1)
            .withMaxLifetime(brief)
            .withHealthCheckInterval(Duration.ofMillis(5));
    try (VectorStoragePool pool = new VectorStoragePool(config(), whileIdle)) {
      pool.start();
      HandleSlot first;
      try (PooledVectorStorage handle = pool.acquire()) {
        first = handle.slot();
        handle.storage().addEmbedding(Embeddings.vector(D, 1), Embeddings.metadata(1), "x");
      }
      spinUntil(() -> first.age().compareTo(brief.multipliedBy(3)) > 0 && pool.size() == 1);
      try (PooledVectorStorage handle = pool.acquire()) {
        assertThat(handle.slot()).isNotSameAs(first);
        assertThat(handle.storage().contains("x")).isTrue();
      }
    }
    // Nobody looks at idle handles here: the one that comes back too old is not taken again.
    PoolConfig onReturn = PoolConfig.DEFAULT.withSizes(1, 1).withMaxLifetime(brief);
    try (VectorStoragePool pool = new VectorStoragePool(config(), onReturn)) {
      pool.start();
      PooledVectorStorage handle = pool.acquire();
      HandleSlot first = handle.slot();
      spinUntil(() -> first.age().compareTo(brief.multipliedBy(2)) > 0);
      assertThat(handle.storage().size()).isZero();
      handle.close();
      try (PooledVectorStorage next = pool.acquire()) {
        assertThat(next.slot()).isNotSameAs(first);
      }
    }
  }

  private static void spinUntil(BooleanSupplier holds) {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(holds.getAsBoolean()).isTrue();
  }

  @Test
  void waitingCallersAllGetAHandle() {
    try (VectorStoragePool pool =
        new VectorStoragePool(config(), PoolConfig.DEFAULT.withSizes(1, 3))) {
      pool.start();
      List<CompletableFuture<Void>> all =
          IntStream.range(0, 60)
              .mapToObj(
                  i ->
                      pool.acquireAsync(Duration.ofMinutes(1))
                          .thenAccept(
                              handle -> {
                                handle
                                    .storage()
                                    .addEmbedding(Embeddings.vector(D, i), Embeddings.metadata(i));
                                handle.close();
                              }))
              .toList();
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
      try (PooledVectorStorage handle = pool.acquire()) {
        assertThat(handle.storage().size()).isEqualTo(60);
      }
    }
  }

  @Test
  void theQuotaAdmitsRefusesAndGivesBack() {
    ResourceQuota quota =
        ResourceQuota.DEFAULT
            .withMaxVectors(100)
            .withMaxBatchSize(50)
            .withMaxConcurrentSearches(1)
            .withMaxVectorDimension(D);
    try (ResourceMonitor monitor = new ResourceMonitor(quota);
        VectorStorage storage = VectorStorage.open(config(), monitor)) {
      float[] x = Embeddings.vectors(200, D, 2);
      Embeddings.fill(storage, x, 0, 50);
      Embeddings.fill(storage, x, 50, 40);
      assertThatThrownBy(() -> Embeddings.fill(storage, x, 90, 11))
          .isInstanceOf(ResourceExceededError.class)
          .hasMessageContaining("maxVectors is 100, in use are 90")
          .hasMessageContaining("11 more");
      assertThatThrownBy(() -> Embeddings.fill(storage, x, 90, 51))
          .isInstanceOf(ResourceExceededError.class)
          .hasMessageContaining("maxBatchSize");
      // A write that fails gives back what it took.
      assertThatThrownBy(() -> Embeddings.fill(storage, x, 85, 10))
          .isInstanceOf(StorageOperationError.class);
      assertThat(monitor.getStats().vectorCount()).isEqualTo(90);
      storage.upsert(Embeddings.vector(D, 1), Embeddings.metadata(1), "e1");
      storage.deleteEmbeddings(List.of("e1", "e2"));
      assertThat(monitor.getStats().vectorCount()).isEqualTo(88);
      Embeddings.fill(storage, x, 90, 12);
      try (ResourceContext search = ResourceContext.search(monitor)) {
        assertThat(monitor.getStats().concurrentSearches()).isEqualTo(1);
        assertThatThrownBy(() -> storage.searchSimilar(Embeddings.vector(D, 1), 1))
            .isInstanceOf(ResourceExceededError.class)
            .hasMessageContaining("maxConcurrentSearches");
        search.succeed(0);
      }
      assertThat(storage.searchSimilar(Embeddings.vector(D, 1), 1, -1.0)).hasSize(1);
      storage.clear();
      assertThat(monitor.getStats().vectorCount()).isZero();
      assertThatThrownBy(() -> new ResourceContext(monitor, "paint"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ResourceContext.add(monitor, 1, D + 1, 0))
          .hasMessageContaining("maxVectorDimension");
      assertThatThrownBy(() -> ResourceContext.add(monitor, 1, D, 5L << 30))
          .hasMessageContaining("maxMemoryBytes");
      assertThat(monitor.getStats().toMap())
          .containsKeys("memory_rss", "memory_vms", "cpu_percent", "vector_count", "index_bytes");
      assertThat(monitor.getStats().memoryRss()).isPositive();
      monitor.start();
      assertThat(monitor.isRunning()).isTrue();
      monitor.stop();
      assertThat(monitor.isRunning()).isFalse();
    }
  }
}
