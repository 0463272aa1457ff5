package io.sagitta.storage.engine;

import io.sagitta.core.Vectors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The original vectors of a store whose index keeps lossy codes only. One thread writes, any number
 * read.
 */
interface Originals extends AutoCloseable {
  /** Keeps vectors under consecutive keys. */
  void put(long firstKey, Vectors x);

  /**
   * Copies a vector.
   *
   * @return false if there is none under the key
   */
  boolean read(long key, MemorySegment out, long offset);

  /** Forgets a vector. */
  void remove(long key);

  /** Forgets all. */
  void clear();

  /** Bytes in memory, mapped ones included. */
  long bytes();

  /** Makes what was put durable, for a snapshot. Called by the writing thread. */
  void sync() throws IOException;

  /** Says that the snapshot is there for good: what only older ones needed may go. */
  void snapshotTaken() throws IOException;

  @Override
  void close();
}
