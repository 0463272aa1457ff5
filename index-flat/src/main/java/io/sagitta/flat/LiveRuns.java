package io.sagitta.flat;

/** Walks the live rows of a range of ids in runs that lie one after the other. */
final class LiveRuns {
  /** Takes one run. */
  @FunctionalInterface
  interface Run {
    /**
     * @param position first row of the run in its chunk
     * @param count rows of the run
     * @param done rows that earlier runs had
     */
    void accept(Chunk chunk, int position, int count, long done);
  }

  private LiveRuns() {}

  /** All runs of ids [from, to), which must lie in [0, size]. */
  static void forEach(FlatRows rows, long from, long to, Run run) {
    for (long id = from; id < to; ) {
      int i = rows.chunkOfId(id);
      Chunk c = rows.chunk(i);
      int p = rows.positionOfId(i, id);
      while (p < c.count && id < to) {
        int n = (int) Math.min(c.nextDead(p) - p, to - id);
        run.accept(c, p, n, id - from);
        id += n;
        p = c.nextLive(p + n);
      }
    }
  }
}
