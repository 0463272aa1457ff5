package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import java.util.Arrays;

/** What one sub-quantizer's {@link RankingCost} ranks: its part of vectors, or its centroids. */
final class RankedRows {
  private RankedRows() {}

  /**
   * The cost of sub-quantizer i.
   *
   * @param x vectors, the first quarter of them queries; none: each centroid ranks all of them
   * @param codes one byte a sub-quantizer and vector
   */
  static RankingCost cost(ProductQuantizer pq, int i, Vectors x, byte[] codes) {
    int dsub = pq.dsub();
    if (x.n() == 0) {
      float[] centroids = pq.rawCentroids();
      int first = i * pq.ksub() * dsub;
      int[] all = new int[pq.ksub()];
      Arrays.setAll(all, c -> c);
      return new RankingCost(
          pq.nbits(),
          all,
          all,
          (q, row) -> distances(centroids, first + q * dsub, centroids, first, dsub, row));
    }
    int n = Math.toIntExact(x.n());
    int queries = n / 4;
    float[] part = new float[Math.multiplyExact(n, dsub)];
    int[] numbers = new int[n];
    for (int v = 0; v < n; v++) {
      for (int j = 0; j < dsub; j++) {
        part[v * dsub + j] = x.get(v, i * dsub + j);
      }
      numbers[v] = codes[v * pq.m() + i] & 0xff;
    }
    return new RankingCost(
        pq.nbits(),
        Arrays.copyOf(numbers, queries),
        Arrays.copyOfRange(numbers, queries, n),
        (q, row) -> distances(part, q * dsub, part, queries * dsub, dsub, row));
  }

  private static void distances(float[] x, int at, float[] rows, int from, int dsub, float[] out) {
    for (int v = 0; v < out.length; v++) {
      out[v] = Kernels.DISTANCES.l2(x, at, rows, from + v * dsub, dsub);
    }
  }
}
