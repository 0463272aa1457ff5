package io.sagitta.flat;

import com.carrotsearch.hppc.IntArrayList;
import io.sagitta.core.collect.RowBlock;
import io.sagitta.core.collect.RowSource;

/** The rows of given ids. Immutable; safe for all threads. */
final class ListedSource extends RowSource {
  private final FlatRows rows;
  private final int codeSize;
  private final long[] ids;
  private final int[] starts;

  /**
   * @param ids ascending and distinct; those outside [0, size) are passed over
   */
  ListedSource(FlatRows rows, int codeSize, long[] ids) {
    this.rows = rows;
    this.codeSize = codeSize;
    this.ids = ids;
    IntArrayList cuts = new IntArrayList();
    int i = 0;
    while (i < ids.length && ids[i] < 0) {
      i++;
    }
    cuts.add(i);
    while (i < ids.length && ids[i] < rows.size()) {
      int chunk = rows.chunkOfId(ids[i]);
      long end = rows.firstId(chunk) + rows.chunk(chunk).liveCount;
      int most = Math.min(ids.length, i + RowBlock.MAX_ROWS);
      while (i < most && ids[i] < end) {
        i++;
      }
      cuts.add(i);
    }
    starts = cuts.toArray();
  }

  @Override
  public long size() {
    return (long) starts[starts.length - 1] - starts[0];
  }

  @Override
  public int blocks() {
    return starts.length - 1;
  }

  @Override
  public void load(int b, RowBlock into) {
    int from = starts[b];
    int n = starts[b + 1] - from;
    int chunk = rows.chunkOfId(ids[from]);
    int[] places = into.placesToFill();
    long[] names = into.idsToFill();
    for (int i = 0; i < n; i++) {
      places[i] = rows.positionOfId(chunk, ids[from + i]);
      names[i] = ids[from + i];
    }
    into.setChosen(rows.chunk(chunk).data, 0, codeSize, n);
  }
}
