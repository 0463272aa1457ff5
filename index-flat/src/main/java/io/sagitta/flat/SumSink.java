package io.sagitta.flat;

import io.sagitta.core.codec.FastScanTables;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.collect.TopK;

/**
 * Takes the 16-bit sums of one query. Sums stand for distances on the scale of the query's {@link
 * FastScanTables}; equal sums are ties.
 */
abstract sealed class SumSink {
  static final int NO_BOUND_BELOW = 0xffff;
  static final int NO_BOUND_ABOVE = 0;

  /** Whether sums are still wanted whatever they are. */
  abstract boolean open();

  /** The bound a sum must beat strictly, 0..65535. */
  abstract int bound();

  /** Offers a sum; the sink decides. */
  abstract void offer(int sum, long id);

  /** The k best sums; they become distances at the end. */
  static final class Best extends SumSink {
    private final TopK top;
    private int k;

    Best(TopK top) {
      this.top = top;
    }

    void begin(int results) {
      k = results;
      top.begin(results);
    }

    @Override
    boolean open() {
      return top.size() < k;
    }

    @Override
    int bound() {
      return (int) top.threshold();
    }

    @Override
    void offer(int sum, long id) {
      top.add(sum, id);
    }
  }

  /** Distances for a collector of somebody else's. */
  static final class Distances extends SumSink {
    private final ResultCollector collector;
    private final FastScanTables tables;
    private final boolean similarity;

    Distances(ResultCollector collector, FastScanTables tables, boolean similarity) {
      this.collector = collector;
      this.tables = tables;
      this.similarity = similarity;
    }

    @Override
    boolean open() {
      float b = tables.sumOf(collector.threshold());
      return similarity ? !(b >= 1f) : !(b <= NO_BOUND_BELOW - 1f);
    }

    /**
     * One step of slack: the collector compares distances, and rounding is monotone but not exact.
     */
    @Override
    int bound() {
      float b = tables.sumOf(collector.threshold());
      return similarity ? (int) b - 1 : (int) b + 2;
    }

    @Override
    void offer(int sum, long id) {
      float distance = tables.distance(sum);
      float threshold = collector.threshold();
      if (similarity ? distance > threshold : distance < threshold) {
        collector.add(distance, id);
      }
    }
  }
}
