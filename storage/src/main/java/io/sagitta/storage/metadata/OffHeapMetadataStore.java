package io.sagitta.storage.metadata;

import io.sagitta.storage.filter.CompiledFilter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The built-in metadata store: records off heap, ids and keys in primitive maps. No flag, no native
 * library, no files: it is filled from the snapshot and the log when a store is opened.
 *
 * <p>An embedding takes its id and document plus 6 bytes off heap, and 32 to 68 bytes on it.
 *
 * <p>Threads: as {@link MetadataStore} says.
 */
public final class OffHeapMetadataStore implements MetadataStore {
  private final RecordArena records = new RecordArena();
  private final KeyTable places = new KeyTable();
  private final IdTable ids = new IdTable(this::belongs);
  private final AtomicLong size = new AtomicLong();

  @Override
  public long keyOf(String id) {
    return ids.get(id.getBytes(StandardCharsets.UTF_8));
  }

  private boolean belongs(long key, byte[] id) {
    long place = places.get(key);
    MemorySegment s = place == 0 ? null : records.segment(place);
    // A place that was given up between the two reads has moved: look again.
    while (place != 0 && s == null) {
      place = places.get(key);
      s = place == 0 ? null : records.segment(place);
    }
    return s != null && RecordArena.hasId(s, RecordArena.offset(place), id);
  }

  @Override
  public @Nullable StoredRecord get(long key) {
    while (true) {
      long place = places.get(key);
      if (place == 0) {
        return null;
      }
      MemorySegment s = records.segment(place);
      if (s != null) {
        long at = RecordArena.offset(place);
        byte[] id = RecordArena.idBytes(s, at);
        // The id decides: a key whose id has a newer one is dead before its record is dropped.
        return ids.get(id) == key
            ? new StoredRecord(
                key, new String(id, StandardCharsets.UTF_8), RecordArena.document(s, at))
            : null;
      }
    }
  }

  @Override
  public boolean test(long key, @Nullable CompiledFilter filter) {
    while (true) {
      long place = places.get(key);
      if (place == 0) {
        return false;
      }
      if (filter == null) {
        return true;
      }
      MemorySegment s = records.segment(place);
      if (s != null) {
        return filter.test(s, RecordArena.documentOffset(s, RecordArena.offset(place)));
      }
    }
  }

  @Override
  public long put(long key, String id, byte[] document) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    places.set(key, records.append(utf8, document));
    long old = ids.put(utf8, key);
    if (old == NO_KEY) {
      size.incrementAndGet();
    } else {
      forget(old);
    }
    return old;
  }

  @Override
  public void replace(long key, byte[] document) {
    long place = places.get(key);
    MemorySegment s = place == 0 ? null : records.segment(place);
    if (s == null) {
      throw new IllegalArgumentException("key " + key + " is not live");
    }
    byte[] id = RecordArena.idBytes(s, RecordArena.offset(place));
    places.set(key, records.append(id, document));
    records.drop(place);
  }

  @Override
  public void remove(long key) {
    long place = places.get(key);
    MemorySegment s = place == 0 ? null : records.segment(place);
    if (s == null) {
      throw new IllegalArgumentException("key " + key + " is not live");
    }
    ids.remove(RecordArena.idBytes(s, RecordArena.offset(place)));
    size.decrementAndGet();
    forget(key);
  }

  private void forget(long key) {
    long place = places.get(key);
    places.set(key, 0);
    records.drop(place);
  }

  @Override
  public void clear() {
    ids.clear();
    places.clear();
    records.clear();
    size.set(0);
  }

  @Override
  public long size() {
    return size.get();
  }

  @Override
  public void forEachKey(LongConsumer action) {
    places.forEach((key, place) -> action.accept(key));
  }

  @Override
  public MetadataView view() {
    KeyTable table = places.copy();
    AtomicReferenceArray<@Nullable MemorySegment> chunks = records.chunks();
    return visitor ->
        table.<IOException>forEach(
            (key, place) -> {
              MemorySegment s = RecordArena.segment(chunks, place);
              if (s == null) {
                throw new IllegalStateException("the record of key " + key + " is in no chunk");
              }
              long at = RecordArena.offset(place);
              visitor.record(
                  new StoredRecord(key, RecordArena.id(s, at), RecordArena.document(s, at)));
            });
  }

  @Override
  public long offHeapBytes() {
    return records.allocatedBytes();
  }

  @Override
  public long wastedBytes() {
    return records.wastedBytes();
  }

  @Override
  public void compact() {
    places.forEach(
        (key, place) -> {
          if (records.isSparse(place)) {
            MemorySegment s = records.segment(place);
            if (s != null) {
              long at = RecordArena.offset(place);
              places.set(
                  key, records.append(RecordArena.idBytes(s, at), RecordArena.document(s, at)));
              records.drop(place);
            }
          }
        });
  }

  @Override
  public void close(long lsn) {
    clear();
  }
}
