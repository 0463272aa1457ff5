package io.sagitta.storage;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.storage.filter.Filter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of a {@link VectorStorage} as futures.
 *
 * <p>Writing verbs are carried out in the order of the calls, one after the other; a future is
 * completed when its write survives what the durability promises, and writes that wait for the
 * device together share a sync. Searches run side by side, each on a virtual thread.
 *
 * <p><b>Back-pressure.</b> At most {@link Limits#queuedWrites} writes, as many calls that are cut
 * into batches, and {@link Limits#queuedReads} reads are under way; a call beyond that waits until
 * there is room. Nothing piles up without bound.
 *
 * <p><b>Cancellation.</b> Cancelling the future of {@link #batchAddEmbeddings} stops it before its
 * next batch; the batches before stay. Other verbs are not stopped once they are called; cancelling
 * their futures only lets the caller go.
 *
 * <p>Failures complete the future with the exceptions of {@link VectorStorage}. Safe for all
 * threads.
 */
public final class AsyncVectorStorage implements AutoCloseable {
  /** Embeddings that a batch is cut into when nothing else is said. */
  public static final int DEFAULT_BATCH = 1_000;

  /**
   * How much may be under way.
   *
   * @param queuedWrites writes, 1 or more
   * @param queuedReads searches and look-ups, 1 or more
   */
  public record Limits(int queuedWrites, int queuedReads) {
    /** 256 writes and 256 reads. */
    public static final Limits DEFAULT = new Limits(256, 256);

    /** Checks the numbers. */
    public Limits {
      if (queuedWrites < 1 || queuedReads < 1) {
        throw new IllegalArgumentException(
            "queuedWrites is "
                + queuedWrites
                + " and queuedReads "
                + queuedReads
                + ", must be 1 or more");
      }
    }
  }

  private final VectorStorage storage;
  private final boolean owned;
  private final WriteLane lane;
  private final Semaphore reads;
  private final Semaphore writes;

  /** Calls that are cut into several writes. */
  private final Semaphore batches;

  private final Limits limits;
  private volatile boolean closed;

  private AsyncVectorStorage(VectorStorage storage, boolean owned, Limits limits) {
    this.storage = storage;
    this.owned = owned;
    this.limits = limits;
    this.lane = new WriteLane();
    this.reads = new Semaphore(limits.queuedReads());
    this.writes = new Semaphore(limits.queuedWrites());
    this.batches = new Semaphore(limits.queuedWrites());
  }

  /** Opens a store; closing this closes it. */
  public static CompletableFuture<AsyncVectorStorage> create(VectorStorageConfig config) {
    return create(config, null, Limits.DEFAULT);
  }

  /** Opens a store whose verbs a monitor admits. */
  public static CompletableFuture<AsyncVectorStorage> create(
      VectorStorageConfig config, @Nullable ResourceMonitor monitor, Limits limits) {
    CompletableFuture<AsyncVectorStorage> future = new CompletableFuture<>();
    Thread.startVirtualThread(
        () ->
            complete(
                future,
                () -> new AsyncVectorStorage(VectorStorage.open(config, monitor), true, limits)));
    return future;
  }

  /** The verbs of a store that is open; closing this drains it and leaves the store open. */
  public static AsyncVectorStorage over(VectorStorage storage, Limits limits) {
    return new AsyncVectorStorage(storage, false, limits);
  }

  /** The store whose verbs these are. */
  public VectorStorage storage() {
    return storage;
  }

  // ---- writing ----------------------------------------------------------------------------------

  /** {@link VectorStorage#addEmbedding(float[], VectorMetadata)}. */
  public CompletableFuture<String> addEmbedding(float[] vector, VectorMetadata metadata) {
    return addEmbedding(vector, metadata, storage.newIds(1).getFirst());
  }

  /** {@link VectorStorage#addEmbedding(float[], VectorMetadata, String)}. */
  public CompletableFuture<String> addEmbedding(
      float[] vector, VectorMetadata metadata, String id) {
    Vectors copy = Vectors.one(vector.clone());
    return write(() -> storage.startPut(copy, List.of(metadata), List.of(id), false), () -> id);
  }

  /** {@link VectorStorage#upsert}. */
  public CompletableFuture<String> upsert(float[] vector, VectorMetadata metadata, String id) {
    Vectors copy = Vectors.one(vector.clone());
    return write(() -> storage.startPut(copy, List.of(metadata), List.of(id), true), () -> id);
  }

  /** Adds embeddings in batches of {@value #DEFAULT_BATCH}, under new ids. */
  public CompletableFuture<List<String>> batchAddEmbeddings(
      Vectors vectors, List<VectorMetadata> metadata) {
    return batchAddEmbeddings(
        vectors, metadata, storage.newIds(metadata.size()), DEFAULT_BATCH, ProgressListener.NONE);
  }

  /**
   * Adds embeddings in batches; each batch is added as a whole or not at all.
   *
   * @param vectors n × dimension; must not change until the future is completed
   * @param batch embeddings in a batch, 1 or more
   * @param listener is told after every batch (stage {@code add}), and stops it by answering false:
   *     the future then fails with a {@link CancellationException}, the batches before stay
   * @return the ids
   */
  public CompletableFuture<List<String>> batchAddEmbeddings(
      Vectors vectors,
      List<VectorMetadata> metadata,
      List<String> ids,
      int batch,
      ProgressListener listener) {
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + ", must be 1 or more");
    }
    if (vectors.n() != metadata.size() || vectors.n() != ids.size()) {
      throw new IllegalArgumentException(
          vectors.n()
              + " vectors are given with "
              + metadata.size()
              + " metadata and "
              + ids.size()
              + " ids");
    }
    List<VectorMetadata> allMetadata = List.copyOf(metadata);
    List<String> allIds = List.copyOf(ids);
    CompletableFuture<List<String>> future = new CompletableFuture<>();
    batches.acquireUninterruptibly();
    if (closed) {
      batches.release();
      throw closedError();
    }
    Thread.startVirtualThread(
        () -> {
          try {
            complete(
                future,
                () -> {
                  addAll(vectors, allMetadata, allIds, batch, listener, future);
                  return allIds;
                });
          } finally {
            batches.release();
          }
        });
    return future;
  }

  private void addAll(
      Vectors vectors,
      List<VectorMetadata> metadata,
      List<String> ids,
      int batch,
      ProgressListener listener,
      CompletableFuture<?> future) {
    for (int from = 0; from < ids.size(); from += batch) {
      if (future.isCancelled()) {
        throw new CancellationException("cancelled after " + from + " embeddings");
      }
      int to = Math.min(ids.size(), from + batch);
      Vectors slice = vectors.slice(from, to - from);
      List<VectorMetadata> someMetadata = metadata.subList(from, to);
      List<String> someIds = ids.subList(from, to);
      // While a batch is under way, closing waits, and its writes are taken.
      write(() -> storage.startPut(slice, someMetadata, someIds, false), () -> true, true).join();
      listener.report("add", to, ids.size());
    }
  }

  /** {@link #batchAddEmbeddings(Vectors, List)} under given ids. */
  public CompletableFuture<List<String>> batchAddEmbeddings(
      Vectors vectors, List<VectorMetadata> metadata, List<String> ids) {
    return batchAddEmbeddings(vectors, metadata, ids, DEFAULT_BATCH, ProgressListener.NONE);
  }

  /** {@link #batchAddEmbeddings(Vectors, List)} over a copy of rows. */
  public CompletableFuture<List<String>> batchAddEmbeddings(
      float[][] vectors, List<VectorMetadata> metadata) {
    return batchAddEmbeddings(VectorStorage.rows(vectors), metadata);
  }

  /** {@link #batchAddEmbeddings(Vectors, List, List)} over a copy of rows. */
  public CompletableFuture<List<String>> batchAddEmbeddings(
      float[][] vectors, List<VectorMetadata> metadata, List<String> ids) {
    return batchAddEmbeddings(VectorStorage.rows(vectors), metadata, ids);
  }

  /**
   * {@link VectorStorage#batchUpsert}, all of them in one write; gives the ids.
   *
   * @param vectors must not change until the future is completed
   */
  public CompletableFuture<List<String>> batchUpsert(
      Vectors vectors, List<VectorMetadata> metadata, List<String> ids) {
    List<VectorMetadata> allMetadata = List.copyOf(metadata);
    List<String> allIds = List.copyOf(ids);
    return write(() -> storage.startPut(vectors, allMetadata, allIds, true), () -> allIds);
  }

  /** {@link VectorStorage#updateMetadata}. */
  public CompletableFuture<String> updateMetadata(String id, VectorMetadata metadata) {
    return write(() -> storage.startUpdate(id, metadata), () -> id);
  }

  /** {@link VectorStorage#deleteEmbedding}. */
  public CompletableFuture<String> deleteEmbedding(String id) {
    return write(() -> storage.startDelete(List.of(id)), () -> id);
  }

  /** {@link VectorStorage#deleteEmbeddings(List)}; gives how many ids were given. */
  public CompletableFuture<Integer> deleteEmbeddings(List<String> ids) {
    List<String> copy = List.copyOf(ids);
    return write(() -> storage.startDelete(copy), copy::size);
  }

  /** {@link VectorStorage#deleteEmbeddings(Filter)}. */
  public CompletableFuture<Long> deleteEmbeddings(Filter filter) {
    return inOrder(() -> storage.deleteEmbeddings(filter));
  }

  /** {@link VectorStorage#clear}. */
  public CompletableFuture<Boolean> clear() {
    return inOrder(
        () -> {
          storage.clear();
          return true;
        });
  }

  /** {@link VectorStorage#save}, after the writes called before. */
  public CompletableFuture<Boolean> save() {
    return inOrder(
        () -> {
          storage.save();
          return true;
        });
  }

  /** {@link VectorStorage#optimizeIndex()}, after the writes called before. */
  public CompletableFuture<Boolean> optimizeIndex() {
    return optimizeIndex(ProgressListener.NONE);
  }

  /**
   * {@link VectorStorage#optimizeIndex(ProgressListener)}, after the writes called before; the
   * future fails with a {@link CancellationException} if the listener stopped it.
   */
  public CompletableFuture<Boolean> optimizeIndex(ProgressListener listener) {
    return inOrder(
        () -> {
          storage.optimizeIndex(listener);
          return true;
        });
  }

  /** {@link VectorStorage#exportTo}, after the writes called before. */
  public CompletableFuture<Boolean> exportTo(Path directory) {
    return inOrder(
        () -> {
          storage.exportTo(directory);
          return true;
        });
  }

  /**
   * {@link VectorStorage#importFrom}, after the writes called before; gives how many there were.
   */
  public CompletableFuture<Long> importFrom(Path directory) {
    return inOrder(() -> storage.importFrom(directory));
  }

  /** Applies in order, and waits for the device beside the lane. */
  private <T> CompletableFuture<T> write(Supplier<Long> start, Supplier<T> result) {
    return write(start, result, false);
  }

  private <T> CompletableFuture<T> write(
      Supplier<Long> start, Supplier<T> result, boolean ofBatch) {
    return submit(
        ofBatch,
        future -> {
          long ticket = start.get();
          Thread.startVirtualThread(
              () -> {
                complete(
                    future,
                    () -> {
                      storage.awaitDurable(ticket);
                      return result.get();
                    });
                writes.release();
              });
          return false;
        });
  }

  private <T> CompletableFuture<T> inOrder(Supplier<T> body) {
    return submit(
        false,
        future -> {
          complete(future, body);
          return true;
        });
  }

  private interface Step<T> {
    /** Returns whether the write is over. */
    boolean run(CompletableFuture<T> future);
  }

  private <T> CompletableFuture<T> submit(boolean ofBatch, Step<T> step) {
    CompletableFuture<T> future = new CompletableFuture<>();
    writes.acquireUninterruptibly();
    boolean queued =
        (ofBatch || !closed)
            && lane.offer(
                () -> {
                  boolean over = true;
                  try {
                    over = step.run(future);
                  } catch (Throwable t) {
                    future.completeExceptionally(t);
                  } finally {
                    if (over) {
                      writes.release();
                    }
                  }
                });
    if (!queued) {
      writes.release();
      throw closedError();
    }
    return future;
  }

  private static <T> void complete(CompletableFuture<T> future, Supplier<T> body) {
    try {
      future.complete(body.get());
    } catch (java.util.concurrent.CompletionException e) {
      future.completeExceptionally(e.getCause() == null ? e : e.getCause());
    } catch (Throwable t) {
      future.completeExceptionally(t);
    }
  }

  // ---- reading ----------------------------------------------------------------------------------

  /** {@link VectorStorage#searchSimilar(float[], int)}. */
  public CompletableFuture<List<SearchResult>> searchSimilar(float[] query, int k) {
    return searchSimilar(query, k, SearchOptions.DEFAULT);
  }

  /** {@link VectorStorage#searchSimilar(float[], int, double)}. */
  public CompletableFuture<List<SearchResult>> searchSimilar(
      float[] query, int k, double threshold) {
    float[] copy = query.clone();
    return read(() -> storage.searchSimilar(copy, k, threshold));
  }

  /** {@link VectorStorage#searchSimilar(float[], int, SearchOptions)}. */
  public CompletableFuture<List<SearchResult>> searchSimilar(
      float[] query, int k, SearchOptions options) {
    float[] copy = query.clone();
    return read(() -> storage.searchSimilar(copy, k, options));
  }

  /** {@link VectorStorage#searchSimilar(Vectors, int, SearchOptions)}. */
  public CompletableFuture<List<List<SearchResult>>> searchSimilar(
      Vectors queries, int k, SearchOptions options) {
    return read(() -> storage.searchSimilar(queries, k, options));
  }

  /** {@link VectorStorage#getEmbedding}. */
  public CompletableFuture<StoredEmbedding> getEmbedding(String id) {
    return read(() -> storage.getEmbedding(id));
  }

  /** {@link VectorStorage#getMetadata}. */
  public CompletableFuture<VectorMetadata> getMetadata(String id) {
    return read(() -> storage.getMetadata(id));
  }

  /** {@link VectorStorage#ids}. */
  public CompletableFuture<List<String>> ids(@Nullable Filter filter) {
    return read(() -> storage.ids(filter));
  }

  /** {@link VectorStorage#contains}. */
  public CompletableFuture<Boolean> contains(String id) {
    return read(() -> storage.contains(id));
  }

  /** {@link VectorStorage#size}. */
  public CompletableFuture<Long> size() {
    return read(storage::size);
  }

  private <T> CompletableFuture<T> read(Supplier<T> body) {
    requireOpen();
    CompletableFuture<T> future = new CompletableFuture<>();
    reads.acquireUninterruptibly();
    Thread.startVirtualThread(
        () -> {
          try {
            complete(future, body);
          } finally {
            reads.release();
          }
        });
    return future;
  }

  private void requireOpen() {
    if (closed) {
      throw closedError();
    }
  }

  private static StorageOperationError closedError() {
    return new StorageOperationError("the asynchronous storage is closed");
  }

  /** Verbs that are under way: reads, writes, and calls that are cut into batches. */
  public int underWay() {
    return limits.queuedReads()
        - reads.availablePermits()
        + limits.queuedWrites()
        - writes.availablePermits()
        + limits.queuedWrites()
        - batches.availablePermits();
  }

  /** Refuses new verbs, waits for all that were called, and closes the store if it opened it. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    batches.acquireUninterruptibly(limits.queuedWrites());
    batches.release(limits.queuedWrites());
    writes.acquireUninterruptibly(limits.queuedWrites());
    reads.acquireUninterruptibly(limits.queuedReads());
    writes.release(limits.queuedWrites());
    reads.release(limits.queuedReads());
    lane.close();
    if (owned) {
      storage.close();
    }
  }

  /** {@link #close} as a future. */
  public CompletableFuture<Boolean> closeAsync() {
    CompletableFuture<Boolean> future = new CompletableFuture<>();
    Thread.startVirtualThread(
        () ->
            complete(
                future,
                () -> {
                  close();
                  return true;
                }));
    return future;
  }
}
