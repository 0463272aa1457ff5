package io.sagitta.storage;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A handle from a {@link VectorStoragePool}, to be closed when it is no longer needed.
 *
 * <p>For the caller who acquired it; the verbs it gives may be used from any thread until then.
 */
public final class PooledVectorStorage implements AutoCloseable {
  static final System.Logger LOGGER = System.getLogger(VectorStoragePool.class.getName());
  private static final Cleaner CLEANER = Cleaner.create();

  private final VectorStoragePool pool;
  private final VectorStorage storage;
  private final AsyncVectorStorage async;
  private final Lease lease;
  private final Cleaner.Cleanable cleanable;

  /** What outlives a handle that is forgotten. */
  private static final class Lease implements Runnable {
    final VectorStoragePool pool;
    final HandleSlot slot;
    final AtomicBoolean over = new AtomicBoolean();
    final Throwable acquired = new Throwable("it was acquired here");

    Lease(VectorStoragePool pool, HandleSlot slot) {
      this.pool = pool;
      this.slot = slot;
    }

    @Override
    public void run() {
      if (over.compareAndSet(false, true)) {
        LOGGER.log(
            System.Logger.Level.ERROR,
            "a pooled storage handle was never closed; its place is given back",
            acquired);
        pool.giveBack(slot, true);
      }
    }
  }

  PooledVectorStorage(
      VectorStoragePool pool, HandleSlot slot, VectorStorage storage, AsyncVectorStorage async) {
    this.pool = pool;
    this.storage = storage;
    this.async = async;
    this.lease = new Lease(pool, slot);
    this.cleanable = CLEANER.register(this, lease);
  }

  VectorStoragePool pool() {
    return pool;
  }

  /**
   * The store.
   *
   * @throws StorageOperationError if the handle was given back
   */
  public VectorStorage storage() {
    requireHeld();
    return storage;
  }

  /**
   * The store's asynchronous verbs.
   *
   * @throws StorageOperationError if the handle was given back
   */
  public AsyncVectorStorage async() {
    requireHeld();
    return async;
  }

  private void requireHeld() {
    if (lease.over.get()) {
      throw new StorageOperationError("the pooled handle is used after its release");
    }
  }

  /** The place in the pool that it has. */
  HandleSlot slot() {
    return lease.slot;
  }

  /**
   * Gives the handle back.
   *
   * @throws StorageOperationError if it was given back already
   */
  @Override
  public void close() {
    if (!lease.over.compareAndSet(false, true)) {
      throw new StorageOperationError("the pooled handle is released twice");
    }
    cleanable.clean();
    pool.giveBack(lease.slot, false);
  }
}
