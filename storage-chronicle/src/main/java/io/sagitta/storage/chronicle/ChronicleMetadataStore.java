package io.sagitta.storage.chronicle;

import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.filter.CompiledFilter;
import io.sagitta.storage.metadata.MetadataStore;
import io.sagitta.storage.metadata.MetadataView;
import io.sagitta.storage.metadata.StoredRecord;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The metadata store on Chronicle Map: ids, keys and records off heap, in files that open without
 * being read.
 *
 * <p>What Chronicle Map cannot do is handled here. Its maps have a size for good: before they are
 * full, everything is copied into maps of twice the size. An entry is small: records are cut into
 * parts. A map that was not closed may hold a stale lock or half an entry: a file {@code clean} is
 * written on close and removed on opening, and without it the maps are thrown away and filled again
 * from the snapshot and the log. So are maps that do not agree with the log.
 *
 * <p>Readers share a lock, which a writer takes for the microseconds of a change; nothing is kept
 * per thread. One process only.
 */
public final class ChronicleMetadataStore implements MetadataStore {
  private static final long LEAST_CAPACITY = 1_024;
  private static final long MOST_AT_FIRST = 4_000_000;

  /** Looks at a lock that a writer holds, which is mostly for microseconds, before pausing. */
  private static final int SPINS = 100;

  private static final long WAIT_NANOS = 50_000;

  private final @Nullable Path directory;
  private final UUID store;
  private final StampedLock lock = new StampedLock();
  private final long recoveredLsn;
  private RecordMaps maps;
  private int generation;

  private ChronicleMetadataStore(
      @Nullable Path directory, UUID store, RecordMaps maps, int generation, long recoveredLsn) {
    this.directory = directory;
    this.store = store;
    this.maps = maps;
    this.generation = generation;
    this.recoveredLsn = recoveredLsn;
  }

  /**
   * Opens the maps in a directory if they were closed and are this store's, else makes new ones.
   */
  static ChronicleMetadataStore open(@Nullable Path directory, UUID store, long maxVectors) {
    // Twice as much as is expected, so that nothing grows while the expectation holds.
    long capacity = Math.clamp(2 * maxVectors, LEAST_CAPACITY, MOST_AT_FIRST);
    try {
      if (directory == null) {
        return new ChronicleMetadataStore(null, store, new RecordMaps(null, capacity), 0, -1);
      }
      Files.createDirectories(directory);
      Clean clean = Clean.read(directory, store);
      if (clean != null) {
        Files.delete(directory.resolve(Clean.NAME));
        RecordMaps maps = new RecordMaps(mapsIn(directory, clean.generation()), clean.capacity());
        if (maps.size() == clean.size()) {
          maps.recount();
          return new ChronicleMetadataStore(
              directory, store, maps, clean.generation(), clean.lsn());
        }
        maps.close();
      }
      deleteMaps(directory, -1);
      return new ChronicleMetadataStore(
          directory, store, new RecordMaps(makeDirectory(directory, 0), capacity), 0, -1);
    } catch (IOException e) {
      throw new StorageOperationError(
          "the metadata maps in " + directory + " could not be opened: " + e, e);
    }
  }

  private static Path mapsIn(Path directory, int generation) {
    return directory.resolve("maps-" + generation);
  }

  private static Path makeDirectory(Path directory, int generation) throws IOException {
    return Files.createDirectories(mapsIn(directory, generation));
  }

  /** Removes the maps of all generations but one. */
  private static void deleteMaps(Path directory, int kept) throws IOException {
    List<Path> all;
    try (Stream<Path> list = Files.list(directory)) {
      all = list.filter(p -> p.getFileName().toString().startsWith("maps-")).toList();
    }
    for (Path maps : all) {
      if (!maps.equals(mapsIn(directory, kept))) {
        try (Stream<Path> files = Files.walk(maps)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    }
  }

  /**
   * What is known about maps that were closed.
   *
   * @param store whose they are
   * @param lsn the LSN they agree with
   * @param capacity records that fit
   * @param size records there are
   * @param generation the number of their directory
   */
  private record Clean(UUID store, long lsn, long capacity, long size, int generation) {
    static final String NAME = "clean";

    static @Nullable Clean read(Path directory, UUID store) throws IOException {
      Path file = directory.resolve(NAME);
      if (!Files.exists(file)) {
        return null;
      }
      String[] words = Files.readString(file).strip().split(" ");
      if (words.length != 6 || !words[0].equals(store.toString()) || !words[5].equals("end")) {
        return null;
      }
      try {
        return new Clean(
            store,
            Long.parseLong(words[1]),
            Long.parseLong(words[2]),
            Long.parseLong(words[3]),
            Integer.parseInt(words[4]));
      } catch (NumberFormatException e) {
        return null;
      }
    }

    void write(Path directory) throws IOException {
      Files.writeString(
          directory.resolve(NAME),
          store + " " + lsn + " " + capacity + " " + size + " " + generation + " end");
    }
  }

  // ---- records ----------------------------------------------------------------------------------

  private static byte[] pack(String id, byte[] document) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + utf8.length + document.length)
        .putInt(utf8.length)
        .put(utf8)
        .put(document)
        .array();
  }

  private static int idLength(byte[] record) {
    return ByteBuffer.wrap(record).getInt();
  }

  private static String idOf(byte[] record) {
    return new String(record, 4, idLength(record), StandardCharsets.UTF_8);
  }

  /**
   * Waits outside the lock's queue: there a virtual thread that is woken, but gets no carrier while
   * others keep them busy, would stand before the writer for as long.
   */
  private long readLock() {
    for (int tries = 0; ; tries++) {
      long stamp = lock.tryReadLock();
      if (stamp != 0) {
        return stamp;
      }
      if (tries < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(WAIT_NANOS);
      }
    }
  }

  private byte @Nullable [] record(long key) {
    long stamp = readLock();
    try {
      return key < 0 ? null : maps.get(key);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  @Override
  public long keyOf(String id) {
    long stamp = readLock();
    try {
      Long key = maps.keyOf(id);
      return key == null ? NO_KEY : key;
    } finally {
      lock.unlockRead(stamp);
    }
  }

  @Override
  public @Nullable StoredRecord get(long key) {
    byte[] record = record(key);
    if (record == null) {
      return null;
    }
    int at = 4 + idLength(record);
    byte[] document = java.util.Arrays.copyOfRange(record, at, record.length);
    return new StoredRecord(key, idOf(record), document);
  }

  @Override
  public boolean test(long key, @Nullable CompiledFilter filter) {
    if (filter == null) {
      long stamp = readLock();
      try {
        return key >= 0 && maps.has(key);
      } finally {
        lock.unlockRead(stamp);
      }
    }
    // The filter runs without the lock: it may be the caller's code.
    byte[] record = record(key);
    return record != null && filter.test(MemorySegment.ofArray(record), 4L + idLength(record));
  }

  private interface Change {
    void run();
  }

  /**
   * Makes a change that puts at most one record.
   *
   * @param key the record's key
   * @param bytes the record's size
   */
  private void change(long key, int bytes, Change change) {
    long stamp = lock.writeLock();
    try {
      while (maps.mightNotFit(bytes)) {
        grow();
      }
      try {
        change.run();
      } catch (IllegalStateException e) {
        // The estimate was too low: entries of uneven size fill a segment early. What was put of
        // the record is taken out again, so that whole records are copied.
        maps.remove(key);
        grow();
        change.run();
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private void grow() {
    replaceMaps(maps.capacity() * 2, true);
  }

  private void replaceMaps(long capacity, boolean copy) {
    RecordMaps old = maps;
    try {
      int next = generation + 1;
      RecordMaps fresh =
          new RecordMaps(directory == null ? null : makeDirectory(directory, next), capacity);
      if (copy) {
        for (long key : old.keys()) {
          byte[] record = old.get(key);
          if (record != null) {
            fresh.putNew(key, record);
            fresh.putId(idOf(record), key);
          }
        }
      }
      maps = fresh;
      generation = next;
      old.close();
      if (directory != null) {
        deleteMaps(directory, next);
      }
    } catch (IOException e) {
      throw new StorageOperationError(
          "the metadata maps could not be made larger than " + old.capacity() + " records", e);
    }
  }

  @Override
  public long put(long key, String id, byte[] document) {
    byte[] record = pack(id, document);
    long[] replaced = new long[1];
    change(
        key,
        record.length,
        () -> {
          maps.putNew(key, record);
          replaced[0] = maps.putId(id, key);
          if (replaced[0] != NO_KEY) {
            maps.remove(replaced[0]);
          }
        });
    return replaced[0];
  }

  @Override
  public void replace(long key, byte[] document) {
    byte[] old = requireRecord(key);
    byte[] record = pack(idOf(old), document);
    change(key, record.length, () -> maps.put(key, record));
  }

  @Override
  public void remove(long key) {
    byte[] old = requireRecord(key);
    change(
        key,
        0,
        () -> {
          maps.removeId(idOf(old));
          maps.remove(key);
        });
  }

  private byte[] requireRecord(long key) {
    byte[] record = record(key);
    if (record == null) {
      throw new IllegalArgumentException("key " + key + " is not live");
    }
    return record;
  }

  @Override
  public void clear() {
    long stamp = lock.writeLock();
    try {
      replaceMaps(maps.capacity(), false);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  @Override
  public long size() {
    long stamp = readLock();
    try {
      return maps.size();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private long[] keys() {
    long stamp = readLock();
    try {
      return maps.keys();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  @Override
  public void forEachKey(LongConsumer action) {
    for (long key : keys()) {
      action.accept(key);
    }
  }

  @Override
  public MetadataView view() {
    long[] keys = keys();
    return visitor -> {
      for (long key : keys) {
        StoredRecord record = get(key);
        if (record != null) {
          visitor.record(record);
        }
      }
    };
  }

  @Override
  public long offHeapBytes() {
    long stamp = readLock();
    try {
      return maps.bytes();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  @Override
  public long wastedBytes() {
    return 0;
  }

  @Override
  public void compact() {
    // Removed entries are used again by the maps themselves.
  }

  @Override
  public long recoveredLsn() {
    return recoveredLsn;
  }

  @Override
  public void close(long lsn) {
    long stamp = lock.writeLock();
    try {
      long size = maps.size();
      long capacity = maps.capacity();
      maps.close();
      if (directory != null && lsn >= 0) {
        new Clean(store, lsn, capacity, size, generation).write(directory);
      }
    } catch (IOException e) {
      throw new StorageOperationError("the metadata maps could not be closed: " + e, e);
    } finally {
      lock.unlockWrite(stamp);
    }
  }
}
