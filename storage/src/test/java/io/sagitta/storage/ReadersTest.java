package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.storage.filter.Filter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers against a writer: each embedding is seen whole, of one version, and none is missing. */
class ReadersTest {
  private static final int D = 16;
  private static final int N = 60;
  private static final int ROUNDS = 12;

  private static VectorStorageConfig config(String type) {
    return VectorStorageConfig.builder(D).indexType(type).build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat", "hnsw", "SQ8"})
  void readersNeverSeeHalfAnEmbeddingNorFewerThanThereAre(String type) throws InterruptedException {
    try (VectorStorage storage = VectorStorage.open(config(type))) {
      for (int i = 0; i < N; i++) {
        put(storage, i, 0);
      }
      AtomicBoolean stop = new AtomicBoolean();
      AtomicReference<String> wrong = new AtomicReference<>();
      List<Thread> readers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        long seed = t;
        Thread.Builder builder = t % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
        readers.add(builder.start(() -> readAll(storage, seed, stop, wrong)));
      }
      for (int round = 1; round <= ROUNDS; round++) {
        for (int i = 0; i < N; i++) {
          put(storage, i, round);
        }
      }
      stop.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(wrong.get()).isNull();
      assertThat(storage.size()).isEqualTo(N);
    }
  }

  private static void put(VectorStorage storage, int i, int version) {
    storage.upsert(
        Embeddings.vector(D, i * 1_000L + version),
        Embeddings.metadata(i).with("version", (long) version),
        "v" + i);
  }

  private static void readAll(
      VectorStorage storage, long seed, AtomicBoolean stop, AtomicReference<String> wrong) {
    try {
      for (long round = 0; !stop.get(); round++) {
        // Virtual threads are not sliced: one that never parks would keep others from running.
        LockSupport.parkNanos(1);
        read(storage, seed + round, wrong);
      }
    } catch (RuntimeException | Error e) {
      wrong.set("a search failed: " + e);
    }
  }

  private static void read(VectorStorage storage, long seed, AtomicReference<String> wrong) {
    SearchOptions options = SearchOptions.DEFAULT.withThreshold(-2).withVectors();
    List<SearchResult> results = storage.searchSimilar(Embeddings.vector(D, seed), N, options);
    if (results.size() != N || results.stream().map(SearchResult::id).distinct().count() != N) {
      wrong.set("a search found " + results.size() + " of " + N);
    }
    for (SearchResult r : results) {
      int i = Integer.parseInt(r.id().substring(1));
      long version = (Long) r.metadata().extra().get("version");
      if (!Arrays.equals(r.vector(), Embeddings.vector(D, i * 1_000L + version))) {
        wrong.set("vector and metadata of " + r.id() + " are of different versions");
      }
    }
  }

  /** A search passes the new vector before it is live, and comes to the old one after. */
  @ParameterizedTest
  @ValueSource(strings = {"flat", "hnsw", "SQ8"})
  void anEmbeddingThatIsReplacedInTheMiddleOfASearchIsFound(String type)
      throws InterruptedException {
    try (VectorStorage storage = VectorStorage.open(config(type))) {
      for (int i = 0; i < 5; i++) {
        put(storage, i, 0);
      }
      AtomicBoolean replaced = new AtomicBoolean();
      Filter filter =
          Filter.where(
              m -> {
                if (replaced.compareAndSet(false, true)) {
                  runElsewhere(
                      () -> {
                        for (int i = 0; i < 5; i++) {
                          if (i != frameOf(m)) {
                            put(storage, i, 1);
                          }
                        }
                      });
                }
                return true;
              });
      List<SearchResult> results =
          storage.searchSimilar(
              Embeddings.vector(D, 1),
              5,
              SearchOptions.DEFAULT.withThreshold(-2).withFilter(filter));
      assertThat(results).hasSize(5);
      assertThat(results)
          .filteredOn(r -> r.metadata().extra().get("version").equals(1L))
          .hasSize(4);
    }
  }

  private static long frameOf(VectorMetadata metadata) {
    Long frame = metadata.sourceFrame();
    return frame == null ? -1 : frame;
  }

  private static void runElsewhere(Runnable body) {
    try {
      Thread.ofPlatform().start(body).join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What passes a filter before and after a change of metadata passes it all the time. */
  @Test
  void anEmbeddingIsNotLostWhileItsMetadataChange() throws InterruptedException {
    try (VectorStorage storage = VectorStorage.open(config("flat"))) {
      for (int i = 0; i < N; i++) {
        put(storage, i, 0);
      }
      AtomicBoolean stop = new AtomicBoolean();
      AtomicReference<String> wrong = new AtomicReference<>();
      SearchOptions options = SearchOptions.DEFAULT.withThreshold(-2).withFilter("version >= 0");
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!stop.get()) {
                      int found = storage.searchSimilar(Embeddings.vector(D, 5), N, options).size();
                      if (found != N) {
                        wrong.set("a search found " + found + " of " + N);
                      }
                    }
                  });
      for (int round = 1; round <= ROUNDS; round++) {
        for (int i = 0; i < N; i++) {
          storage.updateMetadata("v" + i, Embeddings.metadata(i).with("version", (long) round));
        }
      }
      stop.set(true);
      reader.join();
      assertThat(wrong.get()).isNull();
    }
  }
}
