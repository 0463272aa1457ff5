package io.sagitta.hnsw;

import io.sagitta.core.RangeResult;
import io.sagitta.core.collect.RangeCollector;

/** Joins what the queries of a range search found. */
final class RangeResults {
  private RangeResults() {}

  static RangeResult join(RangeCollector[] found) {
    long[] lims = new long[found.length + 1];
    for (int q = 0; q < found.length; q++) {
      lims[q + 1] = lims[q] + found[q].size();
    }
    int total = Math.toIntExact(lims[found.length]);
    long[] ids = new long[total];
    float[] distances = new float[total];
    for (int q = 0; q < found.length; q++) {
      int at = (int) lims[q];
      for (int i = 0; i < found[q].size(); i++) {
        ids[at + i] = found[q].id(i);
        distances[at + i] = found[q].distance(i);
      }
    }
    return new RangeResult(lims, ids, distances);
  }
}
