package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Kills {@link CrashWriter} with SIGKILL at random moments, again and again over the same
 * directory, and compares what is there afterwards with what was acknowledged.
 */
public final class CrashHarness {
  /** What an embedding's vector and metadata say; null for none. */
  private record Kept(long vector, long metadata) {}

  /** An operation that had begun and was not acknowledged. */
  private record Pending(String verb, long version, List<String> ids) {}

  private final Path directory;
  private final String indexType;
  private final String metadataStore;
  private final List<String> jvmArguments;
  private final Random random;
  private final Map<String, Kept> kept = new HashMap<>();
  private final @Nullable Pending[] pending = new Pending[CrashWriter.THREADS];
  private long version;
  private int kills;
  private int killsInside;
  private long operations;
  private long replayed;

  /** A harness over an empty directory. */
  public CrashHarness(
      Path directory,
      String indexType,
      String metadataStore,
      List<String> jvmArguments,
      long seed) {
    this.directory = directory;
    this.indexType = indexType;
    this.metadataStore = metadataStore;
    this.jvmArguments = jvmArguments;
    this.random = new Random(seed);
  }

  /** Kills and compares some times, and prints the counts. */
  public void run(int rounds) throws IOException, InterruptedException {
    for (int i = 0; i < rounds; i++) {
      round();
    }
    System.out.printf(
        "crash test (%s, %s): %d kills, %d inside an operation, %d acknowledged operations,"
            + " %d log records replayed%n",
        indexType, metadataStore, kills, killsInside, operations, replayed);
    assertThat(killsInside * 2).isGreaterThanOrEqualTo(kills);
  }

  private void round() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(jvmArguments);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(CrashWriter.class.getName());
    command.addAll(
        List.of(
            directory.toString(),
            indexType,
            metadataStore,
            Long.toString(random.nextLong()),
            Long.toString(version)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    int lines = 1 + random.nextInt(600);
    int spins = random.nextInt(50_000);
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      assertThat(reader.readLine()).isEqualTo("R");
      Arrays.fill(pending, null);
      String line = reader.readLine();
      while (line != null) {
        handle(line);
        if (--lines == 0) {
          for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
          }
          assertThat(process.toHandle().destroyForcibly()).isTrue();
        }
        line = reader.readLine();
      }
    }
    assertThat(process.waitFor()).isEqualTo(137);
    kills++;
    boolean inside = false;
    for (Pending p : pending) {
      inside |= p != null;
    }
    killsInside += inside ? 1 : 0;
    compare();
  }

  private void handle(String line) {
    String[] words = line.split(" ");
    int thread = Integer.parseInt(words[1]);
    if (words[0].equals("B")) {
      pending[thread] =
          new Pending(
              words[2], Long.parseLong(words[3]), Arrays.asList(words).subList(4, words.length));
      version = Math.max(version, Long.parseLong(words[3]));
    } else {
      apply(kept, pending[thread]);
      pending[thread] = null;
      operations++;
    }
  }

  private static void apply(Map<String, Kept> map, Pending p) {
    for (String id : p.ids) {
      switch (p.verb) {
        case "P" -> map.put(id, new Kept(p.version, p.version));
        case "M" -> map.put(id, new Kept(map.get(id).vector, p.version));
        default -> map.remove(id);
      }
    }
  }

  private void compare() {
    try (VectorStorage storage =
        VectorStorage.open(CrashWriter.config(directory, indexType, metadataStore))) {
      replayed += storage.recovery().replayedRecords();
      Map<String, Kept> found = new HashMap<>();
      for (String id : storage.ids(null)) {
        found.put(id, keptOf(storage, id));
      }
      // An operation under way is there as a whole or not at all.
      for (Pending p : pending) {
        if (p != null) {
          Map<String, Kept> with = new HashMap<>(kept);
          apply(with, p);
          Set<String> ids = new HashSet<>(p.ids);
          boolean there = agree(found, with, ids);
          assertThat(there || agree(found, kept, ids))
              .as("all or nothing of %s: found %s", p, found)
              .isTrue();
          if (there) {
            apply(kept, p);
          }
        }
      }
      assertThat(found).isEqualTo(kept);
      assertThat(storage.searchSimilar(CrashWriter.vector("q", 0), 1_000, -1.0))
          .hasSize(kept.size());
    }
  }

  private static boolean agree(Map<String, Kept> a, Map<String, Kept> b, Set<String> ids) {
    return ids.stream().allMatch(id -> java.util.Objects.equals(a.get(id), b.get(id)));
  }

  /** What an embedding says, after checking that it says it in every bit. */
  private Kept keptOf(VectorStorage storage, String id) {
    StoredEmbedding stored = storage.getEmbedding(id);
    long metadata = (Long) stored.metadata().extra().get("version");
    assertThat(stored.metadata()).isEqualTo(CrashWriter.metadata(metadata));
    Kept expected = kept.get(id);
    long[] candidates = {metadata, expected == null ? metadata : expected.vector};
    for (long candidate : candidates) {
      if (Arrays.equals(stored.vector(), CrashWriter.vector(id, candidate))) {
        return new Kept(candidate, metadata);
      }
    }
    throw new AssertionError("the vector of " + id + " is none that was ever written");
  }
}
