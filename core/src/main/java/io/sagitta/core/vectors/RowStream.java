package io.sagitta.core.vectors;

import io.sagitta.core.IndexFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a vector file as bytes, one chunk after the other; the length field of every record
 * is checked and jumped over.
 *
 * <p>For one thread.
 */
final class RowStream implements AutoCloseable {
  /** Enough to make system calls rare, small enough to stay in a core's cache. */
  private static final int CHUNK_BYTES = 256 << 10;

  /** What to do with one row: decode it from the buffer's position. */
  interface RowSink {
    void row(ByteBuffer in, int indexInBlock);
  }

  private final VectorFileInfo info;
  private final InputStream in;
  private final byte[] chunk;
  private long next;

  RowStream(VectorFileInfo info) throws IOException {
    this.info = info;
    long rowBytes = info.rowBytes();
    chunk = new byte[Math.toIntExact(Math.max(rowBytes, CHUNK_BYTES / rowBytes * rowBytes))];
    in = open(info.file());
    try {
      in.skipNBytes(info.dataOffset());
    } catch (Throwable t) {
      in.close();
      throw t;
    }
  }

  static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    if (!VectorFormat.isGzip(file)) {
      return raw;
    }
    try {
      return new GZIPInputStream(raw, 64 << 10);
    } catch (Throwable t) {
      raw.close();
      throw t;
    }
  }

  /**
   * Makes sure that a gzip file holds the rows it claims, before anyone allocates for them; other
   * files' headers were checked against their size.
   */
  static void requireAllRows(VectorFileInfo info) throws IOException {
    if (VectorFormat.isGzip(info.file())) {
      try (RowStream rows = new RowStream(info)) {
        rows.skip(info.n());
      }
    }
  }

  /** Index of the row that comes next. */
  long next() {
    return next;
  }

  /** Passes over rows without decoding them. */
  void skip(long rows) throws IOException {
    try {
      in.skipNBytes(rows * info.rowBytes());
      next += rows;
    } catch (EOFException | ZipException e) {
      throw cut(e);
    }
  }

  /** Hands the next {@code rows} rows to the sink; they must be there. */
  void read(int rows, RowSink sink) throws IOException {
    int rowBytes = (int) info.rowBytes();
    int perChunk = chunk.length / rowBytes;
    for (int done = 0; done < rows; ) {
      int now = Math.min(perChunk, rows - done);
      int got;
      try {
        got = in.readNBytes(chunk, 0, now * rowBytes);
      } catch (EOFException | ZipException e) {
        throw cut(e);
      }
      if (got < now * rowBytes) {
        throw cut(null);
      }
      ByteBuffer buffer = ByteBuffer.wrap(chunk).order(info.order());
      for (int i = 0; i < now; i++) {
        buffer.position(i * rowBytes);
        if (info.format().isRecords()) {
          checkLength(buffer, next + i);
        }
        sink.row(buffer, done + i);
      }
      next += now;
      done += now;
    }
  }

  private void checkLength(ByteBuffer buffer, long row) throws IndexFormatException {
    int d = buffer.order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (d != info.d()) {
      throw HeaderReader.bad(
          info.file(),
          info.dataOffset() + row * info.rowBytes(),
          "record " + row + " has dimension " + d + ", the first has " + info.d(),
          null);
    }
  }

  private IndexFormatException cut(@Nullable Throwable cause) {
    return HeaderReader.bad(
        info.file(),
        info.dataOffset() + next * info.rowBytes(),
        "the file ends or is damaged before row "
            + info.n()
            + ", after "
            + next
            + " rows were read"
            + (cause == null ? "" : ": " + cause.getMessage()),
        cause);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
