package io.sagitta.core.vectors;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a vector file's header says, after it was checked against the file's size (for gzip: against
 * the most that deflate can hold).
 *
 * @param file the file
 * @param format its format
 * @param element type of a component
 * @param order byte order of components
 * @param n number of rows, ≥ 0
 * @param d components of a row, 1..{@value #MAX_D}
 * @param dataOffset where the first row begins, in bytes of the uncompressed file
 */
public record VectorFileInfo(
    Path file,
    VectorFormat format,
    ElementType element,
    ByteOrder order,
    long n,
    int d,
    long dataOffset) {
  /** The largest dimension accepted, as in index files. */
  public static final int MAX_D = 1 << 20;

  /** Bytes from one row to the next, a record's own length field included. */
  public long rowBytes() {
    return (long) d * element.bytes() + (format.isRecords() ? 4 : 0);
  }

  /** Whether {@link VectorFiles#map} can use the file as it lies. */
  public boolean isMappable() {
    return element == ElementType.FLOAT32
        && order == ByteOrder.LITTLE_ENDIAN
        && !format.isRecords()
        && !VectorFormat.isGzip(file);
  }

  @Override
  public String toString() {
    return file.getFileName()
        + ": "
        + n
        + " x "
        + d
        + " "
        + element.name().toLowerCase(Locale.ROOT);
  }
}
