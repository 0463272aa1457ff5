package io.sagitta.storage.engine;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.storage.RecoveryReport;
import io.sagitta.storage.SearchOptions;
import io.sagitta.storage.SearchResult;
import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.VectorStorageConfig;
import io.sagitta.storage.filter.CompiledFilter;
import io.sagitta.storage.log.LogPayload;
import io.sagitta.storage.log.WriteAheadLog;
import io.sagitta.storage.metadata.MetadataStore;
import io.sagitta.storage.metadata.StoredRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A store at work: one writer at a time under a lock, any number of readers without one.
 *
 * <p>A write is checked, logged, applied, and only then acknowledged; a check or a log that fails
 * leaves everything as it was. If applying fails after logging (memory is short), memory and log
 * disagree: the store takes no more writes and must be opened anew, which brings the logged write
 * in.
 *
 * <p>Writing verbs return a number for {@link #awaitDurable}, which is called without the lock, so
 * that writers who wait for the device share a sync.
 */
public final class StoreEngine implements AutoCloseable {
  private final VectorStorageConfig config;
  private final StoreState state;
  private final @Nullable WriteAheadLog log;
  private final @Nullable DirectoryLock directoryLock;
  private final @Nullable SnapshotKeeper snapshots;
  private final Optimizer optimizer;
  private final Searcher searcher;
  private final RecoveryReport recovery;
  private final boolean readOnly;
  private final IdGenerator ids = new IdGenerator();
  private final ReentrantLock writeLock = new ReentrantLock(true);
  private final OperationGate gate;
  private volatile @Nullable Throwable failure;

  /** What {@link StoreOpener} has opened. */
  StoreEngine(
      VectorStorageConfig config,
      StoreState state,
      @Nullable WriteAheadLog log,
      @Nullable DirectoryLock directoryLock,
      @Nullable SnapshotKeeper snapshots,
      RecoveryReport recovery,
      boolean readOnly) {
    this.config = config;
    this.state = state;
    this.log = log;
    this.directoryLock = directoryLock;
    this.snapshots = snapshots;
    this.recovery = recovery;
    this.readOnly = readOnly;
    this.optimizer = new Optimizer(state);
    this.searcher = new Searcher(state, writeLock, config.metric(), config.similarityThreshold());
    this.gate =
        new OperationGate(
            config.path() == null ? "the store in memory" : "the store in " + config.path());
  }

  // ---- reading ----------------------------------------------------------------------------------

  /** What opening found. */
  public RecoveryReport recovery() {
    return recovery;
  }

  /** The factory string of the index in use. */
  public String factory() {
    return state.index.current().factory();
  }

  /** Embeddings in the store. */
  public long size() {
    return reading(state.metadata::size);
  }

  /** Whether there is an embedding of an id. */
  public boolean contains(String id) {
    return reading(() -> state.metadata.keyOf(id) != MetadataStore.NO_KEY);
  }

  /** Off-heap bytes of index and metadata. */
  public long offHeapBytes() {
    return reading(() -> state.index.offHeapBytes() + state.metadata.offHeapBytes());
  }

  /** An embedding's record and, if asked for, its vector; null for an unknown id. */
  public @Nullable Embedding get(String id, boolean withVector) {
    return reading(
        () -> {
          while (true) {
            long key = state.metadata.keyOf(id);
            if (key == MetadataStore.NO_KEY) {
              return null;
            }
            StoredRecord record = state.metadata.get(key);
            if (record != null) {
              if (!withVector) {
                return new Embedding(record, new float[0]);
              }
              try {
                return new Embedding(record, state.index.get(key));
              } catch (IllegalArgumentException e) {
                if (state.metadata.get(key) != null) {
                  throw e;
                }
              }
            }
          }
        });
  }

  /**
   * A record with its vector.
   *
   * @param record id and document
   * @param vector the original vector
   */
  @SuppressWarnings("ArrayRecordComponent") // a copy for the caller
  public record Embedding(StoredRecord record, float[] vector) {}

  /** The ids of the embeddings that pass a filter, in the order they were put. */
  public List<String> ids(@Nullable CompiledFilter filter) {
    return reading(
        () -> {
          List<String> found = new ArrayList<>();
          for (long key : KeyList.passing(state.metadata, filter)) {
            StoredRecord record = state.metadata.get(key);
            if (record != null) {
              found.add(record.id());
            }
          }
          return found;
        });
  }

  /** Searches for each query. */
  public List<List<SearchResult>> search(Vectors queries, int k, SearchOptions options) {
    return reading(() -> searcher.search(queries, k, options));
  }

  private interface Reading<T extends @Nullable Object> {
    T run();
  }

  private <T extends @Nullable Object> T reading(Reading<T> body) {
    gate.enter();
    try {
      return body.run();
    } finally {
      gate.leave();
    }
  }

  // ---- writing ----------------------------------------------------------------------------------

  /** A new id. */
  public String newId() {
    return ids.next();
  }

  /**
   * Puts embeddings.
   *
   * @param vectors checked here
   * @param batchIds one each, none twice
   * @param documents one each
   * @param replaceExisting whether an id that is there already is replaced; else it is refused
   * @return for {@link #awaitDurable}
   */
  public long put(Vectors vectors, String[] batchIds, byte[][] documents, boolean replaceExisting) {
    Batch batch = new Batch(vectors, batchIds, documents);
    VectorCheck.check(vectors, config.dimension(), config.metric());
    Set<String> seen = batchIds.length == 1 ? Set.of() : new HashSet<>(batchIds.length * 2);
    for (String id : batchIds) {
      Batch.checkId(id);
      if (batchIds.length > 1 && !seen.add(id)) {
        throw new IllegalArgumentException("the id " + id + " is given twice in one batch");
      }
    }
    if (batchIds.length == 0) {
      return 0;
    }
    return writing(
        () -> {
          long fresh = 0;
          for (String id : batchIds) {
            if (state.metadata.keyOf(id) == MetadataStore.NO_KEY) {
              fresh++;
            } else if (!replaceExisting) {
              throw new StorageOperationError(
                  "there is an embedding with the id " + id + " already; upsert replaces it");
            }
          }
          if (fresh > config.maxVectors() - state.metadata.size()) {
            throw new StorageOperationError(
                "the store holds "
                    + state.metadata.size()
                    + " of at most "
                    + config.maxVectors()
                    + " embeddings, "
                    + fresh
                    + " more were to be added");
          }
          long first = state.nextKey();
          long lsn = stageAndAppend(first, batch);
          if (fresh < batch.size()) {
            apply(() -> state.replaceAndPut(first, batch));
          } else {
            apply(() -> state.put(first, batch));
          }
          trainIfDue();
          return lsn;
        });
  }

  /** Replaces the metadata of an embedding. */
  public long replace(String id, byte[] document) {
    return writing(
        () -> {
          long key = requireKey(id);
          long lsn = append(List.of(LogCodec.replace(key, document)));
          apply(() -> state.replace(new long[] {key}, new byte[][] {document}));
          return lsn;
        });
  }

  /** Removes embeddings: all of them, or (if one is unknown) none. */
  public long remove(List<String> removedIds) {
    return writing(
        () -> {
          long[] keys = new long[removedIds.size()];
          for (int i = 0; i < keys.length; i++) {
            keys[i] = requireKey(removedIds.get(i));
          }
          return removeKeys(Arrays.stream(keys).distinct().toArray());
        });
  }

  /** Removes the embeddings that pass a filter; tells how many. */
  public Removal removeWhere(CompiledFilter filter) {
    return writing(
        () -> {
          long[] keys = KeyList.passing(state.metadata, filter);
          return new Removal(keys.length, removeKeys(keys));
        });
  }

  /**
   * What a removal did.
   *
   * @param count embeddings removed
   * @param lsn for {@link #awaitDurable}
   */
  public record Removal(long count, long lsn) {}

  private long removeKeys(long[] keys) {
    if (keys.length == 0) {
      return 0;
    }
    List<LogPayload> payloads = new ArrayList<>();
    for (int from = 0; from < keys.length; from += LogCodec.MAX_KEYS) {
      int to = Math.min(keys.length, from + LogCodec.MAX_KEYS);
      payloads.add(LogCodec.remove(Arrays.copyOfRange(keys, from, to)));
    }
    long lsn = append(payloads);
    apply(() -> state.remove(keys));
    return lsn;
  }

  /** Removes everything; tells how many there were. */
  public Removal clear() {
    return writing(
        () -> {
          long count = state.metadata.size();
          long lsn = append(List.of(LogCodec.clear(state.nextKey())));
          apply(() -> state.clear(state.nextKey()));
          return new Removal(count, lsn);
        });
  }

  private long requireKey(String id) {
    long key = state.metadata.keyOf(id);
    if (key == MetadataStore.NO_KEY) {
      throw unknown(id);
    }
    return key;
  }

  /** The error for an id that is not there. */
  public static StorageOperationError unknown(String id) {
    return new StorageOperationError("there is no embedding with the id " + id);
  }

  private <T> T writing(Reading<T> body) {
    gate.enter();
    try {
      writeLock.lock();
      try {
        requireWritable();
        return body.run();
      } finally {
        writeLock.unlock();
      }
    } finally {
      gate.leave();
    }
  }

  private void requireWritable() {
    if (readOnly) {
      throw new StorageOperationError(
          "the store in " + config.path() + " is open for reading only");
    }
    Throwable cause = failure;
    if (cause != null) {
      throw new StorageOperationError(
          "the store failed while it applied a write, and takes no more; open it anew: " + cause,
          cause);
    }
  }

  private long stageAndAppend(long first, Batch batch) {
    state.index.stage(first, batch.vectors());
    boolean done = false;
    try {
      long lsn = append(LogCodec.put(first, batch));
      done = true;
      return lsn;
    } finally {
      if (!done) {
        state.index.unstage(first, batch.size());
      }
    }
  }

  private long append(List<LogPayload> payloads) {
    return log == null ? 0 : log.append(payloads.iterator());
  }

  private void apply(Runnable change) {
    try {
      change.run();
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
  }

  private void trainIfDue() {
    EmbeddingIndex index = state.index;
    if (index.isStaged() && state.metadata.size() >= index.plan().trainsAt(config.maxVectors())) {
      optimizer.rebuild(ProgressListener.NONE);
    }
  }

  /**
   * Returns when a write survives what the durability promises, and looks whether a snapshot is
   * due.
   *
   * @param lsn what the writing verb returned
   */
  public void awaitDurable(long lsn) {
    if (log == null || lsn == 0) {
      return;
    }
    log.awaitDurable(lsn);
    if (config.autoSave() && snapshots != null && snapshots.isDue(config.snapshotLogBytes())) {
      snapshots.inBackground(this::save);
    }
  }

  // ---- the whole --------------------------------------------------------------------------------

  /** Takes a snapshot and makes everything durable. Nothing to do for a store in memory. */
  public void save() {
    gate.enter();
    try {
      requireWritable();
      if (snapshots != null) {
        snapshots.take(state, writeLock);
      }
    } finally {
      gate.leave();
    }
  }

  /**
   * Trains or rebuilds the index where that is due, gives back unused memory, and saves. Searches
   * run meanwhile, writers wait.
   *
   * @throws java.util.concurrent.CancellationException if the listener stopped it; nothing is
   *     changed then
   */
  public void optimize(ProgressListener listener) {
    writing(
        () -> {
          optimizer.optimize(listener);
          state.metadata.compact();
          return true;
        });
    save();
  }

  /** The configuration. */
  public VectorStorageConfig config() {
    return config;
  }

  /** Hands every embedding on, in the order of keys, while writers wait. */
  void export(ExportVisitor visitor) throws IOException {
    gate.enter();
    try {
      writeLock.lock();
      try {
        long[] keys = KeyList.passing(state.metadata, null);
        for (long key : keys) {
          StoredRecord record = state.metadata.get(key);
          if (record != null) {
            visitor.embedding(record, state.index.get(key));
          }
        }
      } finally {
        writeLock.unlock();
      }
    } finally {
      gate.leave();
    }
  }

  /** Receives embeddings. */
  interface ExportVisitor {
    void embedding(StoredRecord record, float[] vector) throws IOException;
  }

  /** Closes, with a last snapshot if the store saves by itself. Waits for running operations. */
  @Override
  public void close() {
    if (gate.isClosed()) {
      return;
    }
    RuntimeException problem = null;
    if (snapshots != null) {
      snapshots.awaitBackground();
      if (config.autoSave() && failure == null && snapshots.isBehind()) {
        try {
          save();
        } catch (RuntimeException e) {
          problem = e;
        }
      }
    }
    if (!gate.close()) {
      return;
    }
    long lsn = -1;
    try {
      if (log != null) {
        log.close();
        lsn = failure == null ? log.nextLsn() : -1;
      }
    } catch (IOException e) {
      problem = new StorageOperationError("the log could not be closed: " + e, e);
    } finally {
      state.index.close();
      state.metadata.close(problem == null ? lsn : -1);
      try {
        if (directoryLock != null) {
          directoryLock.close();
        }
      } catch (IOException e) {
        problem = new StorageOperationError("the directory's lock could not be given back", e);
      }
    }
    if (problem != null) {
      throw problem;
    }
  }
}
