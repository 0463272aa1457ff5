package io.sagitta.storage.engine;

import io.sagitta.core.Index;
import io.sagitta.storage.StorageCorruptionError;
import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.StoreTool.Report;
import io.sagitta.storage.fs.StorageFile;
import io.sagitta.storage.fs.StorageFileSystem;
import io.sagitta.storage.log.LogFormat;
import io.sagitta.storage.log.LogScan;
import io.sagitta.storage.log.SegmentScan;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at a store's directory from outside; see {@link io.sagitta.storage.StoreTool}. */
public final class StoreInspector {
  private static final int COPY_STEP = 1 << 20;

  private final StorageFileSystem fs;
  private final StoreLayout layout;
  private final Map<String, @Nullable Object> facts = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** An inspector for one call of one of its verbs. */
  public StoreInspector(StorageFileSystem fs, Path directory) {
    this.fs = fs;
    this.layout = new StoreLayout(directory);
  }

  private interface Body {
    void run() throws IOException;
  }

  private Report locked(Body body) {
    if (!fs.exists(layout.directory()) || isEmptyOfStore()) {
      throw new StorageOperationError("there is no store in " + layout.directory());
    }
    try (DirectoryLock _ = DirectoryLock.take(layout)) {
      body.run();
    } catch (IOException e) {
      throw new StorageOperationError(
          "the store in " + layout.directory() + " could not be read: " + e, e);
    }
    return new Report(facts, problems, notes);
  }

  private boolean isEmptyOfStore() {
    try {
      return !fs.exists(layout.identity())
          && layout.snapshots(fs).isEmpty()
          && LogScan.segmentFiles(fs, layout.directory()).isEmpty();
    } catch (IOException e) {
      throw new StorageOperationError(layout.directory() + " could not be read: " + e, e);
    }
  }

  /** What the store is, from its headers. */
  public Report info() {
    return locked(
        () -> {
          StoreIdentity identity = identity();
          if (identity != null) {
            SnapshotFiles snapshot = snapshot(identity);
            describe(identity, snapshot);
            int segments = 0;
            long bytes = 0;
            for (Path file : LogScan.segmentFiles(fs, layout.directory())) {
              segments++;
              bytes += size(file);
            }
            facts.put("log segments", (long) segments);
            facts.put("log bytes", bytes);
          }
        });
  }

  /** Reads and checks everything. */
  public Report verify() {
    return locked(this::check);
  }

  private void check() throws IOException {
    facts.clear();
    problems.clear();
    StoreIdentity identity = identity();
    if (identity == null) {
      return;
    }
    SnapshotFiles snapshot = snapshot(identity);
    describe(identity, snapshot);
    boolean snapshotSound = snapshot != null && checkSnapshot(snapshot);
    LogScan scan = scan(identity, snapshot);
    facts.put("log segments", (long) scan.segments().size());
    facts.put("log bytes", scan.bytes());
    facts.put("next LSN", scan.nextLsn());
    if (scan.damage() != null) {
      problems.add(scan.damage().getMessage());
    } else {
      if (scan.tornBytes() > 0) {
        notes.add(
            scan.segments().getLast().file()
                + " ends with "
                + scan.tornBytes()
                + " bytes of a write that was never acknowledged; opening cuts them");
      }
      checkRecords(identity, snapshot, scan);
    }
    if (snapshotSound) {
      notes.add("the snapshot's checksums hold");
    }
    for (Path unfinished : layout.unfinished(fs)) {
      notes.add(unfinished + " is a snapshot that was never finished; opening removes it");
    }
  }

  private @Nullable StoreIdentity identity() throws IOException {
    if (!fs.exists(layout.identity())) {
      problems.add(layout.identity() + " is missing: nothing says what the store is");
      return null;
    }
    try {
      return StoreIdentity.read(fs, layout);
    } catch (StorageOperationError e) {
      problems.add(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable SnapshotFiles snapshot(StoreIdentity identity) throws IOException {
    List<Path> snapshots = layout.snapshots(fs);
    if (snapshots.isEmpty()) {
      return null;
    }
    try {
      return SnapshotFiles.read(fs, snapshots.getLast(), identity.id());
    } catch (StorageOperationError e) {
      problems.add(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void describe(StoreIdentity identity, @Nullable SnapshotFiles snapshot) {
    facts.put("store", identity.id().toString());
    facts.put("dimension", (long) identity.dimension());
    facts.put("metric", identity.metric().text());
    facts.put("index type", identity.indexType());
    facts.put("snapshot LSN", snapshot == null ? 0L : snapshot.lsn());
    facts.put("snapshot embeddings", snapshot == null ? 0L : snapshot.count());
    facts.put("snapshot index", snapshot == null ? "none" : snapshot.factory());
    facts.put("snapshot bytes", snapshot == null ? 0L : snapshot.bytes());
  }

  private boolean checkSnapshot(SnapshotFiles snapshot) throws IOException {
    int before = problems.size();
    try (Index index = snapshot.readIndex(fs)) {
      facts.put("snapshot vectors", index.ntotal());
    } catch (StorageOperationError e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    try {
      if (!fs.exists(snapshot.recordFile())) {
        throw new StorageCorruptionError(snapshot.recordFile(), 0, "the file is missing");
      }
      long count = RecordFile.read(fs, snapshot.recordFile(), record -> {});
      if (count != snapshot.count()) {
        problems.add(
            snapshot.recordFile()
                + " holds "
                + count
                + " records, the manifest says "
                + snapshot.count());
      }
    } catch (StorageOperationError e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    return problems.size() == before;
  }

  private LogScan scan(StoreIdentity identity, @Nullable SnapshotFiles snapshot)
      throws IOException {
    return LogScan.of(fs, layout.directory(), identity.id(), snapshot == null ? 1 : snapshot.lsn());
  }

  private void checkRecords(StoreIdentity identity, @Nullable SnapshotFiles snapshot, LogScan scan)
      throws IOException {
    Counter counter = new Counter();
    try {
      scan.replay(
          fs,
          snapshot == null ? 1 : snapshot.lsn(),
          (lsn, type, payload, position) -> {
            LogCodec.read(type, payload, position, identity.dimension(), counter);
            counter.records++;
          });
    } catch (StorageCorruptionError e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    facts.put("log records", counter.records);
    facts.put("log puts", counter.puts);
    facts.put("log removals", counter.removals);
    facts.put("log metadata changes", counter.changes);
  }

  private static final class Counter implements LogCodec.Handler {
    long records;
    long puts;
    long removals;
    long changes;

    @Override
    public void put(long firstKey, Batch batch) {
      puts += batch.size();
    }

    @Override
    public void remove(long[] keys) {
      removals += keys.length;
    }

    @Override
    public void replace(long[] keys, byte[][] documents) {
      changes += keys.length;
    }

    @Override
    public void clear(long nextKey) {
      removals++;
    }
  }

  // ---- repair -----------------------------------------------------------------------------------

  /** Mends what can be mended without guessing. */
  public Report repair() {
    return locked(
        () -> {
          StoreIdentity identity = identity();
          if (identity != null) {
            repairSnapshot(identity);
            repairLog(identity);
          }
          List<String> done = List.copyOf(notes);
          notes.clear();
          check();
          notes.addAll(0, done);
        });
  }

  /** Puts damaged snapshots aside if an older sound one, or none, and the log make up for them. */
  private void repairSnapshot(StoreIdentity identity) throws IOException {
    List<Path> snapshots = layout.snapshots(fs);
    int sound = snapshots.size() - 1;
    while (sound >= 0 && !isSound(snapshots.get(sound), identity)) {
      sound--;
    }
    List<Path> damaged = snapshots.subList(sound + 1, snapshots.size());
    if (damaged.isEmpty()) {
      return;
    }
    // Nothing is moved before it is known that the rest is enough.
    long from = sound < 0 ? 1 : StoreLayout.lsnOf(snapshots.get(sound));
    List<Path> segments = LogScan.segmentFiles(fs, layout.directory());
    if (segments.isEmpty() || LogFormat.firstLsn(segments.getFirst()) > from) {
      notes.add(
          damaged.getLast()
              + " is damaged, and the log does not reach back behind it: it was left"
              + " as it is; restore it from a copy");
      return;
    }
    for (Path snapshot : damaged.reversed()) {
      moveToLost(snapshot);
      notes.add(
          snapshot
              + " was damaged; it was moved to "
              + layout.lost()
              + ", the log brings everything back");
    }
  }

  private boolean isSound(Path directory, StoreIdentity identity) throws IOException {
    try {
      return checkSnapshot(SnapshotFiles.read(fs, directory, identity.id()));
    } catch (StorageOperationError e) {
      return false;
    }
  }

  private void repairLog(StoreIdentity identity) throws IOException {
    List<Path> snapshots = layout.snapshots(fs);
    long from = snapshots.isEmpty() ? 1 : StoreLayout.lsnOf(snapshots.getLast());
    LogScan scan = LogScan.of(fs, layout.directory(), identity.id(), from);
    if (scan.damage() == null) {
      if (scan.tornBytes() > 0) {
        cut(scan.segments().getLast());
      }
      return;
    }
    Path damaged = scan.damage().file();
    boolean behind = false;
    for (SegmentScan segment : scan.segments()) {
      if (behind) {
        moveToLost(segment.file());
        notes.add(segment.file() + " lies behind the damage; it was moved to " + layout.lost());
      } else if (segment.file().equals(damaged)) {
        behind = true;
        if (segment.committedEnd() == 0 || scan.damage().offset() == 0) {
          moveToLost(segment.file());
          notes.add(segment.file() + " was damaged; it was moved to " + layout.lost());
        } else {
          copyToLost(segment);
          cut(segment);
        }
      }
    }
    fs.syncDirectory(layout.directory());
  }

  /** Cuts a segment behind its last complete transaction. */
  private void cut(SegmentScan segment) throws IOException {
    if (segment.committedEnd() == 0) {
      fs.delete(segment.file());
    } else {
      try (StorageFile file = fs.openForWriting(segment.file())) {
        file.truncate(segment.committedEnd());
        file.sync();
      }
    }
    notes.add(
        segment.tornBytes()
            + " bytes were cut from "
            + segment.file()
            + " at byte "
            + segment.committedEnd());
  }

  private Path lostName(Path path) throws IOException {
    fs.createDirectories(layout.lost());
    Path target = layout.lost().resolve(path.getFileName().toString());
    for (int i = 2; fs.exists(target); i++) {
      target = layout.lost().resolve(path.getFileName() + "." + i);
    }
    return target;
  }

  private void moveToLost(Path path) throws IOException {
    fs.rename(path, lostName(path));
  }

  private void copyToLost(SegmentScan segment) throws IOException {
    Path target = lostName(segment.file());
    try (java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofConfined();
        StorageFile out = fs.create(target)) {
      MemorySegment data = fs.map(segment.file(), arena);
      for (long at = 0; at < data.byteSize(); at += COPY_STEP) {
        ByteBuffer part =
            data.asSlice(at, Math.min(COPY_STEP, data.byteSize() - at)).asByteBuffer();
        out.write(part, at);
      }
      out.sync();
    }
  }

  private long size(Path path) throws IOException {
    try (StorageFile file = fs.openForReading(path)) {
      return file.size();
    }
  }
}
