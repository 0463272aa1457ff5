package io.sagitta.flat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.collect.RowBlock;
import io.sagitta.core.collect.RowSource;
import org.jspecify.annotations.Nullable;

/**
 * The live rows of a state whose ids lie in a range and which a selector takes, under their ids.
 * Immutable; safe for all threads.
 */
final class FlatSource extends RowSource {
  private final FlatRows rows;
  private final int codeSize;
  private final @Nullable IDSelector selector;
  private final boolean byRow;
  private final long size;
  private final int blocksPerChunk;
  private final int firstChunk;
  private final int chunks;
  private final int begin;
  private final int end;

  /**
   * @param from first id, in [0, size]
   * @param to exclusive last id, in [0, size]
   * @param byRow whether the selector is asked with row numbers, not ids
   */
  FlatSource(
      FlatRows rows,
      int codeSize,
      long from,
      long to,
      @Nullable IDSelector selector,
      boolean byRow) {
    this.rows = rows;
    this.codeSize = codeSize;
    this.selector = selector;
    this.byRow = byRow;
    blocksPerChunk = Math.max(1, (1 << rows.shift()) / RowBlock.MAX_ROWS);
    size = Math.max(0, to - from);
    if (size == 0) {
      firstChunk = 0;
      chunks = 0;
      begin = 0;
      end = 0;
    } else {
      firstChunk = rows.chunkOfId(from);
      int lastChunk = rows.chunkOfId(to - 1);
      chunks = lastChunk - firstChunk + 1;
      begin = rows.positionOfId(firstChunk, from);
      end = rows.positionOfId(lastChunk, to - 1) + 1;
    }
  }

  /** All live rows. */
  static FlatSource all(FlatRows rows, int codeSize) {
    return new FlatSource(rows, codeSize, 0, rows.size(), null, false);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int blocks() {
    return chunks * blocksPerChunk;
  }

  @Override
  public void load(int b, RowBlock into) {
    int at = b / blocksPerChunk;
    int chunk = firstChunk + at;
    Chunk c = rows.chunk(chunk);
    int start = (b - at * blocksPerChunk) * RowBlock.MAX_ROWS;
    int stop = Math.min(start + RowBlock.MAX_ROWS, at == chunks - 1 ? end : c.count);
    if (at == 0) {
      start = Math.max(start, begin);
    }
    if (start >= stop) {
      into.setDense(c.data, 0, codeSize, 0, 0);
    } else if (c.allLive() && selector == null) {
      long firstId = rows.firstId(chunk) + start;
      into.setDense(c.data, (long) start * codeSize, codeSize, stop - start, firstId);
    } else {
      int n = choose(chunk, c, start, stop, into.placesToFill(), into.idsToFill());
      into.setChosen(c.data, 0, codeSize, n);
    }
  }

  private int choose(int chunk, Chunk c, int start, int stop, int[] places, long[] ids) {
    IDSelector s = selector;
    long firstRow = (long) c.slot << rows.shift();
    long id = rows.firstId(chunk) + c.rank(start);
    int n = 0;
    for (int p = c.nextLive(start); p < stop; p = c.nextLive(p + 1)) {
      if (s == null || s.isMember(byRow ? firstRow + p : id)) {
        places[n] = p;
        ids[n++] = id;
      }
      id++;
    }
    return n;
  }
}
