package io.sagitta.flat;

import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.StoredBytes;
import java.io.IOException;

/**
 * The rows an index of flat codes begins with: none, those of a file, or memory of the caller. To
 * be given to one index.
 */
final class StoredRows {
  private final RowWriter writer;
  private final FlatRows rows;
  private final boolean readOnly;

  private StoredRows(RowWriter writer, FlatRows rows, boolean readOnly) {
    this.writer = writer;
    this.rows = rows;
    this.readOnly = readOnly;
  }

  /** No rows. */
  static StoredRows none(int codeSize) {
    RowWriter writer = new RowWriter(codeSize);
    return new StoredRows(writer, writer.none(), false);
  }

  /**
   * The next n·codeSize bytes of a file: copied off heap, or in place when the file is mapped,
   * which makes the index read-only.
   *
   * @throws IOException an {@code IndexFormatException} if the file does not hold that much
   */
  static StoredRows read(IndexInput in, int codeSize, long n) throws IOException {
    RowWriter writer = new RowWriter(codeSize);
    if (n < 0 || n > in.remaining() / codeSize) {
      throw in.bad(
          n + " codes of " + codeSize + " bytes exceed the " + in.remaining() + " bytes left");
    }
    int full = writer.fullRows();
    long chunks = (n + full - 1) / full;
    if (chunks > Integer.MAX_VALUE - 8) {
      throw in.bad(n + " codes of " + codeSize + " bytes exceed this reader's bound");
    }
    Chunk[] all = new Chunk[(int) chunks];
    for (int i = 0; i < chunks; i++) {
      int here = (int) Math.min(full, n - (long) i * full);
      StoredBytes bytes = in.readStored((long) here * codeSize);
      all[i] = writer.adopt(bytes.segment(), ChunkMemory.stored(bytes), i, here);
    }
    return new StoredRows(writer, writer.assemble(all), in.options().map());
  }

  /** The caller's vectors, in place. */
  static StoredRows over(Vectors x) {
    int codeSize = Math.toIntExact(x.rowBytes());
    RowWriter writer = new RowWriter(codeSize);
    int full = writer.fullRows();
    Chunk[] all = new Chunk[Math.toIntExact((x.n() + full - 1) / full)];
    for (int i = 0; i < all.length; i++) {
      int here = (int) Math.min(full, x.n() - (long) i * full);
      all[i] =
          writer.adopt(
              x.data().asSlice(x.offset((long) i * full), (long) here * codeSize),
              ChunkMemory.borrowed(),
              i,
              here);
    }
    return new StoredRows(writer, writer.assemble(all), false);
  }

  RowWriter writer() {
    return writer;
  }

  FlatRows rows() {
    return rows;
  }

  /** Whether the index must refuse to write. */
  boolean readOnly() {
    return readOnly;
  }
}
