package io.sagitta.hnsw;

import java.util.SplittableRandom;

/**
 * The walk through the upper levels: from the entry point, always to the best neighbour, down to a
 * level; or, with a beam, a search of each level whose list starts the next. For one thread;
 * reused. Source: FAISS {@code greedy_update_nearest}; up to 1.7.4 {@code upper_beam}.
 */
final class Descent {
  private int row;
  private float key;
  private int[] starts = new int[1];
  private float[] startKeys = new float[1];
  private int startCount;
  long distances;
  long hops;

  int row() {
    return row;
  }

  float key() {
    return key;
  }

  /** Where the level below begins: 1, or with a beam up to its width, best first. */
  int starts() {
    return startCount;
  }

  int start(int i) {
    return startCount == 1 ? row : starts[i];
  }

  float startKey(int i) {
    return startCount == 1 ? key : startKeys[i];
  }

  /** Starts at the graph's entry point. */
  void begin(Graph graph, RowScorer scorer) {
    startCount = 1;
    row = graph.entryPoint();
    key = scorer.score(row);
    distances = 1;
    hops = 0;
  }

  /** Starts at the best of some vectors drawn at random, the same for every query. */
  void beginAtRandom(HnswState s, RowScorer scorer, int wanted) {
    int draws = (int) Math.min(wanted, s.count());
    SplittableRandom random = new SplittableRandom(s.count());
    hops = 0;
    startCount = 1;
    distances = draws;
    for (int i = 0; i < draws; i++) {
      int drawn = s.rowOf(random.nextLong(s.count()));
      float k = scorer.score(drawn);
      if (i == 0 || k < key) {
        row = drawn;
        key = k;
      }
    }
  }

  /** Walks on one level until no neighbour is better. */
  void level(Graph graph, RowScorer scorer, int level, int[] list, float[] keys) {
    int previous;
    do {
      previous = row;
      int n = graph.neighbors(row, level, list);
      scorer.score(list, n, keys);
      for (int i = 0; i < n; i++) {
        if (keys[i] < key) {
          key = keys[i];
          row = list[i];
        }
      }
      distances += n;
      hops++;
    } while (row != previous);
  }

  /**
   * Searches one level with a list of some length, from all starts.
   *
   * @param fresh as long as the longest list
   */
  void beam(
      Graph graph,
      RowScorer scorer,
      int level,
      int width,
      boolean similarity,
      VisitedRows visited,
      PairQueue frontier,
      PairQueue best,
      int[] list,
      int[] fresh,
      float[] keys) {
    visited.begin(graph.rows());
    frontier.begin(similarity);
    best.begin(similarity);
    for (int i = 0; i < startCount; i++) {
      visited.add(start(i));
      frontier.push(Keys.order(startKey(i)), start(i));
      best.push(Keys.order(startKey(i)), start(i));
    }
    while (frontier.size() > 0 && frontier.topOrder() <= best.topOrder()) {
      int at = frontier.topRow();
      frontier.pop();
      int n = graph.neighbors(at, level, list);
      int m = visited.filter(list, n, fresh);
      scorer.score(fresh, m, keys);
      distances += m;
      hops++;
      for (int i = 0; i < m; i++) {
        int order = Keys.order(keys[i]);
        if (best.size() < width || order < best.topOrder()) {
          frontier.push(order, fresh[i]);
          best.push(order, fresh[i]);
          if (best.size() > width) {
            best.pop();
          }
        }
      }
    }
    if (starts.length < best.size()) {
      starts = new int[width];
      startKeys = new float[width];
    }
    startCount = best.size();
    while (best.size() > 0) {
      int i = best.size() - 1;
      starts[i] = best.topRow();
      startKeys[i] = Keys.key(best.topOrder());
      best.pop();
    }
    row = starts[0];
    key = startKeys[0];
  }
}
