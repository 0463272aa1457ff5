package io.sagitta.storage;

import org.jspecify.annotations.Nullable;

/**
 * One verb could not be carried out: an unknown id, a full disk, a damaged file, a store that is
 * closed or held by another process.
 *
 * <p>The message says whether the store can go on. A failed write leaves the store as it was before
 * the call.
 */
public class StorageOperationError extends StorageError {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was asked and why it could not be done
   */
  public StorageOperationError(String message) {
    super(message);
  }

  /**
   * @param message what was asked and why it could not be done
   * @param cause what it came from, or null
   */
  public StorageOperationError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
