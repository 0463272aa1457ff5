package io.sagitta.storage;

import org.jspecify.annotations.Nullable;

/**
 * What every failure of the storage layer is a kind of.
 *
 * <p>Unchecked: an application decides at its edge what to do about a store that cannot be read.
 * Wrong arguments are not of this type; they are {@link IllegalArgumentException} as everywhere in
 * Sagitta.
 */
public class StorageError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what went wrong, naming the file, id or value concerned
   */
  public StorageError(String message) {
    super(message);
  }

  /**
   * @param message what went wrong, naming the file, id or value concerned
   * @param cause what it came from, or null
   */
  public StorageError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
