package io.sagitta.storage.engine;

import com.carrotsearch.hppc.LongArrayList;
import io.sagitta.core.Vectors;
import io.sagitta.storage.metadata.MetadataStore;
import io.sagitta.storage.metadata.StoredRecord;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a store is in memory: index, metadata and the next key, and the four ways in which a logged
 * operation changes them. The order of the steps is what makes a change visible at once: vectors go
 * into the index before their records are put, and records are removed before their vectors; a
 * search leaves out keys that have no record.
 *
 * <p>For one thread at a time (the store's write lock).
 */
final class StoreState implements LogCodec.Handler {
  final EmbeddingIndex index;
  final MetadataStore metadata;

  /** Odd while ids are given to new keys. */
  private final AtomicLong replacements = new AtomicLong();

  private long nextKey;

  StoreState(EmbeddingIndex index, MetadataStore metadata, long nextKey) {
    this.index = index;
    this.metadata = metadata;
    this.nextKey = nextKey;
  }

  long nextKey() {
    return nextKey;
  }

  /**
   * A number that changes when embeddings are replaced, odd while they are. A search that began and
   * ended with the same even number has met each embedding that was there all the time: without
   * that it may have passed the new key before it was live and the old one after.
   */
  long replacements() {
    return replacements.get();
  }

  /** {@link #put} of a batch in which ids are that are there already. */
  void replaceAndPut(long firstKey, Batch batch) {
    replacements.incrementAndGet();
    try {
      put(firstKey, batch);
    } finally {
      replacements.incrementAndGet();
    }
  }

  @Override
  public void put(long firstKey, Batch batch) {
    Vectors x = batch.vectors();
    index.add(firstKey, x);
    nextKey = Math.max(nextKey, firstKey + batch.size());
    LongArrayList replaced = new LongArrayList();
    for (int i = 0; i < batch.size(); i++) {
      long old = metadata.put(firstKey + i, batch.ids()[i], batch.documents()[i]);
      if (old != MetadataStore.NO_KEY && old != firstKey + i) {
        replaced.add(old);
      }
    }
    index.remove(replaced.toArray(), this::isLive);
  }

  @Override
  public void remove(long[] keys) {
    for (long key : keys) {
      if (metadata.test(key, null)) {
        metadata.remove(key);
      }
    }
    index.remove(keys, this::isLive);
  }

  private boolean isLive(long key) {
    return metadata.test(key, null);
  }

  @Override
  public void replace(long[] keys, byte[][] documents) {
    for (int i = 0; i < keys.length; i++) {
      if (metadata.test(keys[i], null)) {
        metadata.replace(keys[i], documents[i]);
      }
    }
  }

  @Override
  public void clear(long next) {
    metadata.clear();
    index.clear();
    nextKey = Math.max(nextKey, next);
  }

  /** Puts a record of a snapshot, whose vector is in the index already. */
  void restore(StoredRecord record) {
    metadata.put(record.key(), record.id(), record.document());
  }
}
