package io.sagitta.storage.chronicle;

import io.sagitta.storage.metadata.MetadataStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Two Chronicle Maps of a fixed size: from ids to keys, and from keys to records cut into parts.
 *
 * <p>A part has at most 1,024 bytes, far from what one entry can take; part p of the record of a
 * key lies under {@code key + p · 2^42}. An id of over 128 bytes is kept by its SHA-256, so that
 * entries stay small.
 *
 * <p>Not safe for a writer and others at once; {@link ChronicleMetadataStore} sees to that.
 */
final class RecordMaps implements AutoCloseable {
  static final int PART_BYTES = 1_024;
  private static final int PART_BITS = 42;
  private static final int AVERAGE_PART = 256;
  private static final int AVERAGE_ID = 40;
  private static final int LONGEST_ID = 128;

  private final ChronicleMap<byte[], Long> ids;
  private final ChronicleMap<Long, byte[]> parts;
  private final long capacity;

  /** Entries of {@code ids}; the map itself would lock its segments one by one to count them. */
  private long size;

  private long units;

  /**
   * @param directory where the files are made or are, or null for memory
   * @param capacity average records that fit
   */
  RecordMaps(@Nullable Path directory, long capacity) throws IOException {
    this.capacity = capacity;
    ChronicleMapBuilder<byte[], Long> idBuilder =
        ChronicleMap.of(byte[].class, Long.class)
            .name("ids")
            .averageKeySize(AVERAGE_ID)
            .entries(capacity)
            .maxBloatFactor(4);
    ChronicleMapBuilder<Long, byte[]> partBuilder =
        ChronicleMap.of(Long.class, byte[].class)
            .name("parts")
            .averageValueSize(AVERAGE_PART)
            .entries(capacity)
            .maxBloatFactor(4);
    ids =
        directory == null
            ? idBuilder.create()
            : idBuilder.createPersistedTo(directory.resolve("ids.map").toFile());
    try {
      parts =
          directory == null
              ? partBuilder.create()
              : partBuilder.createPersistedTo(directory.resolve("parts.map").toFile());
    } catch (IOException | RuntimeException e) {
      ids.close();
      throw e;
    }
    size = ids.longSize();
  }

  long capacity() {
    return capacity;
  }

  long size() {
    return size;
  }

  /** Whether another record of some bytes might not fit. */
  boolean mightNotFit(int bytes) {
    long needed = (bytes / PART_BYTES + 1) * unitsOf(PART_BYTES);
    long most = capacity / 10 * 8;
    return size + 1 > most || units + needed > most;
  }

  /** Counts what is there, of maps that were opened. */
  void recount() {
    units = 0;
    parts.forEach((key, part) -> units += unitsOf(part.length));
  }

  private static long unitsOf(int bytes) {
    return 1L + bytes / AVERAGE_PART;
  }

  private static byte[] entry(String id) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= LONGEST_ID) {
      return utf8;
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(utf8);
      // One byte more than the longest id kept as it is: no such id can be mistaken for a digest.
      return Arrays.copyOf(digest, LONGEST_ID + 1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Nullable Long keyOf(String id) {
    return ids.get(entry(id));
  }

  /** Sets the key of an id; returns the one it had, or {@link MetadataStore#NO_KEY}. */
  long putId(String id, long key) {
    Long old = ids.put(entry(id), key);
    if (old == null) {
      size++;
      return MetadataStore.NO_KEY;
    }
    return old;
  }

  void removeId(String id) {
    if (ids.remove(entry(id)) != null) {
      size--;
    }
  }

  /** The bytes of a record, or null. */
  byte @Nullable [] get(long key) {
    byte[] first = parts.get(key);
    if (first == null || first.length < PART_BYTES) {
      return first;
    }
    byte[] all = first;
    int part = 1;
    byte[] next = first;
    while (next.length == PART_BYTES) {
      next = parts.get(partKey(key, part++));
      if (next == null) {
        throw new IllegalStateException("part " + (part - 1) + " of key " + key + " is missing");
      }
      int at = all.length;
      all = Arrays.copyOf(all, at + next.length);
      System.arraycopy(next, 0, all, at, next.length);
    }
    return all;
  }

  boolean has(long key) {
    return parts.containsKey(key);
  }

  void put(long key, byte[] record) {
    remove(key);
    putNew(key, record);
  }

  /** Puts a record under a key that has none. */
  void putNew(long key, byte[] record) {
    int part = 0;
    int at = 0;
    int length;
    do {
      length = Math.min(PART_BYTES, record.length - at);
      parts.put(partKey(key, part++), Arrays.copyOfRange(record, at, at + length));
      units += unitsOf(length);
      at += length;
    } while (length == PART_BYTES);
  }

  void remove(long key) {
    int part = 0;
    byte[] removed = parts.remove(key);
    while (removed != null) {
      units -= unitsOf(removed.length);
      removed = removed.length < PART_BYTES ? null : parts.remove(partKey(key, ++part));
    }
  }

  private static long partKey(long key, int part) {
    return key + ((long) part << PART_BITS);
  }

  /** The keys, in ascending order. */
  long[] keys() {
    long[] keys = new long[Math.toIntExact(size()) + 16];
    int[] n = {0};
    long[][] grown = {keys};
    parts.forEach(
        (key, part) -> {
          if (key >>> PART_BITS == 0) {
            if (n[0] == grown[0].length) {
              grown[0] = Arrays.copyOf(grown[0], 2 * n[0]);
            }
            grown[0][n[0]++] = key;
          }
        });
    long[] all = Arrays.copyOf(grown[0], n[0]);
    Arrays.sort(all);
    return all;
  }

  long bytes() {
    return ids.offHeapMemoryUsed() + parts.offHeapMemoryUsed();
  }

  @Override
  public void close() {
    ids.close();
    parts.close();
  }
}
