package io.sagitta.storage.metadata;

import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes metadata stores of one kind. Found by {@link java.util.ServiceLoader}; the configuration
 * names it.
 */
public interface MetadataStoreProvider {
  /** The name by which configurations ask for it. */
  String name();

  /**
   * Opens a metadata store.
   *
   * @param directory where it may keep files of its own, made if missing; null for a store in
   *     memory
   * @param store the id of the vector store that it belongs to
   * @param maxVectors how many records to expect at most
   * @throws io.sagitta.storage.StorageOperationError if it cannot run here, saying what is missing
   */
  MetadataStore open(@Nullable Path directory, UUID store, long maxVectors);
}
