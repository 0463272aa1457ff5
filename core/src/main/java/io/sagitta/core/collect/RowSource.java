package io.sagitta.core.collect;

import io.sagitta.core.Vectors;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The float32 rows that a flat scan goes through, cut into blocks, in ascending order of id over
 * all blocks. FAISS's tie rules are defined by that order.
 *
 * <p>Immutable and safe for all threads: a batch loads the same block once per thread.
 */
public abstract class RowSource {
  /** For subclasses. */
  protected RowSource() {}

  /** An upper bound of the rows of all blocks together. */
  public abstract long size();

  /** Number of blocks. */
  public abstract int blocks();

  /** Fills {@code into} with block {@code b}, 0 ≤ b &lt; {@link #blocks()}; it may be empty. */
  public abstract void load(int b, RowBlock into);

  /** All rows, row r under id r. */
  public static RowSource of(CodeRows rows) {
    return new Chunked(rows, null);
  }

  /** The rows that a sieve lets through, under the ids it gives them. */
  public static RowSource of(CodeRows rows, RowSieve sieve) {
    return new Chunked(rows, sieve);
  }

  /** All rows of a view, row r under id r. */
  public static RowSource of(Vectors rows) {
    return of(CodeRows.over(rows.data(), Math.toIntExact(rows.rowBytes()), rows.n()));
  }

  private static final class Chunked extends RowSource {
    private final CodeRows rows;
    private final @Nullable RowSieve sieve;
    private final long step;

    Chunked(CodeRows rows, @Nullable RowSieve sieve) {
      this.rows = rows;
      this.sieve = sieve;
      step = Math.min(RowBlock.MAX_ROWS, rows.chunkRows());
    }

    @Override
    public long size() {
      return rows.size();
    }

    @Override
    public int blocks() {
      return Math.toIntExact((rows.size() + step - 1) / step);
    }

    @Override
    public void load(int b, RowBlock into) {
      long first = b * step;
      int n = (int) Math.min(step, rows.size() - first);
      MemorySegment segment = rows.chunk(first);
      long offset = rows.offset(first);
      if (sieve == null) {
        into.setDense(segment, offset, rows.rowBytes(), n, first);
        return;
      }
      int count = sieve.sift(first, n, into.placesToFill(), into.idsToFill());
      into.setChosen(segment, offset, rows.rowBytes(), count);
    }
  }
}
