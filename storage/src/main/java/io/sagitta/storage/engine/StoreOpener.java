package io.sagitta.storage.engine;

import io.sagitta.storage.RecoveryReport;
import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.VectorStorageConfig;
import io.sagitta.storage.fs.StorageFileSystem;
import io.sagitta.storage.log.LogScan;
import io.sagitta.storage.log.WriteAheadLog;
import io.sagitta.storage.metadata.MetadataStore;
import io.sagitta.storage.metadata.MetadataStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Opens stores: takes the directory's lock, recovers what is there, and gives it to a {@link
 * StoreEngine}. What was taken is given back when opening fails. Stateless; safe for all threads.
 */
public final class StoreOpener {
  private StoreOpener() {}

  /**
   * Opens a store, making its directory if it is not there.
   *
   * @throws StorageOperationError if another process writes in it, it is of another kind than the
   *     configuration says, or a file is damaged
   */
  public static StoreEngine open(VectorStorageConfig config, StorageFileSystem fs) {
    IndexPlan plan = IndexPlan.of(config, Memory.budget());
    Path path = config.path();
    if (path == null) {
      return inMemory(config, plan);
    }
    StoreLayout layout = new StoreLayout(path);
    DirectoryLock lock = null;
    Recovery recovery = null;
    try {
      fs.createDirectories(path);
      lock = DirectoryLock.take(layout);
      StoreIdentity identity = identity(config, fs, layout);
      for (Path unfinished : layout.unfinished(fs)) {
        fs.delete(unfinished);
      }
      recovery = Recovery.run(fs, layout, identity, config, plan, true);
      WriteAheadLog log =
          WriteAheadLog.open(
              fs,
              path,
              identity.id(),
              config.durability(),
              config.logSegmentBytes(),
              recovery.scan());
      SnapshotKeeper snapshots =
          new SnapshotKeeper(fs, layout, identity.id(), log, recovery.snapshot());
      return new StoreEngine(
          config, recovery.state(), log, lock, snapshots, recovery.report(), false);
    } catch (IOException | RuntimeException | Error e) {
      if (recovery != null) {
        recovery.state().index.close();
        recovery.state().metadata.close(-1);
      }
      release(lock, e);
      throw opening(path, e);
    }
  }

  /**
   * Opens the last snapshot of a store for reading, without its log and without a lock.
   *
   * @throws StorageOperationError if there is no store or no snapshot, or a file is damaged
   */
  public static StoreEngine openReadOnly(VectorStorageConfig config, StorageFileSystem fs) {
    Path path = config.path();
    if (path == null) {
      throw new IllegalArgumentException("a store in memory cannot be opened for reading only");
    }
    StoreLayout layout = new StoreLayout(path);
    IndexPlan plan = IndexPlan.of(config, Memory.budget());
    try {
      if (!fs.exists(layout.identity())) {
        throw new StorageOperationError("there is no store in " + path);
      }
      StoreIdentity identity = StoreIdentity.read(fs, layout);
      identity.requireSame(config, path);
      Recovery recovery = recoverSnapshot(config, fs, layout, plan, identity);
      return new StoreEngine(config, recovery.state(), null, null, null, recovery.report(), true);
    } catch (IOException | RuntimeException e) {
      throw opening(path, e);
    }
  }

  /** A writer may replace the snapshot while it is read: then the new one is read. */
  private static Recovery recoverSnapshot(
      VectorStorageConfig config,
      StorageFileSystem fs,
      StoreLayout layout,
      IndexPlan plan,
      StoreIdentity identity)
      throws IOException {
    VectorStorageConfig plain =
        config.toBuilder().metadataStore(VectorStorageConfig.BUILTIN_METADATA_STORE).build();
    while (true) {
      List<Path> before = layout.snapshots(fs);
      if (before.isEmpty()) {
        throw new StorageOperationError(
            "the store in " + layout.directory() + " has no snapshot yet; its writer must save");
      }
      try {
        return Recovery.run(fs, layout, identity, plain, plan, false);
      } catch (IOException | RuntimeException e) {
        if (layout.snapshots(fs).equals(before)) {
          throw e;
        }
      }
    }
  }

  private static StoreEngine inMemory(VectorStorageConfig config, IndexPlan plan) {
    String factory = plan.factoryFor(0);
    EmbeddingIndex index =
        new EmbeddingIndex(
            plan,
            plan.lossless() ? null : new MemoryOriginals(plan.dimension()),
            new EmbeddingIndex.Current(plan.create(factory), factory));
    MetadataStore metadata =
        MetadataStores.open(config.metadataStore(), null, UUID.randomUUID(), config.maxVectors());
    return new StoreEngine(
        config,
        new StoreState(index, metadata, 1),
        null,
        null,
        null,
        new RecoveryReport(0, 0, null, 0, 0),
        false);
  }

  private static StoreIdentity identity(
      VectorStorageConfig config, StorageFileSystem fs, StoreLayout layout) throws IOException {
    if (fs.exists(layout.identity())) {
      StoreIdentity identity = StoreIdentity.read(fs, layout);
      identity.requireSame(config, layout.directory());
      return identity;
    }
    if (!layout.snapshots(fs).isEmpty()
        || !LogScan.segmentFiles(fs, layout.directory()).isEmpty()) {
      throw new StorageOperationError(
          layout.identity() + " is missing, but " + layout.directory() + " holds a store's files");
    }
    StoreIdentity identity = StoreIdentity.of(config);
    identity.write(fs, layout);
    return identity;
  }

  private static void release(@Nullable DirectoryLock lock, Throwable cause) {
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }

  private static RuntimeException opening(Path path, Throwable e) {
    return switch (e) {
      case RuntimeException r -> r;
      case Error error -> throw error;
      default ->
          new StorageOperationError("the store in " + path + " could not be opened: " + e, e);
    };
  }
}
