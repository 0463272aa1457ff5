package io.sagitta.cli;

import io.sagitta.core.Vectors;
import io.sagitta.core.vectors.VectorFileInfo;
import io.sagitta.core.vectors.VectorFiles;
import io.sagitta.core.vectors.VectorReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A vector file as a command takes it: whole where it can be mapped or fits into the budget, in
 * blocks otherwise.
 */
final class VectorSource implements AutoCloseable {
  /** What a command may hold of a vector file beside the index: 2 GiB of float32. */
  static final long DEFAULT_BUDGET = 2L << 30;

  private final VectorFileInfo info;
  private final long budget;
  private final Arena arena = Arena.ofShared();

  /** What is done with rows [from, from + block.n()). */
  interface BlockSink {
    void accept(Vectors block, long from) throws IOException;
  }

  VectorSource(Path file, long budget) throws IOException {
    IndexFiles.requireFile(file);
    info = VectorFiles.inspect(file);
    this.budget = budget;
  }

  VectorFileInfo info() {
    return info;
  }

  private boolean isWhole() {
    return info.isMappable() || floatBytes() <= budget;
  }

  private long floatBytes() {
    return info.n() * info.d() * 4;
  }

  private Vectors whole() throws IOException {
    return info.isMappable()
        ? VectorFiles.map(info.file(), arena)
        : VectorFiles.read(info.file(), arena);
  }

  /** Hands on all rows: in one block if possible, else in blocks of half the budget. */
  void forEachBlock(BlockSink sink) throws IOException {
    forEachBlock(isWhole() ? Math.max(1, info.n()) : rowsIn(budget / 2), sink);
  }

  /** Hands on all rows in blocks of some size. */
  void forEachBlock(long rows, BlockSink sink) throws IOException {
    if (rows >= info.n()) {
      sink.accept(whole(), 0);
      return;
    }
    try (VectorReader in = VectorReader.open(info.file());
        Arena blocks = Arena.ofShared()) {
      MemorySegment memory = blocks.allocate(rows * info.d() * 4, 64);
      long from = 0;
      while (in.remaining() > 0) {
        Vectors block = fill(in, memory, Math.min(rows, in.remaining()));
        sink.accept(block, from);
        from += block.n();
      }
    }
  }

  /** At most {@code maxRows} rows, evenly spread over the file; all of them if there are fewer. */
  Vectors sample(long maxRows) throws IOException {
    long n = info.n();
    long rows = Math.min(n, maxRows);
    if (rows == n) {
      return whole();
    }
    MemorySegment memory = arena.allocate(rows * info.d() * 4, 64);
    try (VectorReader in = VectorReader.open(info.file())) {
      for (long i = 0; i < rows; i++) {
        // Row i·n/rows of the file; the reader stands behind the one taken before.
        long row = (long) Math.floor((double) i * n / rows);
        in.skip(Math.max(0, row - (n - in.remaining())));
        Vectors one = in.next(1);
        MemorySegment.copy(one.data(), 0, memory, i * one.rowBytes(), one.rowBytes());
      }
    }
    return new Vectors(rows, info.d(), memory);
  }

  /** All rows if they fit the budget, else as many as do. */
  Vectors sampleWithinBudget() throws IOException {
    return sample(isWhole() ? Long.MAX_VALUE : rowsIn(budget));
  }

  private long rowsIn(long bytes) {
    return Math.max(1, bytes / (4L * info.d()));
  }

  private static Vectors fill(VectorReader in, MemorySegment memory, long rows) throws IOException {
    int d = in.info().d();
    long at = 0;
    while (at < rows) {
      Vectors part = in.next(rows - at);
      MemorySegment.copy(part.data(), 0, memory, at * d * 4, part.n() * d * 4);
      at += part.n();
    }
    return new Vectors(rows, d, memory);
  }

  @Override
  public void close() {
    arena.close();
  }
}
