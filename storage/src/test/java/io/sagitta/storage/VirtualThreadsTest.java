package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual threads are welcome callers: no verb holds its carrier while it waits. */
class VirtualThreadsTest {
  private static final int D = 16;
  private static final String PINNED = "jdk.VirtualThreadPinned";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"flat", "hnsw"})
  void noVerbPinsItsCarrier(String type) throws Exception {
    VectorStorageConfig config =
        VectorStorageConfig.builder(D)
            .indexType(type)
            .path(directory.resolve(type))
            .durability(Durability.FSYNC)
            .build();
    try (VectorStoragePool pool =
            new VectorStoragePool(config, PoolConfig.DEFAULT.withSizes(1, 3));
        Recording recording = new Recording()) {
      pool.start();
      verbs(pool, 0); // classes are loaded now: their initialisers may hold a carrier
      recording.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
      recording.start();
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
          int number = i;
          all.add(executor.submit(() -> verbs(pool, number)));
        }
        for (Future<?> one : all) {
          one.get();
        }
      }
      recording.stop();
      assertThat(pinned(recording)).isEmpty();
      try (PooledVectorStorage handle = pool.acquire()) {
        assertThat(handle.storage().size()).isEqualTo(61);
      }
    }
  }

  private static void verbs(VectorStoragePool pool, int i) {
    try (PooledVectorStorage handle = pool.acquire(Duration.ofMinutes(2))) {
      VectorStorage storage = handle.storage();
      storage.addEmbedding(Embeddings.vector(D, i), Embeddings.metadata(i), "a" + i);
      storage.upsert(Embeddings.vector(D, i + 1_000), Embeddings.metadata(i), "b" + i);
      storage.searchSimilar(
          Embeddings.vector(D, i), 3, SearchOptions.DEFAULT.withFilter("type = 'scene'"));
      storage.updateMetadata("a" + i, Embeddings.metadata(i + 1));
      handle.async().getEmbedding("a" + i).join();
      handle.async().deleteEmbedding("b" + i).join();
    }
  }

  private List<String> pinned(Recording recording) throws IOException {
    Path file = directory.resolve("pinned.jfr");
    recording.dump(file);
    List<String> found = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      String text = event.toString();
      if (event.getEventType().getName().equals(PINNED) && text.contains("io.sagitta")) {
        found.add(text);
      }
    }
    return found;
  }

  @Test
  void thePinnedEventIsSeenWhereThereIsPinning() throws Exception {
    // What the test above looks for is an event that this JVM knows.
    assertThat(jdk.jfr.FlightRecorder.getFlightRecorder().getEventTypes())
        .anyMatch(event -> event.getName().equals(PINNED));
  }
}
