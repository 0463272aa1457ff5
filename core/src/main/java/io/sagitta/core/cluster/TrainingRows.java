package io.sagitta.core.cluster;

import io.sagitta.core.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The rows of a training, as floats or as codes that are decoded block by block.
 *
 * <p>Immutable; {@link #read} and {@link #block} may be called by any thread.
 */
interface TrainingRows {
  int n();

  int d();

  /** Copies rows [from, from + count) to {@code out}, count × d elements. */
  void read(int from, int count, float[] out, int outOffset);

  /** Rows [from, from + count) as a view; decoded if need be. */
  Vectors block(int from, int count);

  /** The most rows that {@link #block} should be asked for. */
  int blockRows();

  /** The chosen rows, in this order, in memory of the arena. */
  TrainingRows gather(int[] rows, Arena arena);

  /** Throws {@link IllegalArgumentException} if a component is NaN or infinite. */
  void checkFinite();

  /** Rows held as floats. */
  record Floats(Vectors x) implements TrainingRows {
    @Override
    public int n() {
      return (int) x.n();
    }

    @Override
    public int d() {
      return x.d();
    }

    @Override
    public void read(int from, int count, float[] out, int outOffset) {
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(from), out, outOffset, count * x.d());
    }

    @Override
    public Vectors block(int from, int count) {
      return x.slice(from, count);
    }

    @Override
    public int blockRows() {
      return Integer.MAX_VALUE;
    }

    @Override
    public TrainingRows gather(int[] rows, Arena arena) {
      MemorySegment out = arena.allocate(rows.length * x.rowBytes(), 64);
      for (int i = 0; i < rows.length; i++) {
        MemorySegment.copy(x.data(), x.offset(rows[i]), out, x.offset(i), x.rowBytes());
      }
      return new Floats(new Vectors(rows.length, x.d(), out));
    }

    @Override
    public void checkFinite() {
      float[] row = new float[x.d()];
      for (int i = 0; i < x.n(); i++) {
        read(i, 1, row, 0);
        float sum = 0;
        for (float v : row) {
          sum += v * 0f;
        }
        if (sum != 0) {
          throw new IllegalArgumentException(
              "row " + i + " of the training set holds NaN or infinity");
        }
      }
    }
  }
}
