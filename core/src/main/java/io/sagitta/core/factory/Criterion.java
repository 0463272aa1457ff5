package io.sagitta.core.factory;

import io.sagitta.core.KnnResult;
import java.util.Arrays;

/** How good a search result is (FAISS {@code AutoTuneCriterion}). Safe for all threads. */
public interface Criterion {
  /** Results per query that it needs. */
  int k();

  /** The performance of a result for the queries it was made for; larger is better. */
  double evaluate(KnnResult result);

  /**
   * The share of queries whose true nearest is among the first r results.
   *
   * @param truth true nearest ids, row-major with {@code width} ids a query, best first
   */
  static Criterion oneRecallAt(int r, long[] truth, int width) {
    requireWidth(1, truth, width);
    return new Criterion() {
      @Override
      public int k() {
        return r;
      }

      @Override
      public double evaluate(KnnResult result) {
        long found = 0;
        for (int q = 0; q < result.nq(); q++) {
          for (int i = 0; i < Math.min(r, result.count(q)); i++) {
            if (result.id(q, i) == truth[q * width]) {
              found++;
              break;
            }
          }
        }
        return result.nq() == 0 ? 0 : (double) found / result.nq();
      }
    };
  }

  /**
   * The share of the r true nearest that are among the first r results, averaged over queries.
   *
   * @param truth true nearest ids, row-major with {@code width} ≥ r ids a query, best first
   */
  static Criterion intersection(int r, long[] truth, int width) {
    requireWidth(r, truth, width);
    return new Criterion() {
      @Override
      public int k() {
        return r;
      }

      @Override
      public double evaluate(KnnResult result) {
        long found = 0;
        for (int q = 0; q < result.nq(); q++) {
          long[] wanted = Arrays.copyOfRange(truth, q * width, q * width + r);
          Arrays.sort(wanted);
          for (int i = 0; i < Math.min(r, result.count(q)); i++) {
            if (Arrays.binarySearch(wanted, result.id(q, i)) >= 0) {
              found++;
            }
          }
        }
        return result.nq() == 0 ? 0 : (double) found / r / result.nq();
      }
    };
  }

  private static void requireWidth(int needed, long[] truth, int width) {
    if (needed < 1 || width < needed || truth.length % width != 0) {
      throw new IllegalArgumentException(
          "ground truth of "
              + truth.length
              + " ids in rows of "
              + width
              + " does not give the "
              + needed
              + " nearest of each query");
    }
  }
}
