package io.sagitta.storage.engine;

import io.sagitta.core.Vectors;
import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.fs.StorageFile;
import io.sagitta.storage.fs.StorageFileSystem;
import io.sagitta.storage.metadata.MetadataStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Originals of a store on disk: files of about 64 MiB, each for a range of keys, written through
 * the file system and read through mappings, so that the operating system decides what is in
 * memory.
 *
 * <p>A vector lies at its key's place, so nothing else has to be kept. A file goes, after a
 * snapshot, when no key of its range is live. What a crash leaves half written lies behind the last
 * snapshot and is written again from the log.
 */
final class FileOriginals implements Originals {
  private static final long FILE_BYTES = 64L << 20;

  private static final class Part {
    final @Nullable StorageFile file;
    final MemorySegment rows;
    long live;
    boolean dirty;

    Part(@Nullable StorageFile file, MemorySegment rows) {
      this.file = file;
      this.rows = rows;
    }
  }

  private final StorageFileSystem fs;
  private final Path directory;
  private final long rowBytes;
  private final long fileRows;
  private final boolean readOnly;
  private final Map<Long, Part> parts = new ConcurrentHashMap<>();
  private final List<Long> doomed = new ArrayList<>();
  private final AtomicLong bytes = new AtomicLong();

  FileOriginals(StorageFileSystem fs, Path directory, int dimension, boolean readOnly) {
    this.fs = fs;
    this.directory = directory;
    this.rowBytes = 4L * dimension;
    this.fileRows = Long.highestOneBit(Math.max(16, FILE_BYTES / rowBytes));
    this.readOnly = readOnly;
  }

  /** Opens the files that are there, and counts the live keys of each. */
  void open(MetadataStore metadata) throws IOException {
    if (!fs.exists(directory)) {
      return;
    }
    for (Path path : fs.list(directory)) {
      long number = numberOf(path);
      if (number >= 0) {
        parts.put(number, openPart(path));
      }
    }
    Map<Long, Long> live = new TreeMap<>();
    metadata.forEachKey(key -> live.merge(key / fileRows, 1L, Long::sum));
    for (Map.Entry<Long, Long> entry : live.entrySet()) {
      Part part = parts.get(entry.getKey());
      if (part == null) {
        throw new io.sagitta.storage.StorageCorruptionError(
            path(entry.getKey()), 0, "the file is missing");
      }
      part.live = entry.getValue();
    }
  }

  private static long numberOf(Path path) {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    return name.matches("originals-[0-9a-f]{12}\\.f32") ? Long.parseLong(name, 10, 22, 16) : -1;
  }

  private Path path(long number) {
    return directory.resolve("originals-" + String.format("%012x", number) + ".f32");
  }

  private Part openPart(Path path) throws IOException {
    if (readOnly) {
      return mapped(path, null);
    }
    StorageFile file = fs.openForWriting(path);
    try {
      if (file.size() < fileRows * rowBytes) {
        extend(file);
      }
      return mapped(path, file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private Part mapped(Path path, @Nullable StorageFile file) throws IOException {
    Part part = new Part(file, fs.map(path, Arena.ofAuto()));
    bytes.addAndGet(part.rows.byteSize());
    return part;
  }

  private void extend(StorageFile file) throws IOException {
    file.write(ByteBuffer.allocate(1), fileRows * rowBytes - 1);
  }

  private Part partFor(long number) throws IOException {
    Part part = parts.get(number);
    if (part == null) {
      Path path = path(number);
      fs.createDirectories(directory);
      StorageFile file = fs.create(path);
      try {
        extend(file);
        file.sync();
        fs.syncDirectory(directory);
        part = mapped(path, file);
      } catch (IOException e) {
        file.close();
        fs.delete(path);
        throw e;
      }
      parts.put(number, part);
    }
    return part;
  }

  @Override
  public void put(long firstKey, Vectors x) {
    try {
      long done = 0;
      while (done < x.n()) {
        long key = firstKey + done;
        Part part = partFor(key / fileRows);
        long row = key % fileRows;
        long n = Math.min(x.n() - done, Math.min(fileRows - row, (1 << 24) / rowBytes + 1));
        ByteBuffer rows = bytes(x.data().asSlice(x.offset(done), n * rowBytes));
        StorageFile file = part.file;
        if (file == null) {
          throw new StorageOperationError("the originals in " + directory + " are read-only");
        }
        file.write(rows, row * rowBytes);
        part.dirty = true;
        part.live += n;
        done += n;
      }
    } catch (IOException e) {
      throw new StorageOperationError(
          "original vectors could not be written to " + directory + ", nothing was stored: " + e,
          e);
    }
  }

  /** A float array has no bytes to look at: its rows are copied, at most 16 MiB and a row. */
  private static ByteBuffer bytes(MemorySegment rows) {
    if (rows.isNative()) {
      return rows.asByteBuffer();
    }
    ByteBuffer copy = ByteBuffer.allocateDirect(Math.toIntExact(rows.byteSize()));
    MemorySegment.ofBuffer(copy).copyFrom(rows);
    return copy;
  }

  @Override
  public boolean read(long key, MemorySegment out, long offset) {
    Part part = parts.get(key / fileRows);
    if (part == null) {
      return false;
    }
    MemorySegment.copy(part.rows, key % fileRows * rowBytes, out, offset, rowBytes);
    return true;
  }

  @Override
  public void remove(long key) {
    Part part = parts.get(key / fileRows);
    if (part != null) {
      part.live--;
    }
  }

  @Override
  public void clear() {
    parts.values().forEach(part -> part.live = 0);
  }

  @Override
  public long bytes() {
    return bytes.get();
  }

  @Override
  public void sync() throws IOException {
    long last = parts.keySet().stream().mapToLong(n -> n).max().orElse(-1);
    doomed.clear();
    for (Map.Entry<Long, Part> entry : parts.entrySet()) {
      Part part = entry.getValue();
      if (part.live <= 0 && entry.getKey() != last) {
        doomed.add(entry.getKey());
      } else if (part.dirty && part.file != null) {
        part.file.sync();
        part.dirty = false;
      }
    }
  }

  @Override
  public void snapshotTaken() throws IOException {
    for (long number : doomed) {
      Part part = parts.remove(number);
      if (part != null) {
        bytes.addAndGet(-part.rows.byteSize());
        if (part.file != null) {
          part.file.close();
        }
        fs.delete(path(number));
      }
    }
    doomed.clear();
  }

  @Override
  public void close() {
    for (Part part : parts.values()) {
      try {
        if (part.file != null) {
          part.file.close();
        }
      } catch (IOException e) {
        throw new StorageOperationError(
            "the originals in " + directory + " could not be closed", e);
      }
    }
    parts.clear();
  }
}
