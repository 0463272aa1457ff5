package io.sagitta.ivf;

import io.sagitta.core.codec.CodeBlocks;
import io.sagitta.core.codec.VectorCodec;
import java.lang.foreign.MemorySegment;

/**
 * Where the codes of a chunk's rows lie: one after the other, or in blocks made for scanning.
 * Either way {@code unit} rows take {@code unit·codeSize} bytes.
 */
abstract sealed class ListLayout {
  final int codeSize;

  private ListLayout(int codeSize) {
    this.codeSize = codeSize;
  }

  static ListLayout of(VectorCodec codec) {
    CodeBlocks blocks = codec.blocks();
    return blocks == null ? new Rows(codec.codeSize()) : new Blocks(blocks);
  }

  static ListLayout rows(int codeSize) {
    return new Rows(codeSize);
  }

  /** The capacity of a chunk is a multiple of this. */
  abstract int unit();

  /** Writes n plain codes to rows from {@code row} on. */
  abstract void write(ListChunk to, int row, int n, MemorySegment plain, long offset);

  /** Reads n rows as plain codes. */
  abstract void read(ListChunk from, int row, int n, MemorySegment plain, long offset);

  /** Copies rows from chunk to chunk. */
  abstract void copy(ListChunk from, int row, int n, ListChunk to, int at);

  private static final class Rows extends ListLayout {
    Rows(int codeSize) {
      super(codeSize);
    }

    @Override
    int unit() {
      return 1;
    }

    @Override
    void write(ListChunk to, int row, int n, MemorySegment plain, long offset) {
      MemorySegment.copy(
          plain, offset, to.data(), to.codesAt() + (long) row * codeSize, (long) n * codeSize);
    }

    @Override
    void read(ListChunk from, int row, int n, MemorySegment plain, long offset) {
      MemorySegment.copy(
          from.data(), from.codesAt() + (long) row * codeSize, plain, offset, (long) n * codeSize);
    }

    @Override
    void copy(ListChunk from, int row, int n, ListChunk to, int at) {
      write(to, at, n, from.data(), from.codesAt() + (long) row * codeSize);
    }
  }

  private static final class Blocks extends ListLayout {
    private final CodeBlocks blocks;
    private final int unit;

    Blocks(CodeBlocks blocks) {
      super(blocks.codeSize());
      this.blocks = blocks;
      unit = blocks.rows();
      if (blocks.blockBytes() != unit * codeSize) {
        throw new IllegalStateException(
            "a block of "
                + blocks.blockBytes()
                + " bytes is not "
                + unit
                + " codes of "
                + codeSize);
      }
    }

    @Override
    int unit() {
      return unit;
    }

    private long block(ListChunk chunk, int row) {
      return chunk.codesAt() + (long) (row / unit) * blocks.blockBytes();
    }

    @Override
    void write(ListChunk to, int row, int n, MemorySegment plain, long offset) {
      for (int i = 0; i < n; i++) {
        int r = row + i;
        blocks.put(to.data(), block(to, r), r % unit, plain, offset + (long) i * codeSize);
      }
    }

    @Override
    void read(ListChunk from, int row, int n, MemorySegment plain, long offset) {
      for (int i = 0; i < n; i++) {
        int r = row + i;
        blocks.take(from.data(), block(from, r), r % unit, plain, offset + (long) i * codeSize);
      }
    }

    @Override
    void copy(ListChunk from, int row, int n, ListChunk to, int at) {
      int whole = row % unit == 0 && at % unit == 0 ? n / unit * unit : 0;
      MemorySegment.copy(
          from.data(), block(from, row), to.data(), block(to, at), (long) whole * codeSize);
      MemorySegment plain = MemorySegment.ofArray(new byte[codeSize]);
      for (int i = whole; i < n; i++) {
        read(from, row + i, 1, plain, 0);
        write(to, at + i, 1, plain, 0);
      }
    }
  }
}
