package io.sagitta.storage.fs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file, written and read at explicit offsets (bytes). May be used by several threads;
 * writes to the same bytes are the caller's to order.
 */
public interface StorageFile extends Closeable {
  /** Writes all that remains of a buffer at an offset. A failure may have written part of it. */
  void write(ByteBuffer source, long position) throws IOException;

  /**
   * Fills a buffer from an offset, as far as the file goes.
   *
   * @return bytes read, fewer than the buffer takes only at the end of the file
   */
  int read(ByteBuffer target, long position) throws IOException;

  /** Bytes in the file. */
  long size() throws IOException;

  /** Cuts the file to a size. */
  void truncate(long size) throws IOException;

  /** Returns when what was written, and the size, are durable. */
  void sync() throws IOException;
}
