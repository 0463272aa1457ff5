package io.sagitta.flat;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.ProductQuantizer;

/**
 * A few queries that go through the codes together: a tile of blocks that fits the second-level
 * cache is scanned for each of them before the next one is fetched. Scratch of one thread.
 */
final class FastScanGroup {
  /**
   * Queries of a group: their tables, 2 KB each with 32 sub-quantizers, stay in the first cache.
   */
  static final int QUERIES = 8;

  /** Bytes of a tile of blocks. */
  private static final long TILE = 256 << 10;

  private final FastScanScan[] scans = new FastScanScan[QUERIES];

  FastScanGroup(int d, int m, MetricType metric) {
    for (int i = 0; i < QUERIES; i++) {
      scans[i] = new FastScanScan(d, m, metric);
    }
  }

  /** The scratch of a single query. */
  FastScanScan single() {
    return scans[0];
  }

  /** Searches n queries from {@code from} on, n at most {@link #QUERIES}. */
  void search(
      FastScanState s,
      Vectors queries,
      long from,
      int n,
      int k,
      SearchParameters p,
      KnnResult out) {
    for (int i = 0; i < n; i++) {
      scans[i].setQuery((ProductQuantizer) s.codec(), queries.data(), queries.offset(from + i));
      scans[i].best.begin(k);
    }
    long blocks = s.blocks().size();
    long tile = n == 1 ? Math.max(1, blocks) : Math.max(1, TILE / s.blocks().rowBytes());
    for (long b = 0; b < blocks; b += tile) {
      for (int i = 0; i < n; i++) {
        scans[i].scan(s, p.selector(), scans[i].best, b, Math.min(blocks, b + tile));
      }
    }
    float[] distances = out.rawDistances();
    for (int i = 0; i < n; i++) {
      int q = (int) from + i;
      scans[i].top.finish(out, q);
      for (int j = q * k; j < q * k + out.count(q); j++) {
        distances[j] = scans[i].tables.distance(distances[j]);
      }
    }
  }

  /** As {@link #search}, one query after the other, with float tables. */
  void searchFloats(
      FastScanState s,
      Vectors queries,
      long from,
      int n,
      int k,
      SearchParameters p,
      KnnResult out) {
    FastScanScan t = scans[0];
    for (long q = from; q < from + n; q++) {
      t.setFloatQuery((ProductQuantizer) s.codec(), queries.data(), queries.offset(q));
      t.top.begin(k);
      t.scanFloats(s, p.selector(), t.top);
      t.top.finish(out, (int) q);
    }
  }
}
