package io.sagitta.storage.engine;

import io.sagitta.storage.SimilarityMetric;
import io.sagitta.storage.StorageCorruptionError;
import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.VectorStorageConfig;
import io.sagitta.storage.fs.StorageFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a store is for good: written once, when its directory is made.
 *
 * @param id the store's id, which its log segments and snapshots carry
 * @param dimension floats in an embedding
 * @param metric its metric
 * @param indexType its index type, as configured
 */
record StoreIdentity(UUID id, int dimension, SimilarityMetric metric, String indexType) {
  private static final long FORMAT = 1;

  static StoreIdentity of(VectorStorageConfig config) {
    return new StoreIdentity(
        UUID.randomUUID(), config.dimension(), config.metric(), config.indexType());
  }

  /** Writes it beside its place and renames it there: it is whole or absent. */
  void write(StorageFileSystem fs, StoreLayout layout) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("format", FORMAT);
    map.put("id", id.toString());
    map.put("dimension", (long) dimension);
    map.put("metric", metric.text());
    map.put("indexType", indexType);
    Path unfinished = layout.directory().resolve("store.json.tmp");
    fs.delete(unfinished);
    SealedJson.write(fs, unfinished, map);
    fs.rename(unfinished, layout.identity());
    fs.syncDirectory(layout.directory());
  }

  static StoreIdentity read(StorageFileSystem fs, StoreLayout layout) throws IOException {
    Path path = layout.identity();
    Map<String, @Nullable Object> map = SealedJson.read(fs, path);
    if (!Long.valueOf(FORMAT).equals(map.get("format"))) {
      throw new StorageOperationError(
          path + " has the format " + map.get("format") + ", this version reads " + FORMAT);
    }
    try {
      return new StoreIdentity(
          UUID.fromString(String.valueOf(map.get("id"))),
          Math.toIntExact((Long) java.util.Objects.requireNonNull(map.get("dimension"))),
          SimilarityMetric.parse(String.valueOf(map.get("metric"))),
          String.valueOf(map.get("indexType")));
    } catch (RuntimeException e) {
      throw new StorageCorruptionError(path, 0, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Checks that a configuration is of this store.
   *
   * @throws StorageOperationError naming the field that differs
   */
  void requireSame(VectorStorageConfig config, Path directory) {
    require(directory, "dimension", dimension, config.dimension());
    require(directory, "metric", metric.text(), config.metric().text());
    require(directory, "indexType", indexType, config.indexType());
  }

  private static void require(Path directory, String field, Object stored, Object asked) {
    if (!stored.equals(asked)) {
      throw new StorageOperationError(
          "the store in "
              + directory
              + " has "
              + field
              + " "
              + stored
              + ", the configuration says "
              + asked
              + "; export it and import it into a new store to change that");
    }
  }
}
