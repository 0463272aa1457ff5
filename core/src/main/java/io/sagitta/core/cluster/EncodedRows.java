package io.sagitta.core.cluster;

import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Training rows that stay encoded; a block is decoded when it is asked for.
 *
 * @param codes n·codeSize bytes
 */
record EncodedRows(VectorCodec codec, MemorySegment codes, int n) implements TrainingRows {
  /** Floats of a decoded block: 4 MB. */
  private static final int BLOCK_FLOATS = 1 << 20;

  @Override
  public int d() {
    return codec.d();
  }

  @Override
  public void read(int from, int count, float[] out, int outOffset) {
    codec.decode(
        count,
        codes,
        (long) from * codec.codeSize(),
        MemorySegment.ofArray(out),
        (long) outOffset * Float.BYTES);
  }

  @Override
  public Vectors block(int from, int count) {
    float[] rows = new float[count * d()];
    read(from, count, rows, 0);
    return Vectors.of(rows, d());
  }

  @Override
  public int blockRows() {
    return Math.max(1, BLOCK_FLOATS / d());
  }

  @Override
  public TrainingRows gather(int[] rows, Arena arena) {
    int size = codec.codeSize();
    MemorySegment chosen = arena.allocate((long) rows.length * size, 64);
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(codes, (long) rows[i] * size, chosen, (long) i * size, size);
    }
    return new EncodedRows(codec, chosen, rows.length);
  }

  /** Like FAISS, takes it that a codec gives finite values. */
  @Override
  public void checkFinite() {}
}
