package io.sagitta.storage.engine;

import io.sagitta.storage.fs.StorageFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a store's directory.
 *
 * <pre>
 * store.json                what the store is: id, dimension, metric, index type
 * LOCK                      held by the writing process
 * log-LSN.wal               log segments, named after their first LSN
 * snapshot-LSN/             the last snapshot: manifest.json, index.sgt, metadata.rec
 * snapshot-LSN.tmp/         one being written, or left behind by a crash
 * originals/                original vectors, where the index keeps lossy codes only
 * metadata/                 files of the metadata store's own, if it has any
 * lost/                     what a repair took out
 * </pre>
 *
 * @param directory the store's directory
 */
record StoreLayout(Path directory) {
  static final String INDEX = "index.sgt";
  static final String METADATA = "metadata.rec";
  static final String MANIFEST = "manifest.json";

  Path identity() {
    return directory.resolve("store.json");
  }

  Path lock() {
    return directory.resolve("LOCK");
  }

  Path metadata() {
    return directory.resolve("metadata");
  }

  Path originals() {
    return directory.resolve("originals");
  }

  Path lost() {
    return directory.resolve("lost");
  }

  Path snapshot(long lsn) {
    return directory.resolve("snapshot-" + String.format("%016x", lsn));
  }

  Path unfinished(long lsn) {
    return directory.resolve("snapshot-" + String.format("%016x", lsn) + ".tmp");
  }

  /** The LSN of a snapshot's directory, or −1 if it is none. */
  static long lsnOf(Path path) {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    return name.matches("snapshot-[0-9a-f]{16}")
        ? Long.parseUnsignedLong(name.substring(9), 16)
        : -1;
  }

  /** The snapshots, oldest first. */
  List<Path> snapshots(StorageFileSystem fs) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path path : fs.list(directory)) {
      if (lsnOf(path) >= 0) {
        found.add(path);
      }
    }
    return found;
  }

  /** Snapshots that were never finished. */
  List<Path> unfinished(StorageFileSystem fs) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path path : fs.list(directory)) {
      String name = path.getFileName() == null ? "" : path.getFileName().toString();
      if (name.matches("snapshot-[0-9a-f]{16}\\.tmp")) {
        found.add(path);
      }
    }
    return found;
  }
}
