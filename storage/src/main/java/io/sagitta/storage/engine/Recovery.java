package io.sagitta.storage.engine;

import io.sagitta.core.Index;
import io.sagitta.storage.RecoveryReport;
import io.sagitta.storage.StorageCorruptionError;
import io.sagitta.storage.VectorStorageConfig;
import io.sagitta.storage.fs.StorageFileSystem;
import io.sagitta.storage.log.LogScan;
import io.sagitta.storage.metadata.MetadataStore;
import io.sagitta.storage.metadata.MetadataStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a store's directory back into memory: the last snapshot, and the log over it.
 *
 * @param state what came of it
 * @param snapshot the snapshot it began with, or null
 * @param scan the log
 * @param report what was found
 */
record Recovery(
    StoreState state, @Nullable SnapshotFiles snapshot, LogScan scan, RecoveryReport report) {

  /**
   * Recovers.
   *
   * @param withLog whether the log is applied; without it the state is that of the snapshot, as a
   *     reading process sees it
   * @throws StorageCorruptionError if a file is damaged; nothing on disk has been changed then
   */
  static Recovery run(
      StorageFileSystem fs,
      StoreLayout layout,
      StoreIdentity identity,
      VectorStorageConfig config,
      IndexPlan plan,
      boolean withLog)
      throws IOException {
    long start = System.nanoTime();
    SnapshotFiles snapshot = newest(fs, layout, identity);
    long from = snapshot == null ? 1 : snapshot.lsn();
    LogScan scan =
        withLog
            ? LogScan.of(fs, layout.directory(), identity.id(), from)
            : new LogScan(List.of(), from, null);
    if (scan.damage() != null) {
      throw scan.damage();
    }
    MetadataStore metadata =
        MetadataStores.open(
            config.metadataStore(),
            withLog ? layout.metadata() : null,
            identity.id(),
            config.maxVectors());
    StoreState state = null;
    try {
      FileOriginals originals =
          plan.lossless()
              ? null
              : new FileOriginals(fs, layout.originals(), plan.dimension(), !withLog);
      state = load(fs, plan, snapshot, scan, metadata, originals);
      if (originals != null) {
        originals.open(metadata);
      }
      Replay replay = new Replay(state, plan.dimension());
      scan.replay(fs, from, replay::record);
      replay.finish();
      long torn = scan.tornBytes();
      Path tornFile = torn == 0 ? null : scan.segments().getLast().file();
      RecoveryReport report =
          new RecoveryReport(
              snapshot == null ? 0 : snapshot.count(),
              replay.records(),
              tornFile,
              torn,
              (System.nanoTime() - start) / 1_000_000);
      return new Recovery(state, snapshot, scan, report);
    } catch (IOException | RuntimeException | Error e) {
      if (state != null) {
        state.index.close();
      }
      metadata.close(-1);
      throw e;
    }
  }

  private static @Nullable SnapshotFiles newest(
      StorageFileSystem fs, StoreLayout layout, StoreIdentity identity) throws IOException {
    List<Path> snapshots = layout.snapshots(fs);
    return snapshots.isEmpty() ? null : SnapshotFiles.read(fs, snapshots.getLast(), identity.id());
  }

  private static StoreState load(
      StorageFileSystem fs,
      IndexPlan plan,
      @Nullable SnapshotFiles snapshot,
      LogScan scan,
      MetadataStore metadata,
      @Nullable Originals originals)
      throws IOException {
    if (snapshot == null) {
      String factory = plan.factoryFor(0);
      Index empty = plan.create(factory);
      EmbeddingIndex index =
          new EmbeddingIndex(plan, originals, new EmbeddingIndex.Current(empty, factory));
      forgetOwnFiles(metadata);
      return new StoreState(index, metadata, 1);
    }
    Index read = plan.prepare(snapshot.readIndex(fs), snapshot.factory());
    EmbeddingIndex index =
        new EmbeddingIndex(plan, originals, new EmbeddingIndex.Current(read, snapshot.factory()));
    try {
      StoreState state = new StoreState(index, metadata, snapshot.nextKey());
      // The store's own files spare reading the records only if there is nothing to apply to them.
      if (metadata.recoveredLsn() < 0
          || metadata.recoveredLsn() != snapshot.lsn()
          || scan.nextLsn() != snapshot.lsn()
          || metadata.size() != snapshot.count()) {
        forgetOwnFiles(metadata);
        // A record that is newer than the snapshot's vectors comes again with the log.
        long count =
            RecordFile.read(
                fs,
                snapshot.recordFile(),
                record -> {
                  if (record.key() < snapshot.nextKey()) {
                    state.restore(record);
                  }
                });
        if (count != snapshot.count()) {
          throw new StorageCorruptionError(
              snapshot.recordFile(),
              0,
              "it holds " + count + " records, the manifest says " + snapshot.count());
        }
      }
      index.countDead(metadata.size());
      return state;
    } catch (IOException | RuntimeException | Error e) {
      index.close();
      throw e;
    }
  }

  private static void forgetOwnFiles(MetadataStore metadata) {
    if (metadata.size() > 0) {
      metadata.clear();
    }
  }
}
