package io.sagitta.storage.engine;

import io.sagitta.core.Index;
import io.sagitta.core.io.IndexIO;
import io.sagitta.storage.StorageCorruptionError;
import io.sagitta.storage.fs.StorageFileSystem;
import io.sagitta.storage.metadata.MetadataView;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot on disk: the index and the records as they were when the log had reached an LSN.
 *
 * @param directory where it lies
 * @param lsn the LSN of the first record of the log that is not in it
 * @param nextKey the key that the next embedding gets
 * @param count embeddings in it
 * @param factory the factory string of its index
 * @param indexBytes bytes of the index file
 * @param indexCrc CRC32C of the index file
 * @param recordBytes bytes of the file of records
 */
record SnapshotFiles(
    Path directory,
    long lsn,
    long nextKey,
    long count,
    String factory,
    long indexBytes,
    long indexCrc,
    long recordBytes) {
  private static final int CRC_STEP = 1 << 30;

  /**
   * Writes a snapshot beside its place and renames it there, all of it durable before it is there.
   * What a failure leaves behind is removed.
   */
  static SnapshotFiles write(
      StorageFileSystem fs,
      StoreLayout layout,
      UUID store,
      long lsn,
      long nextKey,
      String factory,
      Index index,
      MetadataView records)
      throws IOException {
    Path unfinished = layout.unfinished(lsn);
    fs.delete(unfinished);
    fs.createDirectories(unfinished);
    try {
      Path indexFile = unfinished.resolve(StoreLayout.INDEX);
      IndexIO.write(index, indexFile);
      fs.sync(indexFile);
      Path recordFile = unfinished.resolve(StoreLayout.METADATA);
      long count = RecordFile.write(fs, recordFile, records);
      SnapshotFiles snapshot =
          new SnapshotFiles(
              layout.snapshot(lsn),
              lsn,
              nextKey,
              count,
              factory,
              size(fs, indexFile),
              crc(fs, indexFile),
              size(fs, recordFile));
      snapshot.writeManifest(fs, unfinished.resolve(StoreLayout.MANIFEST), store);
      fs.syncDirectory(unfinished);
      fs.delete(snapshot.directory);
      fs.rename(unfinished, snapshot.directory);
      fs.syncDirectory(layout.directory());
      return snapshot;
    } catch (IOException | RuntimeException e) {
      try {
        fs.delete(unfinished);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private void writeManifest(StorageFileSystem fs, Path path, UUID store) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("store", store.toString());
    map.put("lsn", lsn);
    map.put("nextKey", nextKey);
    map.put("count", count);
    map.put("factory", factory);
    map.put("indexBytes", indexBytes);
    map.put("indexCrc32c", indexCrc);
    map.put("recordBytes", recordBytes);
    SealedJson.write(fs, path, map);
  }

  /**
   * Reads a snapshot's manifest.
   *
   * @throws StorageCorruptionError if it is damaged, or of another store
   */
  static SnapshotFiles read(StorageFileSystem fs, Path directory, UUID store) throws IOException {
    Path path = directory.resolve(StoreLayout.MANIFEST);
    if (!fs.exists(path)) {
      throw new StorageCorruptionError(path, 0, "the snapshot's manifest is missing");
    }
    Map<String, @Nullable Object> map = SealedJson.read(fs, path);
    if (!store.toString().equals(map.get("store"))) {
      throw new StorageCorruptionError(path, 0, "the snapshot belongs to another store");
    }
    try {
      return new SnapshotFiles(
          directory,
          whole(map, "lsn"),
          whole(map, "nextKey"),
          whole(map, "count"),
          String.valueOf(map.get("factory")),
          whole(map, "indexBytes"),
          whole(map, "indexCrc32c"),
          whole(map, "recordBytes"));
    } catch (ClassCastException | NullPointerException e) {
      throw new StorageCorruptionError(path, 0, "a field is missing", e);
    }
  }

  private static long whole(Map<String, @Nullable Object> map, String name) {
    Object value = map.get(name);
    if (value instanceof Long n) {
      return n;
    }
    throw new ClassCastException(name + " is " + value);
  }

  Path indexFile() {
    return directory.resolve(StoreLayout.INDEX);
  }

  Path recordFile() {
    return directory.resolve(StoreLayout.METADATA);
  }

  /** Bytes of the snapshot. */
  long bytes() {
    return indexBytes + recordBytes;
  }

  /**
   * Checks the index file against the manifest and reads it.
   *
   * @throws StorageCorruptionError if it is damaged, naming it
   */
  Index readIndex(StorageFileSystem fs) throws IOException {
    checkIndexFile(fs);
    Path file = indexFile();
    try {
      Index index = IndexIO.read(file);
      if (index.ntotal() < 0) {
        index.close();
        throw new StorageCorruptionError(file, 0, "it counts " + index.ntotal() + " vectors");
      }
      return index;
    } catch (io.sagitta.core.IndexFormatException e) {
      throw new StorageCorruptionError(file, e.offset(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Checks the size and the checksum of the index file. */
  void checkIndexFile(StorageFileSystem fs) throws IOException {
    Path file = indexFile();
    if (!fs.exists(file)) {
      throw new StorageCorruptionError(file, 0, "the file is missing");
    }
    long size = size(fs, file);
    if (size != indexBytes) {
      throw new StorageCorruptionError(
          file,
          Math.min(size, indexBytes),
          "it has " + size + " bytes, the manifest says " + indexBytes);
    }
    if (crc(fs, file) != indexCrc) {
      throw new StorageCorruptionError(
          file, 0, "its checksum is not the one in the manifest (it covers the whole file)");
    }
  }

  private static long size(StorageFileSystem fs, Path path) throws IOException {
    try (var file = fs.openForReading(path)) {
      return file.size();
    }
  }

  private static long crc(StorageFileSystem fs, Path path) throws IOException {
    CRC32C crc = new CRC32C();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = fs.map(path, arena);
      for (long at = 0; at < data.byteSize(); at += CRC_STEP) {
        crc.update(data.asSlice(at, Math.min(CRC_STEP, data.byteSize() - at)).asByteBuffer());
      }
    }
    return crc.getValue();
  }
}
