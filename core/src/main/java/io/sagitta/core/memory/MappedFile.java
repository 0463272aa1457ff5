package io.sagitta.core.memory;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped for reading, which can say whether it still has its size. The JVM turns a touch of
 * a page that is no longer in the file into an {@link InternalError}, except in a vector load that
 * it compiled as a method of its own (JDK 25): that ends the process. So an index asks before each
 * verb, which takes one {@code fstat}.
 *
 * <p>It asks a {@link RandomAccessFile}, not a channel: a channel is closed when a thread that has
 * been interrupted asks it. Holds one file descriptor until {@link #close}. Safe for all threads.
 */
public final class MappedFile implements Closeable {
  private final Path path;
  private final RandomAccessFile file;
  private final Arena arena;
  private final MemorySegment segment;

  private MappedFile(Path path, RandomAccessFile file, Arena arena, MemorySegment segment) {
    this.path = path;
    this.file = file;
    this.arena = arena;
    this.segment = segment;
  }

  /** Maps a whole file, read-only. */
  public static MappedFile open(Path path) throws IOException {
    // Says by its exception what is wrong: not there, not allowed. A RandomAccessFile does not.
    FileChannel.open(path, StandardOpenOption.READ).close();
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    Arena arena = Arena.ofShared();
    try {
      FileChannel channel = file.getChannel();
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedFile(path, file, arena, all);
    } catch (Throwable t) {
      arena.close();
      file.close();
      throw t;
    }
  }

  /** The file's bytes; valid until {@link #close}. */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * Checks that the file is not shorter than when it was mapped.
   *
   * @throws IllegalStateException if it is, or can no longer be asked
   */
  public void requireWhole() {
    long now;
    try {
      now = file.length();
    } catch (IOException e) {
      throw new IllegalStateException(
          path + ": a mapped file was cut or could not be read while in use", e);
    }
    if (now < segment.byteSize()) {
      throw new IllegalStateException(
          path
              + ": a mapped file was cut while in use, from "
              + segment.byteSize()
              + " bytes to "
              + now);
    }
  }

  /** Unmaps. The caller makes sure that nobody reads any more. */
  @Override
  public void close() {
    arena.close();
    try {
      file.close();
    } catch (IOException e) {
      // The memory is gone, which is what was asked for; the descriptor was only ever read.
      throw new UncheckedIOException(e);
    }
  }
}
