package io.sagitta.ivf;

import io.sagitta.core.IDSelector;
import io.sagitta.core.collect.ResultCollector;

/**
 * One query's walk through one list: distances block by block, ids looked at only for rows that
 * beat the collector's bound (or, with a selector, to ask it first, so that only passing rows are
 * scored).
 *
 * <p>Scratch for one thread.
 */
final class ListVisit {
  private static final int BLOCK = 256;

  private final float[] distances = new float[BLOCK];
  private final int[] passing = new int[BLOCK];
  private final int codeSize;
  private final boolean similarity;

  ListVisit(int codeSize, boolean similarity) {
    this.codeSize = codeSize;
    this.similarity = similarity;
  }

  /**
   * Offers the first {@code n} rows of a list.
   *
   * @param pairs whether (list &lt;&lt; 32 | row) stands for the id in the collector
   * @return rows scored
   */
  int visit(
      ListScanner scanner,
      InvertedList list,
      int listNumber,
      int n,
      SearchSettings settings,
      boolean pairs,
      ResultCollector out) {
    if (settings.passing != null) {
      return passing(scanner, list, listNumber, n, settings.passing, pairs, out);
    }
    IDSelector selector = settings.selector;
    int scored = 0;
    int step = scanner.isStaged() ? 1 : BLOCK;
    for (int c = 0; c < list.chunkCount(); c++) {
      int start = list.start(c);
      if (start >= n) {
        break;
      }
      int rows = Math.min(list.rows(c), n - start);
      long pairBase = pairs ? (long) listNumber << 32 | start : -1;
      for (int at = 0; at < rows; at += step) {
        int here = Math.min(step, rows - at);
        if (selector == null) {
          scanner.setRows(list, start + at);
          block(scanner, list.chunk(c), at, here, pairBase, out);
          scored += scanner.measured(here);
        } else {
          scanner.setRows(list, start);
          scored += filtered(scanner, list.chunk(c), at, here, selector, pairBase, out);
        }
      }
    }
    return scored;
  }

  private void block(
      ListScanner scanner, ListChunk chunk, int at, int n, long pairBase, ResultCollector out) {
    float bound = out.threshold();
    scanner.runBounded(chunk.data(), chunk.codesAt() + (long) at * codeSize, n, bound, distances);
    float[] dis = distances;
    if (similarity) {
      for (int i = 0; i < n; i++) {
        if (dis[i] > bound) {
          out.add(dis[i], pairBase >= 0 ? pairBase + at + i : chunk.id(at + i));
          bound = out.threshold();
        }
      }
    } else {
      for (int i = 0; i < n; i++) {
        if (dis[i] < bound) {
          out.add(dis[i], pairBase >= 0 ? pairBase + at + i : chunk.id(at + i));
          bound = out.threshold();
        }
      }
    }
  }

  private int filtered(
      ListScanner scanner,
      ListChunk chunk,
      int at,
      int n,
      IDSelector selector,
      long pairBase,
      ResultCollector out) {
    int m = 0;
    for (int i = at; i < at + n; i++) {
      if (selector.isMember(chunk.id(i))) {
        passing[m++] = i;
      }
    }
    return offer(scanner, chunk, m, pairBase, out);
  }

  /** Offers the rows that are known to pass, of the first {@code n}; no id is tested. */
  private int passing(
      ListScanner scanner,
      InvertedList list,
      int listNumber,
      int n,
      PassingRows rows,
      boolean pairs,
      ResultCollector out) {
    int scored = 0;
    int step = scanner.isStaged() ? 1 : BLOCK;
    for (int i = rows.first(listNumber); rows.isBefore(i, listNumber, n); ) {
      int c = list.chunkOf(rows.row(i));
      int start = list.start(c);
      int end = Math.min(n, start + list.rows(c));
      int m = 0;
      while (m < step && rows.isBefore(i, listNumber, end)) {
        passing[m++] = rows.row(i++) - start;
      }
      scanner.setRows(list, start);
      scored += offer(scanner, list.chunk(c), m, pairs ? (long) listNumber << 32 | start : -1, out);
    }
    return scored;
  }

  /** Scores and offers the first {@code m} rows of {@link #passing}; how many were measured. */
  private int offer(
      ListScanner scanner, ListChunk chunk, int m, long pairBase, ResultCollector out) {
    if (m == 0) {
      return 0;
    }
    if (scanner.isStaged()) {
      long code = chunk.codesAt() + (long) passing[0] * codeSize;
      scanner.runBounded(chunk.data(), code, 1, out.threshold(), distances);
    } else {
      scanner.chosen(chunk.data(), chunk.codesAt(), passing, m, distances);
    }
    for (int i = 0; i < m; i++) {
      float dis = distances[i];
      if (similarity ? dis > out.threshold() : dis < out.threshold()) {
        out.add(dis, pairBase >= 0 ? pairBase + passing[i] : chunk.id(passing[i]));
      }
    }
    return scanner.measured(m);
  }

  /**
   * Offers one row of a list.
   *
   * @param pairs as in {@link #visit}
   */
  void one(
      ListScanner scanner,
      InvertedList list,
      int listNumber,
      int row,
      boolean pairs,
      ResultCollector out) {
    int c = list.chunkOf(row);
    ListChunk chunk = list.chunk(c);
    scanner.setRows(list, list.start(c));
    passing[0] = row - list.start(c);
    scanner.chosen(chunk.data(), chunk.codesAt(), passing, 1, distances);
    float dis = distances[0];
    if (similarity ? dis > out.threshold() : dis < out.threshold()) {
      out.add(dis, pairs ? (long) listNumber << 32 | row : chunk.id(passing[0]));
    }
  }
}
