package io.sagitta.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of the store is damaged. It names the file and the byte offset, and nothing was guessed: a
 * store that meets this on opening stays closed and untouched, until {@link StoreTool#repair} is
 * asked to give up the damaged part.
 */
public class StorageCorruptionError extends StorageOperationError {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;

  /**
   * @param file the damaged file
   * @param offset bytes from the start of the file to the first part that does not hold
   * @param detail what does not hold there
   */
  public StorageCorruptionError(Path file, long offset, String detail) {
    this(file, offset, detail, null);
  }

  /**
   * @param file the damaged file
   * @param offset bytes from the start of the file to the first part that does not hold
   * @param detail what does not hold there
   * @param cause what it came from, or null
   */
  public StorageCorruptionError(Path file, long offset, String detail, @Nullable Throwable cause) {
    super(file + " is damaged at byte " + offset + ": " + detail, cause);
    this.file = file.toString();
    this.offset = offset;
  }

  /** The damaged file. */
  public Path file() {
    return Path.of(file);
  }

  /** Bytes from the start of {@link #file()} to the first part that does not hold. */
  public long offset() {
    return offset;
  }
}
