package io.sagitta.core.vectors;

import io.sagitta.core.IndexFormatException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads and checks the header of each format; allocates nothing of a size that a file claims. */
final class HeaderReader {
  /** Deflate cannot expand a byte into more than this many. */
  private static final long DEFLATE_RATIO = 1032;

  private final Path file;
  private final long size;
  private final DataInputStream in;

  private HeaderReader(Path file, long size, DataInputStream in) {
    this.file = file;
    this.size = size;
    this.in = in;
  }

  static VectorFileInfo read(Path file) throws IOException {
    VectorFormat format = VectorFormat.of(file);
    try (DataInputStream in = new DataInputStream(RowStream.open(file))) {
      long bytes = Files.size(file);
      // The most that the uncompressed file can hold.
      long size = VectorFormat.isGzip(file) ? bytes * DEFLATE_RATIO : bytes;
      HeaderReader reader = new HeaderReader(file, size, in);
      return switch (format) {
        case FVECS, BVECS, IVECS -> reader.records(format);
        case FBIN, U8BIN, I8BIN -> reader.bigAnn(format);
        case NPY -> reader.npy();
        case IDX -> reader.idx();
      };
    } catch (EOFException e) {
      throw bad(file, Files.size(file), "the file ends inside its header", e);
    } catch (ZipException e) {
      throw bad(file, 0, "not a gzip file: " + e.getMessage(), e);
    }
  }

  private VectorFileInfo records(VectorFormat format) throws IOException {
    if (size == 0) {
      throw bad(0, "the file is empty, its dimension is unknown");
    }
    int d = dimension(Integer.toUnsignedLong(Integer.reverseBytes(in.readInt())), 0);
    long record = 4 + (long) d * format.element().bytes();
    if (size % record != 0) {
      throw bad(
          size - size % record,
          size
              + " bytes are not a whole number of records of "
              + record
              + " bytes (d = "
              + d
              + ")");
    }
    return info(format, format.element(), ByteOrder.LITTLE_ENDIAN, size / record, d, 0);
  }

  private VectorFileInfo bigAnn(VectorFormat format) throws IOException {
    long n = Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
    int d = dimension(Integer.toUnsignedLong(Integer.reverseBytes(in.readInt())), 4);
    long data = n * d * format.element().bytes();
    if (size - 8 != data) {
      throw bad(
          0,
          n + " x " + d + " need " + data + " bytes after the header, the file has " + (size - 8));
    }
    return info(format, format.element(), ByteOrder.LITTLE_ENDIAN, n, d, 8);
  }

  private VectorFileInfo npy() throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(start, 0, 6, NpyHeader.MAGIC, 0, 6)) {
      throw bad(0, "not a numpy array: the magic number is missing");
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw bad(6, "numpy format version " + version + " is not 1, 2 or 3");
    }
    long length;
    int prefix;
    if (version == 1) {
      length = Short.toUnsignedLong(Short.reverseBytes(in.readShort()));
      prefix = 10;
    } else {
      length = Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
      prefix = 12;
    }
    if (length > NpyHeader.MAX_LENGTH || length > size - prefix) {
      throw bad(
          8,
          "header length "
              + length
              + " is above "
              + Math.min(NpyHeader.MAX_LENGTH, Math.max(0, size - prefix)));
    }
    byte[] text = new byte[(int) length];
    in.readFully(text);
    NpyHeader header;
    try {
      header = NpyHeader.parse(new String(text, StandardCharsets.ISO_8859_1), prefix);
    } catch (IndexFormatException e) {
      throw bad(e.offset(), withoutOffset(e), e);
    }
    Long rowLength = header.rowLength();
    if (rowLength == null) {
      throw bad(8, "the shape " + header.shape() + " overflows");
    }
    int d = dimension(rowLength, 8);
    long n = header.rows();
    long offset = prefix + length;
    fits(n, (long) d * header.element().bytes(), offset);
    return info(VectorFormat.NPY, header.element(), header.order(), n, d, offset);
  }

  private VectorFileInfo idx() throws IOException {
    int magic = in.readInt();
    int axes = magic & 0xff;
    ElementType element =
        switch (magic >>> 8) {
          case 0x08 -> ElementType.UINT8;
          case 0x09 -> ElementType.INT8;
          case 0x0b -> ElementType.INT16;
          case 0x0c -> ElementType.INT32;
          case 0x0d -> ElementType.FLOAT32;
          case 0x0e -> ElementType.FLOAT64;
          default ->
              throw bad(0, "magic number 0x" + Integer.toHexString(magic) + " is not that of IDX");
        };
    if (axes < 1 || axes > 8) {
      throw bad(3, axes + " axes are not in [1, 8]");
    }
    long n = Integer.toUnsignedLong(in.readInt());
    long product = 1;
    for (int i = 1; i < axes; i++) {
      // At most 2^20 · 2^32: no overflow.
      product = dimension(product * Integer.toUnsignedLong(in.readInt()), 4L + 4L * i);
    }
    long offset = 4 + 4L * axes;
    fits(n, product * element.bytes(), offset);
    return info(VectorFormat.IDX, element, ByteOrder.BIG_ENDIAN, n, (int) product, offset);
  }

  private void fits(long n, long rowBytes, long offset) throws IndexFormatException {
    if (n > (size - offset) / rowBytes) {
      throw bad(
          offset,
          n
              + " rows of "
              + rowBytes
              + " bytes do not fit into the "
              + (size - offset)
              + " bytes after the header");
    }
  }

  private int dimension(long d, long offset) throws IndexFormatException {
    if (d < 1 || d > VectorFileInfo.MAX_D) {
      throw bad(offset, "dimension " + d + " is not in [1, " + VectorFileInfo.MAX_D + "]");
    }
    return (int) d;
  }

  private VectorFileInfo info(
      VectorFormat format, ElementType element, ByteOrder order, long n, int d, long offset) {
    return new VectorFileInfo(file, format, element, order, n, d, offset);
  }

  private IndexFormatException bad(long offset, String message) {
    return bad(file, offset, message, null);
  }

  private IndexFormatException bad(long offset, String message, Throwable cause) {
    return bad(file, offset, message, cause);
  }

  static IndexFormatException bad(
      Path file, long offset, String message, @Nullable Throwable cause) {
    IndexFormatException e =
        new IndexFormatException("", offset, file.getFileName() + ": " + message);
    if (cause != null) {
      e.initCause(cause);
    }
    return e;
  }

  private static String withoutOffset(IndexFormatException e) {
    String m = String.valueOf(e.getMessage());
    int end = m.lastIndexOf(" (at byte ");
    return end < 0 ? m : m.substring(0, end);
  }
}
