package io.sagitta.ivf;

import io.sagitta.core.KnnResult;
import io.sagitta.core.Parallelism;
import io.sagitta.core.Vectors;

/** A batch as single queries, spread over threads. */
final class EachQuery {
  private EachQuery() {}

  static void run(
      IndexIVF index,
      IvfState state,
      Vectors queries,
      int k,
      SearchSettings settings,
      long[] lists,
      float[] distances,
      int width,
      boolean pairs,
      KnnResult out,
      int base) {
    long grain = Math.clamp(queries.n() / (8L * Parallelism.current().threads()), 1, 16);
    Parallelism.forRange(
        queries.n(),
        grain,
        (from, to) -> {
          SearchScratch mine = index.takeScratch(state);
          try {
            for (long q = from; q < to; q++) {
              index.one(
                  state,
                  queries,
                  (int) q,
                  k,
                  mine,
                  settings,
                  lists,
                  distances,
                  width,
                  pairs,
                  out,
                  base + (int) q);
            }
          } finally {
            index.giveScratch(mine);
          }
        });
  }
}
