package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.storage.fs.DiskFileSystem;
import io.sagitta.storage.fs.FaultyFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Power failures, full disks, files that cannot be read, damaged files. */
class DurabilityTest {
  private static final int D = 16;

  @TempDir Path directory;

  private VectorStorageConfig config(String name) {
    return VectorStorageConfig.builder(D)
        .path(directory.resolve(name))
        .durability(Durability.FSYNC)
        .autoSave(false)
        .logSegmentBytes(1 << 16)
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void whatWasAcknowledgedSurvivesAPowerFailure(int seed) throws Exception {
    FaultyFileSystem faulty = new FaultyFileSystem();
    VectorStorageConfig config = config("live");
    Random random = new Random(seed);
    // What was acknowledged, and the operations that had begun but not ended at the failure.
    Map<String, float[]> acknowledged = new ConcurrentHashMap<>();
    VectorStorage storage = VectorStorage.open(config, null, faulty);
    for (int i = 0; i < 150 + random.nextInt(100); i++) {
      String id = "p" + random.nextInt(60);
      if (acknowledged.containsKey(id) && random.nextInt(3) == 0) {
        storage.deleteEmbedding(id);
        acknowledged.remove(id);
      } else {
        float[] v = Embeddings.vector(D, random.nextLong());
        storage.upsert(v, Embeddings.metadata(i), id);
        acknowledged.put(id, v);
      }
      if (random.nextInt(60) == 0) {
        storage.save();
      }
    }
    // A write that never gets its sync: it may be there afterwards or not, but whole.
    float[] pending = Embeddings.vector(D, 1);
    faulty.holdSyncs();
    Thread writer =
        Thread.ofVirtual().start(() -> storage.upsert(pending, Embeddings.metadata(0), "pending"));
    while (!storage.contains("pending")) {
      Thread.onSpinWait();
    }
    Path after = directory.resolve("after");
    faulty.crashInto(config.path(), after);
    faulty.releaseSyncs();
    writer.join();
    storage.close();
    try (VectorStorage again = VectorStorage.open(config("after"))) {
      assertThat(new HashSet<>(again.ids(null))).isEqualTo(acknowledged.keySet());
      acknowledged.forEach((id, v) -> assertThat(again.getEmbedding(id).vector()).isEqualTo(v));
    }
  }

  @Test
  void withoutSyncsTheDoubleDoesForget() throws IOException {
    // The test above would prove nothing if the double kept what was never synced.
    FaultyFileSystem faulty = new FaultyFileSystem();
    VectorStorageConfig config = config("live").toBuilder().durability(Durability.OS).build();
    VectorStorage storage = VectorStorage.open(config, null, faulty);
    storage.addEmbedding(Embeddings.vector(D, 1), Embeddings.metadata(1), "a");
    faulty.crashInto(config.path(), directory.resolve("after"));
    storage.close();
    try (VectorStorage again = VectorStorage.open(config("after"))) {
      assertThat(again.size()).isZero();
    }
  }

  @Test
  void aPowerFailureAtAnyMomentOfASnapshotLosesNothing() throws IOException {
    for (int failAt = 1; failAt < 12; failAt++) {
      FaultyFileSystem faulty = new FaultyFileSystem();
      VectorStorageConfig config = config("live" + failAt);
      VectorStorage storage = VectorStorage.open(config, null, faulty);
      float[] x = Embeddings.vectors(60, D, failAt);
      Embeddings.fill(storage, x, 0, 30);
      storage.save();
      Embeddings.fill(storage, x, 30, 30);
      storage.deleteEmbedding("e3");
      Path after = directory.resolve("after" + failAt);
      faulty.crashAtStep(failAt, config.path(), after);
      storage.save();
      faulty.crashIfNotYet(config.path(), after);
      storage.close();
      try (VectorStorage again = VectorStorage.open(config("after" + failAt))) {
        assertThat(again.size()).isEqualTo(59);
        assertThat(again.getEmbedding("e59").vector())
            .isEqualTo(Arrays.copyOfRange(x, 59 * D, 60 * D));
        assertThat(again.searchSimilar(Embeddings.vector(D, 1), 100, -1.0)).hasSize(59);
      }
    }
  }

  @Test
  void aFullDiskIsAClearErrorAndTheStoreGoesOn() {
    FaultyFileSystem faulty = new FaultyFileSystem();
    VectorStorageConfig config = config("full");
    float[] x = Embeddings.vectors(500, D, 2);
    try (VectorStorage storage = VectorStorage.open(config, null, faulty)) {
      Embeddings.fill(storage, x, 0, 50);
      faulty.allowBytes(1_000);
      assertThatThrownBy(() -> Embeddings.fill(storage, x, 50, 100))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("No space left")
          .hasMessageContaining("nothing was stored");
      assertThat(storage.size()).isEqualTo(50);
      assertThat(storage.searchSimilar(Arrays.copyOf(x, D), 100, -1.0)).hasSize(50);
      assertThatThrownBy(storage::save)
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("No space left");
      assertThatThrownBy(() -> storage.deleteEmbedding("e1"))
          .isInstanceOf(StorageOperationError.class);
      assertThat(storage.contains("e1")).isTrue();
      faulty.allowBytes(Long.MAX_VALUE);
      Embeddings.fill(storage, x, 50, 100);
      storage.deleteEmbedding("e1");
      storage.save();
    }
    try (VectorStorage again = VectorStorage.open(config)) {
      assertThat(again.size()).isEqualTo(149);
    }
  }

  @Test
  void aFailedSyncEndsWritingAndLosesNothing() {
    FaultyFileSystem faulty = new FaultyFileSystem();
    VectorStorageConfig config = config("sync");
    VectorStorage storage = VectorStorage.open(config, null, faulty);
    storage.addEmbedding(Embeddings.vector(D, 1), Embeddings.metadata(1), "a");
    faulty.failSyncs(true);
    assertThatThrownBy(
            () -> storage.addEmbedding(Embeddings.vector(D, 2), Embeddings.metadata(2), "b"))
        .isInstanceOf(StorageOperationError.class)
        .hasMessageContaining("open the store anew");
    faulty.failSyncs(false);
    assertThatThrownBy(
            () -> storage.addEmbedding(Embeddings.vector(D, 3), Embeddings.metadata(3), "c"))
        .isInstanceOf(StorageOperationError.class);
    assertThat(storage.getEmbedding("a").vector()).isEqualTo(Embeddings.vector(D, 1));
    storage.close();
    try (VectorStorage again = VectorStorage.open(config)) {
      assertThat(again.contains("a")).isTrue();
      assertThat(again.contains("c")).isFalse();
    }
  }

  @Test
  void unreadableFilesAreAClearError() {
    VectorStorageConfig config = config("unreadable");
    try (VectorStorage storage = VectorStorage.open(config)) {
      Embeddings.fill(storage, Embeddings.vectors(10, D, 3), 0, 10);
      storage.save();
    }
    FaultyFileSystem faulty = new FaultyFileSystem();
    faulty.failReads(true);
    assertThatThrownBy(() -> VectorStorage.open(config, null, faulty))
        .isInstanceOf(StorageOperationError.class)
        .hasMessageContaining("Input/output error");
    try (VectorStorage again = VectorStorage.open(config, null, DiskFileSystem.INSTANCE)) {
      assertThat(again.size()).isEqualTo(10);
    }
  }

  @Test
  void everyDamagedByteIsFoundOrHarmless() throws IOException {
    VectorStorageConfig config = config("damaged");
    float[] x = Embeddings.vectors(40, D, 4);
    try (VectorStorage storage = VectorStorage.open(config)) {
      Embeddings.fill(storage, x, 0, 20);
      storage.save();
      for (int i = 20; i < 40; i++) {
        Embeddings.fill(storage, x, i, 1);
      }
    }
    assertThat(StoreTool.verify(config.path()).problems()).isEmpty();
    List<Path> files = new ArrayList<>();
    try (var walk = Files.walk(config.path())) {
      walk.filter(Files::isRegularFile)
          .filter(p -> !p.getFileName().toString().equals("LOCK"))
          .forEach(files::add);
    }
    Random random = new Random(5);
    Map<String, Integer> outcomes = new HashMap<>();
    for (int round = 0; round < 150; round++) {
      Path file = files.get(round % files.size());
      byte[] sound = Files.readAllBytes(file);
      byte[] damaged = sound.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try (VectorStorage storage = VectorStorage.open(config)) {
        // Only the last record of the log may be taken for a torn one; nothing wrong is ever read.
        assertThat(storage.size()).isBetween(39L, 40L);
        for (String id : storage.ids(null)) {
          int i = Integer.parseInt(id.substring(1));
          assertThat(storage.getEmbedding(id).vector())
              .isEqualTo(Arrays.copyOfRange(x, i * D, (i + 1) * D));
        }
        outcomes.merge("opened", 1, Integer::sum);
      } catch (StorageCorruptionError e) {
        assertThat(e.file().toString()).startsWith(config.path().toString());
        assertThat(StoreTool.verify(config.path()).isSound()).isFalse();
        outcomes.merge("refused", 1, Integer::sum);
      }
      Files.write(file, sound);
    }
    assertThat(outcomes.get("refused")).isGreaterThan(100);
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThat(storage.size()).isEqualTo(40);
    }
  }

  @Test
  void aTornTailIsCutAndReported() throws IOException {
    VectorStorageConfig config = config("torn");
    try (VectorStorage storage = VectorStorage.open(config)) {
      Embeddings.fill(storage, Embeddings.vectors(10, D, 6), 0, 10);
      storage.addEmbedding(Embeddings.vector(D, 7), Embeddings.metadata(7), "last");
    }
    Path log;
    try (var list = Files.list(config.path())) {
      log = list.filter(p -> p.toString().endsWith(".wal")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(bytes, bytes.length - 20));
    assertThat(StoreTool.verify(config.path()).notes())
        .anySatisfy(note -> assertThat(note).contains("never acknowledged"));
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThat(storage.size()).isEqualTo(10);
      assertThat(storage.recovery().tornFile()).isEqualTo(log);
      assertThat(storage.recovery().tornBytes()).isPositive();
    }
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThat(storage.recovery().tornBytes()).isZero();
    }
  }

  @Test
  void aDamagedLogIsRepairedUpToTheDamage() throws IOException {
    VectorStorageConfig config = config("repair");
    try (VectorStorage storage = VectorStorage.open(config)) {
      float[] x = Embeddings.vectors(2_000, D, 8);
      for (int i = 0; i < 2_000; i += 50) {
        Embeddings.fill(storage, x, i, 50);
      }
    }
    List<Path> logs;
    try (var list = Files.list(config.path())) {
      logs = list.filter(p -> p.toString().endsWith(".wal")).sorted().toList();
    }
    assertThat(logs).hasSizeGreaterThan(2);
    byte[] bytes = Files.readAllBytes(logs.get(1));
    bytes[bytes.length / 2] ^= 4;
    Files.write(logs.get(1), bytes);
    assertThatThrownBy(() -> VectorStorage.open(config))
        .isInstanceOf(StorageCorruptionError.class)
        .hasMessageContaining(logs.get(1).toString())
        .hasMessageContaining("byte");
    StoreTool.Report verified = StoreTool.verify(config.path());
    assertThat(verified.problems()).hasSize(1);
    StoreTool.Report repaired = StoreTool.repair(config.path());
    assertThat(repaired.problems()).isEmpty();
    assertThat(repaired.notes()).anySatisfy(n -> assertThat(n).contains("were cut"));
    assertThat(config.path().resolve("lost")).isDirectoryContaining(p -> true);
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThat(storage.size()).isBetween(50L, 1_950L);
      assertThat(storage.size() % 50).isZero();
    }
    assertThat(StoreTool.info(config.path()).facts())
        .containsEntry("dimension", (long) D)
        .containsEntry("metric", "cosine");
  }

  @Test
  void aDamagedSnapshotThatCannotBeMadeAnewIsLeftAlone() throws IOException {
    VectorStorageConfig config = config("snapshot");
    try (VectorStorage storage = VectorStorage.open(config)) {
      Embeddings.fill(storage, Embeddings.vectors(50, D, 9), 0, 50);
      storage.save();
    }
    Path index;
    try (var walk = Files.walk(config.path())) {
      index = walk.filter(p -> p.endsWith("index.sgt")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(index);
    bytes[bytes.length / 2] ^= 4;
    Files.write(index, bytes);
    StoreTool.Report repaired = StoreTool.repair(config.path());
    assertThat(repaired.isSound()).isFalse();
    assertThat(repaired.notes()).anySatisfy(n -> assertThat(n).contains("restore it from a copy"));
    assertThat(Files.readAllBytes(index)).isEqualTo(bytes);
    assertThatThrownBy(() -> StoreTool.info(directory.resolve("nowhere")))
        .isInstanceOf(StorageOperationError.class)
        .hasMessageContaining("no store");
    try (VectorStorage other = VectorStorage.open(config("held"))) {
      assertThat(other.size()).isZero();
      assertThatThrownBy(() -> StoreTool.verify(directory.resolve("held")))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("already");
    }
  }

  /** Two snapshots and the whole log; returns the snapshots, oldest first. */
  private List<Path> twoSnapshots(VectorStorageConfig config) throws IOException {
    Path kept = directory.resolve("kept");
    try (VectorStorage storage = VectorStorage.open(config)) {
      float[] x = Embeddings.vectors(60, D, 10);
      Embeddings.fill(storage, x, 0, 20);
      copyFiles(config.path(), kept);
      storage.save();
      Embeddings.fill(storage, x, 20, 20);
      copyFiles(config.path(), kept);
      storage.save();
      Embeddings.fill(storage, x, 40, 20);
    }
    copyFiles(kept, config.path());
    try (var list = Files.list(config.path())) {
      List<Path> found =
          list.filter(p -> p.getFileName().toString().matches("snapshot-[0-9a-f]{16}"))
              .sorted()
              .toList();
      assertThat(found).hasSizeGreaterThanOrEqualTo(2);
      return found;
    }
  }

  /** Copies log segments and snapshots that are not there yet. */
  private static void copyFiles(Path from, Path to) throws IOException {
    try (var walk = Files.walk(from)) {
      for (Path p : walk.filter(Files::isRegularFile).toList()) {
        String name = from.relativize(p).toString();
        Path target = to.resolve(name);
        if (name.matches("snapshot-.*|.*\\.wal") && !Files.exists(target)) {
          Files.createDirectories(target.getParent());
          Files.copy(p, target);
        }
      }
    }
  }

  private static void damage(Path snapshot) throws IOException {
    Path index = snapshot.resolve("index.sgt");
    byte[] bytes = Files.readAllBytes(index);
    bytes[bytes.length / 2] ^= 4;
    Files.write(index, bytes);
  }

  @Test
  void aDamagedSnapshotBesideAHalfDeletedOneIsMadeAnewFromTheLog() throws IOException {
    VectorStorageConfig config = config("half");
    List<Path> snapshots = twoSnapshots(config);
    for (Path snapshot : snapshots) {
      damage(snapshot);
    }
    Files.delete(snapshots.getFirst().resolve("manifest.json"));
    assertThatThrownBy(() -> VectorStorage.open(config)).isInstanceOf(StorageCorruptionError.class);
    StoreTool.Report repaired = StoreTool.repair(config.path());
    assertThat(repaired.problems()).isEmpty();
    assertThat(repaired.notes().stream().filter(n -> n.contains("brings everything back")))
        .hasSize(snapshots.size());
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThat(storage.size()).isEqualTo(60);
      assertThat(storage.getEmbedding("e0").vector())
          .isEqualTo(Arrays.copyOf(Embeddings.vectors(60, D, 10), D));
    }
  }

  @Test
  void whereTheLogDoesNotReachBehindAHalfDeletedSnapshotNothingIsMoved() throws IOException {
    VectorStorageConfig config = config("half2");
    List<Path> snapshots = twoSnapshots(config);
    damage(snapshots.getLast());
    for (Path snapshot : snapshots.subList(0, snapshots.size() - 1)) {
      Files.delete(snapshot.resolve("manifest.json"));
    }
    List<Path> logs;
    try (var list = Files.list(config.path())) {
      logs = list.filter(p -> p.toString().endsWith(".wal")).sorted().toList();
    }
    Files.delete(logs.getFirst());
    StoreTool.Report repaired = StoreTool.repair(config.path());
    assertThat(repaired.isSound()).isFalse();
    assertThat(repaired.notes()).anySatisfy(n -> assertThat(n).contains("restore it from a copy"));
    assertThat(snapshots).allSatisfy(s -> assertThat(s).isDirectory());
    assertThat(config.path().resolve("lost")).doesNotExist();
  }
}
