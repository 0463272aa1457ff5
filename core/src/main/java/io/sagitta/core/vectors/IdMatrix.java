package io.sagitta.core.vectors;

import io.sagitta.core.IndexFormatException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A table of whole numbers, n rows of k, row-major: ids of vectors (k = 1), search results or
 * ground truth. Files: {@code .npy} of an integer type, {@code .ivecs}, {@code .bvecs} or IDX.
 *
 * @param n rows, ≥ 0
 * @param k numbers of a row, ≥ 1
 * @param ids n·k numbers; the array is shared, not copied
 */
public record IdMatrix(int n, int k, long[] ids) {
  /**
   * @throws IllegalArgumentException if the sizes disagree
   */
  public IdMatrix {
    if (n < 0 || k < 1 || (long) n * k != ids.length) {
      throw new IllegalArgumentException(
          "n = " + n + ", k = " + k + " do not describe " + ids.length + " ids");
    }
  }

  /** The number in row i, column j. */
  public long get(int i, int j) {
    return ids[i * k + j];
  }

  /**
   * Reads a file exactly.
   *
   * @throws IndexFormatException if the file is damaged or holds no whole numbers
   * @throws IllegalArgumentException if it holds more than an array can, or its ending is unknown
   */
  public static IdMatrix read(Path file) throws IOException {
    VectorFileInfo info = VectorFiles.inspect(file);
    if (!info.element().isInteger()) {
      throw HeaderReader.bad(
          file, 0, "ids are whole numbers, the file holds " + info.element(), null);
    }
    int k = info.d();
    if (info.n() > (Integer.MAX_VALUE - 8) / k) {
      throw new IllegalArgumentException(info + " does not fit into one array");
    }
    RowStream.requireAllRows(info);
    int n = (int) info.n();
    long[] ids = new long[n * k];
    ElementType element = info.element();
    try (RowStream rows = new RowStream(info)) {
      rows.read(
          n,
          (in, i) -> {
            for (int j = i * k; j < (i + 1) * k; j++) {
              ids[j] = element.nextLong(in);
            }
          });
    }
    return new IdMatrix(n, k, ids);
  }

  /**
   * Writes {@code .npy} (int64) or {@code .ivecs} (int32), atomically.
   *
   * @throws IllegalArgumentException for another ending, or an id that int32 does not hold
   */
  public void write(Path file) throws IOException {
    VectorFormat format = VectorFormat.of(file);
    if (format != VectorFormat.NPY && format != VectorFormat.IVECS) {
      throw new IllegalArgumentException("ids are written to .npy or .ivecs, not to " + file);
    }
    ElementType element = format == VectorFormat.NPY ? ElementType.INT64 : ElementType.INT32;
    try (VectorWriter out = VectorWriter.create(file, k, element)) {
      for (int i = 0; i < n; i++) {
        out.appendRow(ids, i * k);
      }
      out.commit();
    }
  }
}
