package io.sagitta.core.codec;

import java.util.Arrays;

/**
 * How well Hamming distances between codes rank vectors: minus the sum of w(i, j, k) over all codes
 * i, j, k with h(i, j) &lt; h(i, k). The weight w(i, j, k) adds up, over queries with code i, all
 * pairs of a vector with code j and a farther one with code k: 1/(r+1) · 1/(s−r+1) if they have
 * ranks r &lt; s in the query's order.
 *
 * <p>Implementation note. A swap of the codes of a and b changes, in the planes i = a and i = b,
 * both sides of each comparison. In all other planes only lines with j or k among a and b change,
 * and of these only places whose distance lies between h(i, a) and h(i, b): so most of the 6·n²
 * places that a swap might change are never read.
 *
 * <p>For one thread: it has scratch. Source: FAISS {@code RankingScore2}.
 */
final class RankingCost implements PermutationCost {
  /** The only number of bits that FAISS ranks. */
  static final int BITS = 8;

  private final int n;
  private final float[] weight;
  private final int[] before;
  private final int[] after;

  /** Distances of queries. */
  interface Distances {
    /** Fills {@code row} with the distances from query q to all vectors. */
    void of(int q, float[] row);
  }

  /**
   * Adds up the weights.
   *
   * @param queryCodes one a query
   * @param codes one a vector
   */
  RankingCost(int bits, int[] queryCodes, int[] codes, Distances distances) {
    n = 1 << bits;
    weight = new float[n * n * n];
    before = new int[n];
    after = new int[n];
    float[] row = new float[codes.length];
    long[] order = new long[codes.length];
    int[] ranks = new int[codes.length];
    int[] starts = starts(codes, n);
    int[] next = new int[n];
    for (int q = 0; q < queryCodes.length; q++) {
      distances.of(q, row);
      for (int v = 0; v < row.length; v++) {
        // Distances are not negative: their bits ascend as they do.
        order[v] = (long) Float.floatToRawIntBits(row[v]) << 32 | v;
      }
      Arrays.sort(order);
      System.arraycopy(starts, 0, next, 0, n);
      for (int rank = 0; rank < order.length; rank++) {
        ranks[next[codes[(int) order[rank]]]++] = rank;
      }
      int plane = queryCodes[q] * n * n;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          int at = plane + i * n + j;
          double more = pairs(ranks, starts[i], starts[i + 1], starts[j], starts[j + 1]);
          weight[at] = (float) (weight[at] + more);
        }
      }
    }
  }

  /** Where each code's vectors begin if they lie code by code. */
  private static int[] starts(int[] codes, int n) {
    int[] starts = new int[n + 1];
    for (int code : codes) {
      starts[code + 1]++;
    }
    for (int c = 0; c < n; c++) {
      starts[c + 1] += starts[c];
    }
    return starts;
  }

  private static double pairs(int[] ranks, int i, int endI, int j, int endJ) {
    double sum = 0;
    int first = j;
    for (int a = i; a < endI; a++) {
      int rank = ranks[a];
      while (first < endJ && rank >= ranks[first]) {
        first++;
      }
      double part = 0;
      for (int b = first; b < endJ; b++) {
        part += 1.0 / (ranks[b] - rank + 1);
      }
      sum += 1.0 / (rank + 1) * part;
    }
    return sum;
  }

  /** Bytes of the table. */
  static long bytes(int bits) {
    return 4L << 3 * bits;
  }

  @Override
  public int size() {
    return n;
  }

  @Override
  public double cost(int[] order) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      distancesFrom(order[i], order, before);
      for (int j = 0; j < n; j++) {
        int at = (i * n + j) * n;
        int limit = before[j];
        for (int k = 0; k < n; k++) {
          if (limit < before[k]) {
            sum += weight[at + k];
          }
        }
      }
    }
    return -sum;
  }

  private void distancesFrom(int code, int[] order, int[] out) {
    for (int k = 0; k < n; k++) {
      out[k] = Integer.bitCount(code ^ order[k]);
    }
  }

  @Override
  public double change(int[] order, int a, int b) {
    double sum = plane(order, a, b, a) + plane(order, a, b, b);
    for (int i = 0; i < n; i++) {
      if (i != a && i != b) {
        int toA = Integer.bitCount(order[i] ^ order[a]);
        int toB = Integer.bitCount(order[i] ^ order[b]);
        if (toA != toB) {
          sum += lines(order, i, a, b, toA, toB);
        }
      }
    }
    return -sum;
  }

  /** What changes where i is one of the two. */
  private double plane(int[] order, int a, int b, int i) {
    distancesFrom(order[i], order, before);
    distancesFrom(order[i == a ? b : a], order, after);
    int t = after[a];
    after[a] = after[b];
    after[b] = t;
    double sum = 0;
    for (int j = 0; j < n; j++) {
      int at = (i * n + j) * n;
      int old = before[j];
      int now = after[j];
      for (int k = 0; k < n; k++) {
        int more = (now - after[k] >>> 31) - (old - before[k] >>> 31);
        sum += more * weight[at + k];
      }
    }
    return sum;
  }

  /** What changes in another plane, where a is as far as {@code toA}, and b will be so. */
  private double lines(int[] order, int i, int a, int b, int toA, int toB) {
    int low = Math.min(toA, toB);
    int high = Math.max(toA, toB);
    int plane = i * n * n;
    int code = order[i];
    double sum = 0;
    for (int o = 0; o < n; o++) {
      if (o == a || o == b) {
        continue;
      }
      int h = Integer.bitCount(code ^ order[o]);
      // As the farther one: nearer than it counts from low + 1 on; as the nearer one: below high.
      if (h > low && h <= high) {
        double part = (double) weight[plane + a * n + o] - weight[plane + b * n + o];
        sum += toA > toB ? part : -part;
      }
      if (h >= low && h < high) {
        double part = (double) weight[plane + o * n + a] - weight[plane + o * n + b];
        sum += toA < toB ? part : -part;
      }
    }
    double both = (double) weight[plane + a * n + b] - weight[plane + b * n + a];
    return sum + (toA > toB ? both : -both);
  }
}
