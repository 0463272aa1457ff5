package io.sagitta.ivf;

import io.sagitta.core.Parallelism;
import io.sagitta.core.RangeResult;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.RangeCollector;

/** Range search over the probed lists, one query per thread at a time. */
final class RangeWalk {
  private RangeWalk() {}

  static RangeResult run(
      IndexIVF index,
      IvfState state,
      Vectors queries,
      float radius,
      SearchSettings settings,
      long[] lists,
      float[] distances,
      int width) {
    int nq = Math.toIntExact(queries.n());
    long[][] ids = new long[nq][];
    float[][] values = new float[nq][];
    Parallelism.forRange(
        nq,
        1,
        (from, to) -> {
          SearchScratch mine = index.takeScratch(state);
          RangeCollector found = new RangeCollector(index.metricType(), radius);
          try {
            for (int q = (int) from; q < to; q++) {
              found.begin();
              mine.scanner.configure(settings);
              mine.scanner.setQuery(queries.data(), queries.offset(q));
              one(index, state, mine, settings, lists, distances, q * width, width, found);
              ids[q] = found.ids();
              values[q] = found.distances();
            }
          } finally {
            index.giveScratch(mine);
          }
        });
    return join(ids, values);
  }

  private static void one(
      IndexIVF index,
      IvfState state,
      SearchScratch mine,
      SearchSettings settings,
      long[] lists,
      float[] distances,
      int at,
      int width,
      RangeCollector found) {
    int emptyInARow = 0;
    int visited = 0;
    long scored = 0;
    for (int p = 0; p < width; p++) {
      long key = lists[at + p];
      if (key < 0) {
        continue;
      }
      if (key >= index.nlist()) {
        throw ProbeWalk.badList(key, index.nlist());
      }
      InvertedList list = state.lists.get((int) key);
      if (list.size() == 0) {
        continue;
      }
      int before = found.size();
      mine.scanner.setList((int) key, distances[at + p]);
      scored +=
          mine.visit.visit(mine.scanner, list, (int) key, list.size(), settings, false, found);
      visited++;
      emptyInARow = found.size() == before ? emptyInARow + 1 : 0;
      if (settings.maxEmptyBuckets > 0 && emptyInARow >= settings.maxEmptyBuckets) {
        break;
      }
    }
    index.stats().count(visited, scored);
  }

  private static RangeResult join(long[][] ids, float[][] values) {
    long[] lims = new long[ids.length + 1];
    for (int q = 0; q < ids.length; q++) {
      lims[q + 1] = lims[q] + ids[q].length;
    }
    int total = Math.toIntExact(lims[ids.length]);
    long[] allIds = new long[total];
    float[] all = new float[total];
    for (int q = 0; q < ids.length; q++) {
      System.arraycopy(ids[q], 0, allIds, (int) lims[q], ids[q].length);
      System.arraycopy(values[q], 0, all, (int) lims[q], ids[q].length);
    }
    return new RangeResult(lims, allIds, all);
  }
}
