package io.sagitta.core.vectors;

import java.nio.file.Path;
import java.util.Locale;

/** The vector file formats, told apart by the ending of the file's name. */
public enum VectorFormat {
  /** Records of int32 d and d float32, little-endian (TEXMEX). */
  FVECS(".fvecs", ElementType.FLOAT32),
  /** Records of int32 d and d uint8 (TEXMEX). */
  BVECS(".bvecs", ElementType.UINT8),
  /** Records of int32 d and d int32, little-endian (TEXMEX ground truth). */
  IVECS(".ivecs", ElementType.INT32),
  /**
   * numpy array, C order, of any {@link ElementType}; float32 unless the writer is told another.
   */
  NPY(".npy", ElementType.FLOAT32),
  /** uint32 n, uint32 d, then n × d float32, little-endian (big-ann-benchmarks). */
  FBIN(".fbin", ElementType.FLOAT32),
  /** uint32 n, uint32 d, then n × d uint8 (big-ann-benchmarks). */
  U8BIN(".u8bin", ElementType.UINT8),
  /** uint32 n, uint32 d, then n × d int8 (big-ann-benchmarks). */
  I8BIN(".i8bin", ElementType.INT8),
  /** IDX as MNIST and Fashion-MNIST come, big-endian, plain or gzip; read only. */
  IDX(".idx", ElementType.UINT8);

  private final String ending;
  private final ElementType element;

  VectorFormat(String ending, ElementType element) {
    this.ending = ending;
    this.element = element;
  }

  /** The ending of file names, with its dot. */
  public String ending() {
    return ending;
  }

  /** The type of a component; for {@link #NPY} and {@link #IDX} the usual one. */
  public ElementType element() {
    return element;
  }

  /** Whether every row is a record that begins with its own dimension. */
  boolean isRecords() {
    return this == FVECS || this == BVECS || this == IVECS;
  }

  /** Whether the file begins with uint32 n and uint32 d. */
  boolean isBigAnn() {
    return this == FBIN || this == U8BIN || this == I8BIN;
  }

  /**
   * The format of a file by its name. IDX files are {@code .idx}, {@code …-ubyte}, and these with
   * {@code .gz}.
   *
   * @throws IllegalArgumentException if the ending is none of the known ones
   */
  public static VectorFormat of(Path file) {
    Path last = file.getFileName();
    String name = last == null ? "" : last.toString().toLowerCase(Locale.ROOT);
    for (VectorFormat f : values()) {
      if (name.endsWith(f.ending)) {
        return f;
      }
    }
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    if (plain.endsWith("-ubyte") || plain.endsWith(".idx")) {
      return IDX;
    }
    throw new IllegalArgumentException(
        file
            + ": the ending names no vector format (known: .fvecs .bvecs .ivecs .npy .fbin .u8bin"
            + " .i8bin .idx, idx1-ubyte.gz, idx3-ubyte.gz)");
  }

  static boolean isGzip(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }
}
