package io.sagitta.hnsw;

import java.util.SplittableRandom;

/**
 * The walk through the upper levels: from the entry point, always to the best neighbour, down to a
 * level. For one thread; reused. Source: FAISS {@code greedy_update_nearest}.
 */
final class Descent {
  private int row;
  private float key;
  long distances;
  long hops;

  int row() {
    return row;
  }

  float key() {
    return key;
  }

  /** Starts at the graph's entry point. */
  void begin(Graph graph, RowScorer scorer) {
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
}
