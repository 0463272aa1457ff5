package io.sagitta.storage.metadata;

import io.sagitta.storage.filter.CompiledFilter;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Ids and metadata of a store's embeddings.
 *
 * <p>An embedding has an <em>id</em>, which the caller sees, and a <em>key</em>: a number that is
 * given once and never again, under which the index knows its vector. An embedding that is replaced
 * gets a new key under the same id. A key is <em>live</em> from {@link #put} until it is removed or
 * its id is put again.
 *
 * <p>Writing verbs are called by one thread at a time; reading verbs by any number meanwhile, also
 * while a writer is at work. Each writing verb becomes visible at once: a reader finds an id at its
 * old key or at its new one, never at none and never with half a document.
 *
 * <p>The store is a <em>derived</em> structure: snapshots and the log are what counts. It may keep
 * files of its own to open faster, if it can tell that they agree with the log ({@link
 * #recoveredLsn}).
 */
public interface MetadataStore extends AutoCloseable {
  /** What {@link #keyOf} gives for an unknown id. */
  long NO_KEY = -1;

  /** The live key of an id, or {@link #NO_KEY}. */
  long keyOf(String id);

  /** What is kept under a key, or null if it is not live. */
  @Nullable StoredRecord get(long key);

  /**
   * Whether a key has a record that passes a filter. Fast and approximate in one direction only: it
   * may hold for a key whose id has just been put again, which {@link #get} then denies.
   *
   * @param filter null lets every record pass
   */
  boolean test(long key, @Nullable CompiledFilter filter);

  /**
   * Keeps a record. A live key of the same id is no longer live afterwards.
   *
   * @param key larger than every key before
   * @param id not empty, at most 65,535 bytes of UTF-8
   * @param document a document
   * @return the key that the id had until now, or {@link #NO_KEY}
   */
  long put(long key, String id, byte[] document);

  /** Replaces the document of a live key. */
  void replace(long key, byte[] document);

  /** Removes a live key and its id. */
  void remove(long key);

  /** Removes everything. */
  void clear();

  /** Number of live keys. */
  long size();

  /**
   * The live keys in ascending order. A writer at work meanwhile may or may not show.
   *
   * @param action called for each
   */
  void forEachKey(LongConsumer action);

  /**
   * A view of the records for a snapshot. Called by the writing thread; read by another one while
   * writing goes on.
   */
  MetadataView view();

  /** Bytes held outside the heap, files included that are mapped. */
  long offHeapBytes();

  /** Bytes outside the heap that hold nothing any more, given back by {@link #compact}. */
  long wastedBytes();

  /** Gives back what replaced and removed records held. Called by the writing thread. */
  void compact();

  /**
   * The LSN up to which the store's own files agree with the log: everything before it is in, and
   * nothing after it. −1 if the store has no files of its own or cannot vouch for them; it must be
   * empty then, and is filled from the snapshot and the log.
   */
  default long recoveredLsn() {
    return -1;
  }

  /**
   * Closes. Files of its own are left so that {@link #recoveredLsn} gives {@code lsn} next time.
   *
   * @param lsn the LSN that the next record of the log will have, or −1 if the store was left by a
   *     failure
   */
  void close(long lsn);

  @Override
  default void close() {
    close(-1);
  }
}
