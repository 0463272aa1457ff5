package io.sagitta.cli;

import io.sagitta.core.Vectors;
import io.sagitta.storage.VectorMetadata;
import io.sagitta.storage.VectorStorage;
import io.sagitta.storage.VectorStorageConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The process that {@link StorageDemo} kills: adds the demo's vectors in batches, and after each
 * acknowledgement writes how many were acknowledged, a line for each. It ends by being killed, or
 * when its output is closed.
 */
final class StorageDemoWriter {
  static final int BATCH = 100;

  private StorageDemoWriter() {}

  static VectorStorageConfig config(Path directory, int d) {
    return VectorStorageConfig.builder(d).indexType("hnsw").path(directory).build();
  }

  static String id(int i) {
    return "e" + i;
  }

  static VectorMetadata metadata(int i) {
    return VectorMetadata.of(
            i % 3 == 0 ? "scene" : "shot", Instant.ofEpochSecond(1_760_000_000L + i), "demo-1")
        .withSourceFrame(i)
        .with("camera", List.of("north", "east", "south", "west").get(i % 4));
  }

  /** Arguments: the store's directory, and the data's (empty: seeded vectors). */
  public static void main(String[] args) throws IOException {
    DemoData all = DemoData.load(args[1].isEmpty() ? null : Path.of(args[1]));
    Vectors base = all.base();
    int n = Math.toIntExact(base.n()) / BATCH * BATCH;
    try (VectorStorage storage = VectorStorage.open(config(Path.of(args[0]), base.d()));
        FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      for (int from = 0; from < n; from += BATCH) {
        IntStream rows = IntStream.range(from, from + BATCH);
        storage.batchAddEmbeddings(
            base.slice(from, BATCH),
            rows.mapToObj(StorageDemoWriter::metadata).toList(),
            IntStream.range(from, from + BATCH).mapToObj(StorageDemoWriter::id).toList());
        out.write(((from + BATCH) + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    }
  }
}
