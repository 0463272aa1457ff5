package io.sagitta.storage;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.storage.document.DocumentReader;
import io.sagitta.storage.document.DocumentWriter;
import io.sagitta.storage.engine.Exchange;
import io.sagitta.storage.engine.StoreEngine;
import io.sagitta.storage.engine.StoreOpener;
import io.sagitta.storage.filter.CompiledFilter;
import io.sagitta.storage.filter.Filter;
import io.sagitta.storage.fs.DiskFileSystem;
import io.sagitta.storage.fs.StorageFileSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings with metadata: add, find what is near, filter, change, remove, and lose nothing that
 * was acknowledged.
 *
 * <pre>{@code
 * try (VectorStorage storage = VectorStorage.open(VectorStorageConfig.createDefault(dir, 768))) {
 *   String id = storage.addEmbedding(vector, VectorMetadata.of("scene", Instant.now(), "clip-1"));
 *   List<SearchResult> near = storage.searchSimilar(query, 10);
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Any number may call any verb; virtual threads too. Writers take turns;
 * searches wait for nobody and run while embeddings are added, removed and saved. A reader sees
 * each embedding whole, vector and metadata of one version, or not at all.
 *
 * <p><b>Durability.</b> A verb that changes something returns when the change survives what {@link
 * VectorStorageConfig#durability} promises. A batch is there after a crash as a whole or not at
 * all.
 *
 * <p><b>Memory.</b> Originals are stored once. With the cosine an embedding of dimension d takes
 * 4·d + 4 bytes in a flat index, and with HNSW 260 bytes of links more; its key takes 24 to 60
 * bytes, its id and metadata their own size and some 35 to 57 bytes.
 *
 * <p><b>Errors.</b> {@link StorageOperationError} when a verb cannot be carried out (the store is
 * unchanged then), {@link ResourceExceededError} when its monitor's quota forbids it, {@link
 * IllegalArgumentException} for arguments that make no sense.
 */
public final class VectorStorage implements AutoCloseable {
  private final StoreEngine engine;
  private final @Nullable ResourceMonitor monitor;

  private VectorStorage(StoreEngine engine, @Nullable ResourceMonitor monitor) {
    this.engine = engine;
    this.monitor = monitor;
    if (monitor != null) {
      monitor.attach(this, engine.size(), engine::offHeapBytes);
    }
  }

  /**
   * Opens a store; makes its directory if there is none. See {@link #recovery} for what was found.
   */
  public static VectorStorage open(VectorStorageConfig config) {
    return open(config, null);
  }

  /**
   * Opens a store whose verbs a monitor admits.
   *
   * @param monitor counts the store's embeddings and refuses what goes over its quota; null for
   *     none
   */
  public static VectorStorage open(VectorStorageConfig config, @Nullable ResourceMonitor monitor) {
    return open(config, monitor, DiskFileSystem.INSTANCE);
  }

  static VectorStorage open(
      VectorStorageConfig config, @Nullable ResourceMonitor monitor, StorageFileSystem fs) {
    StoreEngine engine = StoreOpener.open(config, fs);
    try {
      return new VectorStorage(engine, monitor);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /**
   * Opens the last snapshot of a store for reading, while another process may write in it. Changes
   * made after the snapshot do not show; open it again after the writer has saved.
   */
  public static VectorStorage openReadOnly(VectorStorageConfig config) {
    return new VectorStorage(StoreOpener.openReadOnly(config, DiskFileSystem.INSTANCE), null);
  }

  // ---- adding -----------------------------------------------------------------------------------

  /**
   * Adds an embedding under a new id (a UUID of version 7).
   *
   * @param vector dimension floats, copied
   * @return the id
   */
  public String addEmbedding(float[] vector, VectorMetadata metadata) {
    return addEmbedding(vector, metadata, engine.newId());
  }

  /**
   * Adds an embedding.
   *
   * @throws StorageOperationError if there is one of the id already
   */
  public String addEmbedding(float[] vector, VectorMetadata metadata, String id) {
    engine.awaitDurable(startPut(Vectors.one(vector), List.of(metadata), List.of(id), false));
    return id;
  }

  /**
   * Adds embeddings under new ids, all of them or none.
   *
   * @param vectors n × dimension
   * @param metadata n
   * @return the ids
   */
  public List<String> batchAddEmbeddings(Vectors vectors, List<VectorMetadata> metadata) {
    return batchAddEmbeddings(vectors, metadata, newIds(metadata.size()));
  }

  /**
   * Adds embeddings, all of them or none.
   *
   * @throws StorageOperationError if there is one of one of the ids already
   */
  public List<String> batchAddEmbeddings(
      Vectors vectors, List<VectorMetadata> metadata, List<String> ids) {
    engine.awaitDurable(startPut(vectors, metadata, ids, false));
    return List.copyOf(ids);
  }

  /** {@link #batchAddEmbeddings(Vectors, List)} over rows. */
  public List<String> batchAddEmbeddings(float[][] vectors, List<VectorMetadata> metadata) {
    return batchAddEmbeddings(rows(vectors), metadata);
  }

  /** {@link #batchAddEmbeddings(Vectors, List, List)} over rows. */
  public List<String> batchAddEmbeddings(
      float[][] vectors, List<VectorMetadata> metadata, List<String> ids) {
    return batchAddEmbeddings(rows(vectors), metadata, ids);
  }

  /** Adds an embedding, or replaces vector and metadata of the one that has the id. */
  public void upsert(float[] vector, VectorMetadata metadata, String id) {
    engine.awaitDurable(startPut(Vectors.one(vector), List.of(metadata), List.of(id), true));
  }

  /** Adds or replaces embeddings, all of them or none. */
  public void batchUpsert(Vectors vectors, List<VectorMetadata> metadata, List<String> ids) {
    engine.awaitDurable(startPut(vectors, metadata, ids, true));
  }

  List<String> newIds(int n) {
    String[] ids = new String[n];
    for (int i = 0; i < n; i++) {
      ids[i] = engine.newId();
    }
    return List.of(ids);
  }

  /** Adds without waiting for the device; {@link #awaitDurable} does. */
  long startPut(
      Vectors vectors, List<VectorMetadata> metadata, List<String> ids, boolean replaceExisting) {
    if (vectors.n() != metadata.size() || vectors.n() != ids.size()) {
      throw new IllegalArgumentException(
          vectors.n()
              + " vectors are given with "
              + metadata.size()
              + " metadata and "
              + ids.size()
              + " ids");
    }
    byte[][] documents = new byte[metadata.size()][];
    for (int i = 0; i < documents.length; i++) {
      documents[i] = DocumentWriter.write(metadata.get(i).toMap());
    }
    try (ResourceContext context = admitAdd(vectors)) {
      long before = engine.size();
      long lsn = engine.put(vectors, ids.toArray(String[]::new), documents, replaceExisting);
      if (context != null) {
        context.succeed(replaceExisting ? Math.max(0, engine.size() - before) : vectors.n());
      }
      return lsn;
    }
  }

  private @Nullable ResourceContext admitAdd(Vectors vectors) {
    return monitor == null
        ? null
        : ResourceContext.add(monitor, vectors.n(), vectors.d(), vectors.n() * vectors.rowBytes());
  }

  void awaitDurable(long ticket) {
    engine.awaitDurable(ticket);
  }

  static Vectors rows(float[][] vectors) {
    int d = vectors.length == 0 ? 1 : vectors[0].length;
    float[] all = new float[Math.multiplyExact(vectors.length, d)];
    for (int i = 0; i < vectors.length; i++) {
      if (vectors[i].length != d) {
        throw new IllegalArgumentException(
            "vector " + i + " has " + vectors[i].length + " floats, vector 0 has " + d);
      }
      System.arraycopy(vectors[i], 0, all, i * d, d);
    }
    return Vectors.of(all, Math.max(1, d));
  }

  // ---- finding ----------------------------------------------------------------------------------

  /** The k most similar embeddings that reach the store's threshold, most similar first. */
  public List<SearchResult> searchSimilar(float[] query, int k) {
    return searchSimilar(query, k, SearchOptions.DEFAULT);
  }

  /** The k most similar embeddings that reach a threshold, most similar first. */
  public List<SearchResult> searchSimilar(float[] query, int k, double threshold) {
    return searchSimilar(query, k, SearchOptions.DEFAULT.withThreshold(threshold));
  }

  /**
   * The k most similar embeddings that pass the filter and reach the threshold, most similar first:
   * k of them whenever k pass and reach it.
   */
  public List<SearchResult> searchSimilar(float[] query, int k, SearchOptions options) {
    return searchSimilar(Vectors.one(query), k, options).getFirst();
  }

  /** {@link #searchSimilar(float[], int, SearchOptions)} for each query of a batch. */
  public List<List<SearchResult>> searchSimilar(Vectors queries, int k, SearchOptions options) {
    if (monitor == null) {
      return engine.search(queries, k, options);
    }
    try (ResourceContext context = ResourceContext.search(monitor)) {
      List<List<SearchResult>> results = engine.search(queries, k, options);
      context.succeed(0);
      return results;
    }
  }

  /**
   * An embedding as it was added, bit for bit.
   *
   * @throws StorageOperationError if there is none of the id, naming it
   */
  public StoredEmbedding getEmbedding(String id) {
    StoreEngine.Embedding found = engine.get(id, true);
    if (found == null) {
      throw StoreEngine.unknown(id);
    }
    return new StoredEmbedding(id, found.vector(), metadata(found));
  }

  /**
   * The metadata of an embedding.
   *
   * @throws StorageOperationError if there is none of the id, naming it
   */
  public VectorMetadata getMetadata(String id) {
    StoreEngine.Embedding found = engine.get(id, false);
    if (found == null) {
      throw StoreEngine.unknown(id);
    }
    return metadata(found);
  }

  private static VectorMetadata metadata(StoreEngine.Embedding found) {
    return VectorMetadata.fromMap(DocumentReader.read(found.record().document()));
  }

  /** Whether there is an embedding of the id. */
  public boolean contains(String id) {
    return engine.contains(id);
  }

  /** Embeddings in the store. */
  public long size() {
    return engine.size();
  }

  /** The ids of the embeddings that pass a filter (null: of all), in the order they were added. */
  public List<String> ids(@Nullable Filter filter) {
    return engine.ids(CompiledFilter.ofNullable(filter));
  }

  // ---- changing ---------------------------------------------------------------------------------

  /**
   * Replaces the metadata of an embedding.
   *
   * @throws StorageOperationError if there is none of the id, naming it
   */
  public void updateMetadata(String id, VectorMetadata metadata) {
    engine.awaitDurable(startUpdate(id, metadata));
  }

  long startUpdate(String id, VectorMetadata metadata) {
    return engine.replace(id, DocumentWriter.write(metadata.toMap()));
  }

  /**
   * Removes an embedding.
   *
   * @throws StorageOperationError if there is none of the id, naming it
   */
  public void deleteEmbedding(String id) {
    deleteEmbeddings(List.of(id));
  }

  /**
   * Removes embeddings, all of them or none.
   *
   * @throws StorageOperationError if there is none of one of the ids, naming it
   */
  public void deleteEmbeddings(List<String> ids) {
    engine.awaitDurable(startDelete(ids));
  }

  long startDelete(List<String> ids) {
    if (monitor == null) {
      return engine.remove(ids);
    }
    try (ResourceContext context = ResourceContext.remove(monitor)) {
      long lsn = engine.remove(ids);
      context.succeed(ids.stream().distinct().count());
      return lsn;
    }
  }

  /**
   * Removes the embeddings that pass a filter.
   *
   * @return how many
   */
  public long deleteEmbeddings(Filter filter) {
    return finish(engine.removeWhere(CompiledFilter.of(filter)));
  }

  /** Removes everything. */
  public void clear() {
    finish(engine.clear());
  }

  private long finish(StoreEngine.Removal removal) {
    if (monitor != null) {
      try (ResourceContext context = ResourceContext.remove(monitor)) {
        context.succeed(removal.count());
      }
    }
    engine.awaitDurable(removal.lsn());
    return removal.count();
  }

  // ---- the whole --------------------------------------------------------------------------------

  /** Takes a snapshot: opening is fast afterwards, and reading processes see what is there now. */
  public void save() {
    engine.save();
  }

  /** {@link #optimizeIndex(ProgressListener)} without being told how far it is. */
  public void optimizeIndex() {
    engine.optimize(ProgressListener.NONE);
  }

  /**
   * Trains an index that has to be trained, or trains it anew for the number of embeddings there
   * is; makes a graph anew that has lost many; gives back memory that removals left; saves.
   *
   * @param listener is told how far it is, and may stop it, which leaves the index as it was
   * @throws java.util.concurrent.CancellationException if it was stopped
   */
  public void optimizeIndex(ProgressListener listener) {
    engine.optimize(listener);
  }

  /**
   * Writes everything to two files: {@code index.faiss}, which FAISS reads (exact vectors, in a
   * flat index under an id map; of length 1 for the cosine), and {@code embeddings.jsonl}, a line
   * of JSON for each embedding: its number in the index, its id, its length (cosine) and its
   * metadata.
   *
   * @param directory made if it is not there
   */
  public void exportTo(Path directory) {
    Exchange.exportTo(engine, directory);
  }

  /**
   * Adds what {@link #exportTo} wrote, all of it or (if an id is there already) nothing.
   *
   * @return how many embeddings were added
   */
  public long importFrom(Path directory) {
    Exchange.Imported imported = Exchange.read(engine, directory);
    List<VectorMetadata> metadata =
        imported.metadata().stream()
            .map((Map<String, @Nullable Object> m) -> VectorMetadata.fromMap(m))
            .toList();
    batchAddEmbeddings(imported.vectors(), metadata, imported.ids());
    return imported.ids().size();
  }

  /** What opening the store found on disk. */
  public RecoveryReport recovery() {
    return engine.recovery();
  }

  /** The factory string of the index in use, such as {@code HNSW32,Cosine}. */
  public String indexDescription() {
    return engine.factory();
  }

  /** Bytes of index and metadata outside the heap. */
  public long offHeapBytes() {
    return engine.offHeapBytes();
  }

  /** The store's configuration. */
  public VectorStorageConfig config() {
    return engine.config();
  }

  /**
   * Waits for running verbs, saves if the store does so by itself, and closes. Later calls throw.
   */
  @Override
  public void close() {
    if (monitor != null) {
      monitor.detach(this);
    }
    engine.close();
  }
}
