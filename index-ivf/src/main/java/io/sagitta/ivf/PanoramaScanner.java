package io.sagitta.ivf;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PanoramaBlocks;
import io.sagitta.core.codec.PanoramaCodec;
import io.sagitta.core.codec.PanoramaScan;
import java.lang.foreign.MemorySegment;

/**
 * Scans lists of {@link PanoramaCodec}'s batches: a vector is given up at the level at which it can
 * no longer beat the bound. Scratch of one thread.
 */
final class PanoramaScanner extends ListScanner {
  private final PanoramaScan scan;
  private final PanoramaBlocks blocks;
  private final int batch;
  private final float worst;

  PanoramaScanner(PanoramaCodec codec, MetricType metric) {
    scan = new PanoramaScan(codec.layout(), metric);
    blocks = codec.blocks();
    batch = blocks.rows();
    worst = metric.worst();
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    scan.setQuery(x, offset);
  }

  @Override
  void setList(int list, float coarse) {
    // Codes are of the vectors themselves: nothing depends on the list.
  }

  @Override
  void run(MemorySegment codes, long offset, int n, float[] out) {
    runBounded(codes, offset, n, worst, out);
  }

  @Override
  void runBounded(MemorySegment codes, long offset, int n, float bound, float[] out) {
    long block = offset;
    for (int from = 0; from < n; from += batch, block += blocks.blockBytes()) {
      int count = Math.min(batch, n - from);
      scan.scanBounded(codes, block, codes, block + blocks.normsAt(), count, bound, out, from);
    }
  }

  @Override
  void chosen(MemorySegment codes, long offset, int[] rows, int n, float[] out) {
    for (int i = 0; i < n; i++) {
      long block = offset + (long) (rows[i] / batch) * blocks.blockBytes();
      out[i] = scan.distance(codes, block, codes, block + blocks.normsAt(), rows[i] % batch, worst);
    }
  }
}
