package io.sagitta.ivf;

import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.codec.RaBitQBlockScan;
import io.sagitta.core.codec.RaBitQBlocks;
import io.sagitta.core.codec.RaBitQResidualCodec;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.kernel.FastScanKernels;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Scans lists of RaBitQ codes in blocks, four sign bits a look-up. Scratch of one thread. */
final class RaBitQFastScanScanner extends ListScanner {
  private static final int BLOCK = FastScanKernels.BLOCK;

  private final Index quantizer;
  private final RaBitQResidualCodec codec;
  private final RaBitQBlocks blocks;
  private final int defaultQb;
  private final float[] centroid;
  private final MemorySegment centroidMemory;
  private final ListSlots slots = new ListSlots();
  private RaBitQBlockScan scan;
  private int qb;
  private boolean centered;

  RaBitQFastScanScanner(Index quantizer, RaBitQResidualCodec codec, RaBitQBlocks blocks, int qb) {
    this.quantizer = quantizer;
    this.codec = codec;
    this.blocks = blocks;
    defaultQb = qb;
    this.qb = qb;
    centroid = new float[codec.d()];
    centroidMemory = MemorySegment.ofArray(centroid);
    scan = new RaBitQBlockScan(blocks, codec.scorer(qb, false));
  }

  /** Takes the settings of a call. */
  @Override
  void configure(SearchSettings settings) {
    int wanted = settings.qb < 0 ? defaultQb : settings.qb;
    if (wanted != qb || settings.centered != centered) {
      qb = wanted;
      centered = settings.centered;
      scan = new RaBitQBlockScan(blocks, codec.scorer(qb, centered));
    }
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    scan.scorer().takeQuery(x, offset);
  }

  @Override
  void setList(int list, float coarse) {
    quantizer.reconstruct(list, centroidMemory, 0);
    scan.scorer().setCenter(centroid);
    scan.quantiseFlat();
  }

  /** Offers a list, its centroid set, to a collector; returns the rows looked at. */
  int offer(
      InvertedList list,
      int number,
      @Nullable IDSelector selector,
      boolean pairs,
      ResultCollector out) {
    for (int c = 0; c < list.chunkCount(); c++) {
      ListChunk chunk = list.chunk(c);
      slots.chunk(chunk, selector, pairs ? (long) number << 32 | list.start(c) : -1);
      long block = chunk.codesAt();
      int n = list.rows(c);
      for (int from = 0; from < n; from += BLOCK, block += blocks.blockBytes()) {
        slots.block(from);
        scan.scan(chunk.data(), block, Math.min(BLOCK, n - from), slots, out);
      }
    }
    slots.clear();
    return list.size();
  }

  @Override
  void run(MemorySegment codes, long offset, int n, float[] out) {
    for (int from = 0; from < n; from += BLOCK) {
      long block = offset + (long) (from / BLOCK) * blocks.blockBytes();
      scan.distances(codes, block, Math.min(BLOCK, n - from), out, from);
    }
  }

  @Override
  void chosen(MemorySegment codes, long offset, int[] rows, int n, float[] out) {
    for (int i = 0; i < n; i++) {
      long block = offset + (long) (rows[i] / BLOCK) * blocks.blockBytes();
      out[i] = scan.distance(codes, block, rows[i] % BLOCK);
    }
  }
}
