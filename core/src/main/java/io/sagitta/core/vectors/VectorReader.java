package io.sagitta.core.vectors;

import io.sagitta.core.Vectors;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads a vector file block by block as float32, so that a file larger than memory can be used.
 *
 * <pre>{@code
 * try (VectorReader in = VectorReader.open(file)) {
 *   for (Vectors block = in.next(10_000); block.n() > 0; block = in.next(10_000)) {
 *     index.add(block);
 *   }
 * }
 * }</pre>
 *
 * <p>For one thread. Holds one block of at most 64 MiB (or one row, if that is longer) on the heap.
 */
public final class VectorReader implements AutoCloseable {
  private static final long MAX_BLOCK_FLOATS = 16 << 20;

  private final VectorFileInfo info;
  private final RowStream rows;
  private float[] block = new float[0];

  private VectorReader(VectorFileInfo info, RowStream rows) {
    this.info = info;
    this.rows = rows;
  }

  /**
   * Opens a file; its ending names the format.
   *
   * @throws io.sagitta.core.IndexFormatException if the header is damaged or does not fit the size
   * @throws IllegalArgumentException if the ending is unknown
   */
  public static VectorReader open(Path file) throws IOException {
    VectorFileInfo info = VectorFiles.inspect(file);
    return new VectorReader(info, new RowStream(info));
  }

  /** What the header says. */
  public VectorFileInfo info() {
    return info;
  }

  /** Rows not yet read. */
  public long remaining() {
    return info.n() - rows.next();
  }

  /**
   * The next rows, at most {@code maxRows} of them and fewer where the block would pass 64 MiB; an
   * empty view at the end. The view's memory is used again by the next call.
   *
   * @throws io.sagitta.core.IndexFormatException if the file is damaged there or was cut
   * @throws IllegalArgumentException if maxRows &lt; 1
   */
  public Vectors next(long maxRows) throws IOException {
    if (maxRows < 1) {
      throw new IllegalArgumentException("maxRows = " + maxRows + " must be at least 1");
    }
    int d = info.d();
    int count = (int) Math.min(Math.min(maxRows, remaining()), Math.max(1, MAX_BLOCK_FLOATS / d));
    if (block.length < count * d) {
      block = new float[count * d];
    }
    float[] out = block;
    ElementType element = info.element();
    rows.read(count, (in, i) -> element.toFloats(in, out, i * d, d));
    return Vectors.of(out, d).slice(0, count);
  }

  /**
   * Passes over rows.
   *
   * @throws IllegalArgumentException if fewer are left
   */
  public void skip(long count) throws IOException {
    if (count < 0 || count > remaining()) {
      throw new IllegalArgumentException(
          "cannot skip " + count + " rows, " + remaining() + " are left");
    }
    rows.skip(count);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
