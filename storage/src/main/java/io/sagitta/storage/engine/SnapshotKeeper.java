package io.sagitta.storage.engine;

import io.sagitta.core.Index;
import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.fs.StorageFileSystem;
import io.sagitta.storage.log.WriteAheadLog;
import io.sagitta.storage.metadata.MetadataView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes snapshots of a store, one at a time, and removes what they make needless.
 *
 * <p>Writers wait only while the log begins a new segment and the state is pinned; writing the
 * files goes on beside them. The log's old segments go when the snapshot is there for good.
 */
final class SnapshotKeeper {
  private static final System.Logger LOGGER = System.getLogger(SnapshotKeeper.class.getName());

  private final StorageFileSystem fs;
  private final StoreLayout layout;
  private final UUID store;
  private final WriteAheadLog log;
  private final ReentrantLock one = new ReentrantLock();
  private final AtomicReference<@Nullable Thread> background = new AtomicReference<>();
  private volatile long lastLsn;
  private volatile long lastBytes;
  private volatile long failedAtBytes;

  SnapshotKeeper(
      StorageFileSystem fs,
      StoreLayout layout,
      UUID store,
      WriteAheadLog log,
      @Nullable SnapshotFiles last) {
    this.fs = fs;
    this.layout = layout;
    this.store = store;
    this.log = log;
    lastLsn = last == null ? 1 : last.lsn();
    lastBytes = last == null ? 0 : last.bytes();
  }

  /** Whether there are records in the log that are in no snapshot. */
  boolean isBehind() {
    return log.nextLsn() > lastLsn;
  }

  /** Whether the log has outgrown the last snapshot, and a number of bytes. */
  boolean isDue(long leastLogBytes) {
    long bytes = log.bytes();
    long failed = failedAtBytes;
    return bytes > leastLogBytes
        && bytes > lastBytes
        && (failed == 0 || bytes > failed + failed / 4)
        && background.get() == null;
  }

  /**
   * Takes a snapshot.
   *
   * @throws StorageOperationError if it could not be written; the one before it is still there, and
   *     nothing is lost
   */
  void take(StoreState state, ReentrantLock writeLock) {
    one.lock();
    try {
      Index pinned;
      MetadataView records;
      long lsn;
      long nextKey;
      String factory;
      writeLock.lock();
      try {
        lsn = log.rotate();
        EmbeddingIndex.Current current = state.index.current();
        factory = current.factory();
        nextKey = state.nextKey();
        pinned = current.index().snapshot();
        records = state.metadata.view();
        Originals originals = state.index.originals();
        if (originals != null) {
          originals.sync();
        }
      } finally {
        writeLock.unlock();
      }
      try (pinned;
          records) {
        SnapshotFiles taken =
            SnapshotFiles.write(fs, layout, store, lsn, nextKey, factory, pinned, records);
        lastLsn = taken.lsn();
        lastBytes = taken.bytes();
        failedAtBytes = 0;
      }
      removeOld(lsn);
      removeOriginals(state, writeLock);
    } catch (IOException e) {
      failedAtBytes = Math.max(1, log.bytes());
      throw new StorageOperationError(
          "no snapshot could be taken of the store in "
              + layout.directory()
              + "; the one before and the log are untouched: "
              + e,
          e);
    } finally {
      one.unlock();
    }
  }

  private void removeOld(long lsn) throws IOException {
    for (Path path : layout.snapshots(fs)) {
      if (StoreLayout.lsnOf(path) < lsn) {
        fs.delete(path);
      }
    }
    log.deleteBefore(lsn);
  }

  private static void removeOriginals(StoreState state, ReentrantLock writeLock)
      throws IOException {
    Originals originals = state.index.originals();
    if (originals != null) {
      writeLock.lock();
      try {
        originals.snapshotTaken();
      } finally {
        writeLock.unlock();
      }
    }
  }

  /** Runs a save on a thread of its own, unless one is running. */
  void inBackground(Runnable save) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("sagitta-snapshot")
            .unstarted(
                () -> {
                  try {
                    save.run();
                  } catch (RuntimeException e) {
                    failedAtBytes = Math.max(1, log.bytes());
                    LOGGER.log(System.Logger.Level.WARNING, "an automatic snapshot failed", e);
                  } finally {
                    background.set(null);
                  }
                });
    if (background.compareAndSet(null, thread)) {
      thread.start();
    }
  }

  /** Waits for a save that is running in the background. */
  void awaitBackground() {
    boolean interrupted = false;
    Thread thread = background.get();
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
