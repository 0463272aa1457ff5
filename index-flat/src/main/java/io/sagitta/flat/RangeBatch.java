package io.sagitta.flat;

import io.sagitta.core.Parallelism;
import io.sagitta.core.RangeResult;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.RangeCollector;
import java.util.function.Supplier;

/** Range searches of a batch, each into a collector of its own, joined in query order. */
final class RangeBatch {
  private RangeBatch() {}

  /** Searches one query. */
  interface One {
    void search(long query, RangeCollector collector);
  }

  static RangeResult run(Vectors queries, Supplier<RangeCollector> collectors, One one) {
    int nq = Math.toIntExact(queries.n());
    RangeCollector[] found = new RangeCollector[nq];
    Parallelism.forRange(
        nq,
        1,
        (from, to) -> {
          for (long q = from; q < to; q++) {
            RangeCollector c = collectors.get();
            c.begin();
            one.search(q, c);
            found[(int) q] = c;
          }
        });
    long[] lims = new long[nq + 1];
    for (int q = 0; q < nq; q++) {
      lims[q + 1] = lims[q] + found[q].size();
    }
    int total = Math.toIntExact(lims[nq]);
    long[] ids = new long[total];
    float[] distances = new float[total];
    for (int q = 0; q < nq; q++) {
      RangeCollector c = found[q];
      for (int i = 0; i < c.size(); i++) {
        ids[(int) lims[q] + i] = c.id(i);
        distances[(int) lims[q] + i] = c.distance(i);
      }
    }
    return new RangeResult(lims, ids, distances);
  }
}
