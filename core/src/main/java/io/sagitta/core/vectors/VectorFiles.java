package io.sagitta.core.vectors;

import io.sagitta.core.Vectors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Whole vector files: look, read, map, write. For files larger than memory see {@link VectorReader}
 * and {@link VectorWriter}. The ending of the name says the format, see {@link VectorFormat}.
 *
 * <p>Safe for all threads.
 */
public final class VectorFiles {
  private static final long BLOCK_ROWS = 4096;

  private VectorFiles() {}

  /**
   * Reads and checks a file's header.
   *
   * @throws io.sagitta.core.IndexFormatException if it is damaged or does not fit the file's size
   * @throws IllegalArgumentException if the ending is unknown
   */
  public static VectorFileInfo inspect(Path file) throws IOException {
    return HeaderReader.read(file);
  }

  /** Reads a file as float32 into off-heap memory that is freed with the last reference to it. */
  public static Vectors read(Path file) throws IOException {
    return read(file, Arena.ofAuto());
  }

  /**
   * Reads a file as float32 into memory of an arena: n·d·4 bytes.
   *
   * @throws io.sagitta.core.IndexFormatException if the file is damaged
   */
  public static Vectors read(Path file, Arena arena) throws IOException {
    try (VectorReader in = VectorReader.open(file)) {
      long n = in.info().n();
      int d = in.info().d();
      RowStream.requireAllRows(in.info());
      MemorySegment data = arena.allocate(n * d * 4, 64);
      long at = 0;
      for (Vectors block = in.next(BLOCK_ROWS); block.n() > 0; block = in.next(BLOCK_ROWS)) {
        long bytes = block.n() * block.rowBytes();
        MemorySegment.copy(block.data(), 0, data, at, bytes);
        at += bytes;
      }
      return new Vectors(n, d, data);
    }
  }

  /**
   * Maps a little-endian float32 {@code .npy} or {@code .fbin} without copying. The view is
   * read-only and lives as long as the arena. If the file is cut while mapped, reading behind its
   * new end throws {@link InternalError}.
   *
   * @throws IllegalArgumentException if the file's rows do not lie there as plain float32
   */
  public static Vectors map(Path file, Arena arena) throws IOException {
    VectorFileInfo info = inspect(file);
    if (!info.isMappable()) {
      throw new IllegalArgumentException(
          file
              + " cannot be mapped: only little-endian float32 .npy and .fbin lie as vectors in"
              + " memory");
    }
    long bytes = info.n() * info.rowBytes();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment data =
          channel.map(FileChannel.MapMode.READ_ONLY, info.dataOffset(), bytes, arena);
      return new Vectors(info.n(), info.d(), data);
    }
  }

  /** Writes all vectors, atomically; the ending of the name says the format. */
  public static void write(Path file, Vectors vectors) throws IOException {
    try (VectorWriter out = VectorWriter.create(file, vectors.d())) {
      out.append(vectors);
      out.commit();
    }
  }
}
