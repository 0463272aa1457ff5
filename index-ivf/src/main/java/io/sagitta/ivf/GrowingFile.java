package io.sagitta.ivf;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A data file mapped for writing, which grows. Each growth maps the whole file anew; older mappings
 * stay for those who read through them, and show the same pages. New space is written before it is
 * mapped, so that a full disk is an exception here and not a fault on a mapped page later.
 *
 * <p>Locked against other processes that would write. For one thread; the segments for all.
 */
final class GrowingFile implements Closeable {
  private static final int BLOCK = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final List<Arena> arenas = new ArrayList<>();
  private MemorySegment all;

  private GrowingFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    all = map();
  }

  /**
   * Opens an existing file, no symbolic link.
   *
   * @throws IOException if it cannot be written or another process writes it
   */
  static GrowingFile open(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    boolean done = false;
    try {
      FileLock lock;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        throw new IOException(path + " is open for writing in this process already", e);
      }
      if (lock == null) {
        throw new IOException(path + " is open for writing in another process");
      }
      GrowingFile file = new GrowingFile(path, channel);
      done = true;
      return file;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  private MemorySegment map() throws IOException {
    Arena arena = Arena.ofShared();
    boolean done = false;
    try {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
      arenas.add(arena);
      done = true;
      return mapped;
    } finally {
      if (!done) {
        arena.close();
      }
    }
  }

  /** The whole file as it is now. */
  MemorySegment segment() {
    return all;
  }

  /**
   * Makes the file longer; a failure leaves it as it was.
   *
   * @throws IOException if the disk is full, say
   */
  void grow(long size) throws IOException {
    long old = all.byteSize();
    boolean done = false;
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK);
      for (long at = old; at < size; ) {
        zeros.position(0).limit((int) Math.min(BLOCK, size - at));
        at += channel.write(zeros, at);
      }
      all = map();
      done = true;
    } finally {
      if (!done) {
        channel.truncate(old);
      }
    }
  }

  /** Forces to disk what was written through any mapping. */
  void force() {
    all.force();
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    arenas.forEach(Arena::close);
    arenas.clear();
    channel.close();
  }
}
