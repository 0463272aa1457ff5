package io.sagitta.flat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.collect.ResultCollector;

/**
 * Scores one query against rows in ascending order of their ids and offers what beats the
 * threshold. The order is the tie rule: of equals competing for the last place the smallest id
 * wins.
 */
final class CodeScan {
  private static final int BLOCK = FlatScratch.BLOCK;

  private CodeScan() {}

  /** All rows with ids in [from, to), which must lie in [0, size]. */
  static void range(
      FlatRows rows, int codeSize, FlatScratch t, long from, long to, ResultCollector out) {
    if (from >= to) {
      return;
    }
    int first = rows.chunkOfId(from);
    int last = rows.chunkOfId(to - 1);
    int step = t.scorer.isStaged() ? 1 : BLOCK;
    for (int i = first; i <= last; i++) {
      Chunk c = rows.chunk(i);
      int begin = i == first ? rows.positionOfId(i, from) : 0;
      int end = i == last ? rows.positionOfId(i, to - 1) + 1 : c.count;
      long firstId = rows.firstId(i);
      for (int p = begin; p < end; p += step) {
        int n = Math.min(step, end - p);
        t.scorer.scoreRunBounded(c.data, (long) p * codeSize, n, out.threshold(), t.distances, 0);
        offer(c, firstId, p, n, t, out);
      }
    }
  }

  private static void offer(
      Chunk c, long firstId, int p, int n, FlatScratch t, ResultCollector out) {
    float[] distances = t.distances;
    float threshold = out.threshold();
    if (t.similarity) {
      for (int i = 0; i < n; i++) {
        if (distances[i] > threshold && c.isLive(p + i)) {
          out.add(distances[i], firstId + c.rank(p + i));
          threshold = out.threshold();
        }
      }
    } else {
      for (int i = 0; i < n; i++) {
        if (distances[i] < threshold && c.isLive(p + i)) {
          out.add(distances[i], firstId + c.rank(p + i));
          threshold = out.threshold();
        }
      }
    }
  }

  /**
   * The rows a selector takes.
   *
   * @param byRow whether the selector is asked with row numbers, not ids
   */
  static void selected(
      FlatRows rows,
      int codeSize,
      FlatScratch t,
      IDSelector selector,
      boolean byRow,
      ResultCollector out) {
    for (int i = 0; i < rows.chunkCount(); i++) {
      Chunk c = rows.chunk(i);
      long id = rows.firstId(i);
      long firstRow = (long) c.slot << rows.shift();
      int p = c.nextLive(0);
      while (p < c.count) {
        int n = 0;
        for (; p < c.count && n < BLOCK; p = c.nextLive(p + 1)) {
          if (selector.isMember(byRow ? firstRow + p : id)) {
            t.positions[n] = p;
            t.ids[n++] = id;
          }
          id++;
        }
        offerChosen(c, codeSize, n, t, out);
      }
    }
  }

  /**
   * The rows of given ids.
   *
   * @param ids ascending and distinct; those outside [0, size) are passed over
   */
  static void listed(FlatRows rows, int codeSize, FlatScratch t, long[] ids, ResultCollector out) {
    long size = rows.size();
    for (int i = 0; i < ids.length; ) {
      long id = ids[i];
      if (id < 0 || id >= size) {
        i++;
        continue;
      }
      int chunk = rows.chunkOfId(id);
      Chunk c = rows.chunk(chunk);
      long end = rows.firstId(chunk) + c.liveCount;
      int n = 0;
      for (; i < ids.length && ids[i] < end && n < BLOCK; i++) {
        t.positions[n] = rows.positionOfId(chunk, ids[i]);
        t.ids[n++] = ids[i];
      }
      offerChosen(c, codeSize, n, t, out);
    }
  }

  private static void offerChosen(
      Chunk c, int codeSize, int n, FlatScratch t, ResultCollector out) {
    if (!t.scorer.isStaged()) {
      gather(c, codeSize, n, t);
      offerGathered(0, n, t, out);
      return;
    }
    for (int i = 0; i < n; i++) {
      long at = (long) t.positions[i] * codeSize;
      t.scorer.scoreRunBounded(c.data, at, 1, out.threshold(), t.distances, i);
      offerGathered(i, i + 1, t, out);
    }
  }

  private static void gather(Chunk c, int codeSize, int n, FlatScratch t) {
    int[] p = t.positions;
    int i = 0;
    while (i < n) {
      int run = i + 1;
      while (run < n && p[run] == p[run - 1] + 1) {
        run++;
      }
      if (run - i >= 4) {
        t.scorer.scoreRun(c.data, (long) p[i] * codeSize, run - i, t.distances, i);
        i = run;
      } else if (i + 4 <= n) {
        t.scorer.scoreFour(
            c.data,
            (long) p[i] * codeSize,
            c.data,
            (long) p[i + 1] * codeSize,
            c.data,
            (long) p[i + 2] * codeSize,
            c.data,
            (long) p[i + 3] * codeSize,
            t.distances,
            i);
        i += 4;
      } else {
        t.distances[i] = t.scorer.score(c.data, (long) p[i] * codeSize);
        i++;
      }
    }
  }

  private static void offerGathered(int from, int to, FlatScratch t, ResultCollector out) {
    float threshold = out.threshold();
    for (int i = from; i < to; i++) {
      float distance = t.distances[i];
      if (t.similarity ? distance > threshold : distance < threshold) {
        out.add(distance, t.ids[i]);
        threshold = out.threshold();
      }
    }
  }
}
