package io.sagitta.core.collect;

import io.sagitta.core.MetricType;
import io.sagitta.core.kernel.PairDistance;

/** Flat scan pair by pair, for the metrics that are no matrix product. */
final class PairScan {
  private PairScan() {}

  /**
   * @param x n × d queries
   * @param collectors one per query
   */
  static void run(
      MetricType metric,
      float argument,
      float[] x,
      int n,
      int d,
      RowSource rows,
      ResultCollector[] collectors,
      ScanScratch scratch) {
    PairDistance pair = PairDistance.of(metric, argument);
    boolean similarity = metric.isSimilarity();
    int blocks = rows.blocks();
    for (int b = 0; b < blocks; b++) {
      RowBlock block = scratch.load(rows, b, d);
      for (int q = 0; q < n; q++) {
        ResultCollector c = collectors[q];
        for (int p = 0; p < block.count(); p++) {
          float v = pair.between(x, q * d, block.segment(), block.byteOf(p), d);
          if (similarity ? v > c.threshold() : v < c.threshold()) {
            c.add(v, block.id(p));
          }
        }
      }
    }
  }
}
