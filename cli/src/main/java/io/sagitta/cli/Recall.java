package io.sagitta.cli;

import io.sagitta.core.KnnResult;
import io.sagitta.core.vectors.IdMatrix;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Recall of search results against known nearest neighbours, summed over blocks of queries.
 * recall@r is the share of a query's r true nearest that are among its first r results, averaged
 * over queries.
 *
 * <p>For one thread.
 */
final class Recall {
  private final IdMatrix truth;
  private final int[] ranks;
  private final long[] found;
  private long queries;

  /**
   * @param truth ids of the nearest, best first
   * @param k results per query
   */
  Recall(IdMatrix truth, int k) {
    this.truth = truth;
    int most = Math.min(k, truth.k());
    ranks =
        Arrays.stream(new int[] {1, 10, 100, most})
            .filter(r -> r <= most)
            .distinct()
            .sorted()
            .toArray();
    found = new long[ranks.length];
  }

  /** Counts a block of results whose first query is number {@code from}. */
  void add(KnnResult result, long from) {
    for (int q = 0; q < result.nq(); q++) {
      int row = Math.toIntExact(from + q);
      for (int i = 0; i < ranks.length; i++) {
        found[i] += common(result, q, row, ranks[i]);
      }
    }
    queries += result.nq();
  }

  private int common(KnnResult result, int q, int row, int rank) {
    long[] wanted = Arrays.copyOfRange(truth.ids(), row * truth.k(), row * truth.k() + rank);
    Arrays.sort(wanted);
    int hits = 0;
    for (int i = 0; i < Math.min(rank, result.count(q)); i++) {
      if (Arrays.binarySearch(wanted, result.id(q, i)) >= 0) {
        hits++;
      }
    }
    return hits;
  }

  /** recall@r for the largest r, which is k or the truth's length. */
  double atMost() {
    return value(ranks.length - 1);
  }

  /** Rank to recall, ascending. */
  Map<Integer, Double> values() {
    Map<Integer, Double> out = new LinkedHashMap<>();
    for (int i = 0; i < ranks.length; i++) {
      out.put(ranks[i], value(i));
    }
    return out;
  }

  private double value(int i) {
    return queries == 0 ? 0 : (double) found[i] / ranks[i] / queries;
  }
}
