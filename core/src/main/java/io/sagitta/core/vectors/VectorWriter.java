package io.sagitta.core.vectors;

import io.sagitta.core.Vectors;
import io.sagitta.core.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Writes a vector file block by block and puts it in place at {@link #commit}; without a commit
 * nothing is left behind. Little-endian always.
 *
 * <p>For one thread.
 */
public final class VectorWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;

  private final VectorFormat format;
  private final ElementType element;
  private final int d;
  private final AtomicFile file;
  private final FileChannel channel;
  private final ByteBuffer buffer;
  private long n;

  private VectorWriter(VectorFormat format, ElementType element, int d, AtomicFile file)
      throws IOException {
    this.format = format;
    this.element = element;
    this.d = d;
    this.file = file;
    channel = file.channel();
    int row = d * element.bytes() + 4;
    buffer = ByteBuffer.allocateDirect(Math.max(row, BUFFER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    writeHeader();
  }

  /**
   * Begins a file of the ending's format and usual component type.
   *
   * @param d components of every vector, 1..{@value VectorFileInfo#MAX_D}
   * @throws IllegalArgumentException for an unknown ending or d out of range
   * @throws UnsupportedOperationException for IDX, which is read only
   */
  public static VectorWriter create(Path file, int d) throws IOException {
    return create(file, d, VectorFormat.of(file).element());
  }

  /**
   * Begins a file with a chosen component type, which only {@code .npy} leaves open.
   *
   * @throws IllegalArgumentException if the format has another type
   */
  public static VectorWriter create(Path file, int d, ElementType element) throws IOException {
    VectorFormat format = VectorFormat.of(file);
    if (format == VectorFormat.IDX) {
      throw new UnsupportedOperationException("VectorWriter writes no IDX files: " + file);
    }
    if (format != VectorFormat.NPY && element != format.element()) {
      throw new IllegalArgumentException(
          format.ending() + " files hold " + format.element() + ", not " + element);
    }
    if (d < 1 || d > VectorFileInfo.MAX_D) {
      throw new IllegalArgumentException(
          "dimension d = " + d + " is not in [1, " + VectorFileInfo.MAX_D + "]");
    }
    AtomicFile atomic = AtomicFile.create(file);
    try {
      return new VectorWriter(format, element, d, atomic);
    } catch (Throwable t) {
      atomic.close();
      throw t;
    }
  }

  /** Vectors appended so far. */
  public long count() {
    return n;
  }

  /**
   * Appends vectors.
   *
   * @throws IllegalArgumentException if the dimension differs, or an integer format cannot hold a
   *     value (it says which; vectors before it are written)
   */
  public void append(Vectors vectors) throws IOException {
    if (vectors.d() != d) {
      throw new IllegalArgumentException(
          "the file holds vectors of dimension " + d + ", given: " + vectors.d());
    }
    for (long i = 0; i < vectors.n(); i++) {
      if (element.isInteger()) {
        requireHeld(vectors, i);
      }
      startRow();
      for (int j = 0; j < d; j++) {
        element.put(buffer, vectors.get(i, j));
      }
      n++;
    }
  }

  private void requireHeld(Vectors vectors, long i) {
    for (int j = 0; j < d; j++) {
      float v = vectors.get(i, j);
      if (!element.holds(v)) {
        throw new IllegalArgumentException(
            "component "
                + j
                + " of vector "
                + n
                + " is "
                + v
                + ", which "
                + element
                + " does not hold");
      }
    }
  }

  /**
   * Appends the row {@code values[from .. from + d)} to an int32 or int64 file, exactly.
   *
   * @throws IllegalArgumentException if a number is out of the type's range
   */
  public void appendRow(long[] values, int from) throws IOException {
    for (int j = from; j < from + d; j++) {
      if (element != ElementType.INT64
          && (element != ElementType.INT32 || values[j] != (int) values[j])) {
        throw new IllegalArgumentException(
            "id " + values[j] + " in row " + n + " does not fit into " + element);
      }
    }
    startRow();
    for (int j = from; j < from + d; j++) {
      if (element == ElementType.INT64) {
        buffer.putLong(values[j]);
      } else {
        buffer.putInt((int) values[j]);
      }
    }
    n++;
  }

  private void startRow() throws IOException {
    if (buffer.remaining() < d * element.bytes() + 4) {
      flush();
    }
    if (format.isRecords()) {
      buffer.putInt(d);
    }
  }

  /** Ends the file and puts it in the target's place. */
  public void commit() throws IOException {
    if (format.isBigAnn() && n > 0xffffffffL) {
      throw new IllegalArgumentException(
          format.ending() + " files hold at most 2^32 - 1 vectors, not " + n);
    }
    flush();
    if (!format.isRecords()) {
      channel.position(0);
      writeHeader();
      flush();
    }
    file.commit();
  }

  private void writeHeader() throws IOException {
    if (format == VectorFormat.NPY) {
      buffer.put(NpyHeader.bytes(element, n, d));
    } else if (format.isBigAnn()) {
      buffer.putInt((int) n).putInt(d);
    }
    flush();
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
