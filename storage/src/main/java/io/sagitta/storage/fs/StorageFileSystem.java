package io.sagitta.storage.fs;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * The few things a store asks of a file system, with what each makes durable.
 *
 * <p>The rules are those of POSIX, read strictly: what is written is durable after {@link
 * StorageFile#sync} or {@link #sync}; that a file exists under its name, or no longer does, is
 * durable after {@link #syncDirectory} of its directory. A rename replaces the target atomically.
 * The store relies on nothing more, and a test double that forgets everything else proves it.
 *
 * <p>Implementations may be called from any thread.
 */
public interface StorageFileSystem {
  /** Makes a file that must not exist yet, and opens it for reading and writing. */
  StorageFile create(Path path) throws IOException;

  /** Opens a file that exists, for reading and writing. */
  StorageFile openForWriting(Path path) throws IOException;

  /** Opens a file that exists, for reading. */
  StorageFile openForReading(Path path) throws IOException;

  /**
   * Maps a whole file for reading. The file must not be cut while it is mapped.
   *
   * @param arena what ends the mapping
   */
  MemorySegment map(Path path, Arena arena) throws IOException;

  /** Makes what was written to a file by other means (an index writer) durable. */
  void sync(Path path) throws IOException;

  /** Makes the names in a directory durable. */
  void syncDirectory(Path directory) throws IOException;

  /** Makes a directory and those above it where they are missing. */
  void createDirectories(Path directory) throws IOException;

  /** Renames a file or directory within its directory, replacing a file of the new name. */
  void rename(Path from, Path to) throws IOException;

  /** Removes a file, or a directory with what is in it. Removing what is not there is no error. */
  void delete(Path path) throws IOException;

  /** Whether a file or directory of the name is there. */
  boolean exists(Path path);

  /** What a directory holds, sorted by name. */
  List<Path> list(Path directory) throws IOException;
}
