package io.sagitta.cli;

import io.sagitta.core.Vectors;
import io.sagitta.storage.SearchOptions;
import io.sagitta.storage.SearchResult;
import io.sagitta.storage.StoredEmbedding;
import io.sagitta.storage.VectorStorage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The second half of the demo: another process adds embeddings with metadata to a store and is
 * killed in the middle; the store is opened again, everything that was acknowledged is there, and a
 * filtered search finds its way.
 */
final class StorageDemo {
  private static final int K = 5;

  private final @Nullable Path data;
  private final DemoData all;
  private final Path folder;

  /**
   * @param data where the vectors are from, as {@link DemoData#load} takes it
   * @param folder an empty folder
   */
  StorageDemo(@Nullable Path data, DemoData all, Path folder) {
    this.data = data;
    this.all = all;
    this.folder = folder;
  }

  /** Runs it. */
  void run(Report report) throws IOException {
    int wanted = Math.toIntExact(all.base().n()) * 6 / 10;
    long start = System.nanoTime();
    int acknowledged = ingestAndKill(wanted);
    report.field(
        "acknowledged",
        "storage",
        acknowledged,
        String.format(
            Locale.ROOT,
            "another process added embeddings with metadata (HNSW, batches of %d); it was killed in"
                + " the middle, %.1f s after its start, with %,d acknowledged",
            StorageDemoWriter.BATCH,
            (System.nanoTime() - start) / 1e9,
            acknowledged));
    start = System.nanoTime();
    try (VectorStorage storage =
        VectorStorage.open(StorageDemoWriter.config(store(), all.base().d()))) {
      double seconds = (System.nanoTime() - start) / 1e9;
      check(storage, acknowledged);
      report.field(
          "recovered",
          "reopened",
          storage.size(),
          String.format(
              Locale.ROOT,
              "%,d embeddings in %.2f s (%,d log records applied); every acknowledged one is there,"
                  + " vector and metadata bit for bit",
              storage.size(),
              seconds,
              storage.recovery().replayedRecords()));
      search(storage, report);
    }
  }

  private Path store() {
    return folder.resolve("store");
  }

  /** Lets a process write, kills it, and tells what it had acknowledged. */
  private int ingestAndKill(int wanted) throws IOException {
    Path errors = folder.resolve("errors");
    Process writer = new ProcessBuilder(command()).redirectError(errors.toFile()).start();
    int acknowledged = 0;
    boolean killed = false;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
      // What it had said before it died is still in the pipe.
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        acknowledged = Integer.parseInt(line);
        if (acknowledged >= wanted && !killed) {
          writer.toHandle().destroyForcibly();
          killed = true;
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    if (!killed) {
      throw new IOException("the writing process ended by itself: " + Files.readString(errors));
    }
    writer.onExit().join();
    return acknowledged;
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector"));
    String modules = System.getProperty("jdk.module.path");
    String main = StorageDemoWriter.class.getName();
    String classes = System.getProperty("java.class.path");
    if (StorageDemo.class.getModule().isNamed() && modules != null) {
      command.addAll(List.of("-p", modules, "--add-modules=ALL-MODULE-PATH"));
      command.addAll(List.of("-m", StorageDemo.class.getModule().getName() + "/" + main));
    } else {
      command.addAll(List.of("-cp", classes, main));
    }
    command.add(store().toString());
    command.add(data == null ? "" : data.toString());
    return command;
  }

  private void check(VectorStorage storage, int acknowledged) {
    if (storage.size() % StorageDemoWriter.BATCH != 0) {
      throw new IllegalStateException("half a batch is there: " + storage.size() + " embeddings");
    }
    for (int i = 0; i < acknowledged; i++) {
      StoredEmbedding found = storage.getEmbedding(StorageDemoWriter.id(i));
      if (!Arrays.equals(found.vector(), all.base().slice(i, 1).toArray())
          || !found.metadata().equals(StorageDemoWriter.metadata(i))) {
        throw new IllegalStateException("embedding " + found.id() + " is not as it was added");
      }
    }
  }

  private void search(VectorStorage storage, Report report) {
    String filter = "type = 'scene' and sourceFrame < 2000 and camera in ('north', 'south')";
    Vectors query = all.queries().slice(0, 1);
    List<SearchResult> results =
        storage.searchSimilar(
            query.toArray(), K, SearchOptions.DEFAULT.withThreshold(-1).withFilter(filter));
    report.line("nearest to the first query where " + filter + ":");
    for (SearchResult r : results) {
      report.line(
          String.format(
              Locale.ROOT,
              "  %-8s similarity %.4f  %s",
              r.id(),
              r.similarity(),
              r.metadata().toMap()));
    }
    if (results.size() != K) {
      throw new IllegalStateException("the search found " + results.size() + " of " + K);
    }
    report.hidden("filtered", results.stream().map(SearchResult::id).toList());
  }
}
