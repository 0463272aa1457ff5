package io.sagitta.bench.storage;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.storage.Durability;
import io.sagitta.storage.VectorMetadata;
import io.sagitta.storage.VectorStorage;
import io.sagitta.storage.VectorStorageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is measured: a store with the cosine, and the bare index that holds the same codes.
 *
 * @param indexType flat or hnsw
 * @param metadataStore builtin or chronicle
 * @param durability of the store's log
 * @param base vectors to add
 * @param queries queries
 * @param batch embeddings in one call of add
 * @param rounds measurements of each
 * @param folder a folder for stores, emptied by every round
 */
public record Setting(
    String indexType,
    String metadataStore,
    Durability durability,
    Vectors base,
    Vectors queries,
    int batch,
    int rounds,
    Path folder) {

  /** The store's configuration; without snapshots of its own accord, which {@code save} takes. */
  public VectorStorageConfig config(boolean autoSave) {
    return VectorStorageConfig.builder(base.d())
        .indexType(indexType)
        .metadataStore(metadataStore)
        .durability(durability)
        .maxVectors(Math.max(1_000_000, base.n()))
        .autoSave(autoSave)
        .path(folder.resolve("store"))
        .build();
  }

  /** An empty index of the kind that the store has inside, without ids and metadata. */
  public Index bareIndex() {
    String factory = indexType.equals("hnsw") ? "HNSW32,Cosine" : "Cosine";
    return IndexFactory.create(base.d(), factory, MetricType.INNER_PRODUCT);
  }

  /** The metadata of embeddings [from, from + n): six fields, some 100 bytes. */
  public static List<VectorMetadata> metadata(int from, int n) {
    return IntStream.range(from, from + n)
        .mapToObj(
            i ->
                VectorMetadata.of(
                        i % 3 == 0 ? "scene" : "shot",
                        Instant.ofEpochSecond(1_700_000_000L + i),
                        "clip-1")
                    .withConfidence((i % 100) / 100.0)
                    .withSourceFrame(i)
                    .with("group", (long) (i % 1_000)))
        .toList();
  }

  /** Adds rows [from, to) of the base, in batches. */
  public void fill(VectorStorage storage, int from, int to, List<VectorMetadata> metadata) {
    for (int at = from; at < to; at += batch) {
      int n = Math.min(batch, to - at);
      storage.batchAddEmbeddings(base.slice(at, n), metadata.subList(at, at + n));
    }
  }

  /** Adds rows [from, to) of the base, in batches of the same size. */
  public void fill(Index index, int from, int to) {
    for (int at = from; at < to; at += batch) {
      index.add(base.slice(at, Math.min(batch, to - at)));
    }
  }

  /** Removes the store. */
  public void forget() throws IOException {
    Path store = folder.resolve("store");
    if (Files.exists(store)) {
      try (Stream<Path> all = Files.walk(store)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
