package io.sagitta.storage.metadata;

import java.io.IOException;

/**
 * The records of a metadata store as a snapshot writes them.
 *
 * <p>Either exactly those of the moment it was taken, or newer ones for what was changed since:
 * then the log, which is replayed over the snapshot, brings everything to the same end.
 */
public interface MetadataView extends AutoCloseable {
  /** Receives the records. */
  @FunctionalInterface
  interface Visitor {
    /** One live record. */
    void record(StoredRecord record) throws IOException;
  }

  /** Hands every record on, in ascending order of keys. */
  void forEach(Visitor visitor) throws IOException;

  @Override
  default void close() {}
}
