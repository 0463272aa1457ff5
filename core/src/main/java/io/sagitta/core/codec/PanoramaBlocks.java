package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;

/**
 * Batches of vectors level by level with their tail norms behind them ({@link PanoramaLayout}), as
 * a layout of inverted lists. Stateless; safe for all threads.
 */
public final class PanoramaBlocks implements CodeBlocks {
  private final PanoramaLayout layout;
  private final PanoramaLayout single;

  /** The layout of a batch. */
  public PanoramaBlocks(PanoramaLayout layout) {
    this.layout = layout;
    single = new PanoramaLayout(layout.d(), layout.levelsAsked(), 1);
  }

  /** The same levels with one vector a batch: the plain code. */
  PanoramaLayout single() {
    return single;
  }

  @Override
  public int rows() {
    return layout.batch();
  }

  @Override
  public int blockBytes() {
    return Math.addExact(layout.codeBytes(), layout.normBytes());
  }

  @Override
  public int codeSize() {
    return Math.addExact(single.codeBytes(), single.normBytes());
  }

  /** Byte of the norms inside a block. */
  public long normsAt() {
    return layout.codeBytes();
  }

  @Override
  public void put(MemorySegment codes, long block, int slot, MemorySegment plain, long offset) {
    layout.putVector(codes, block, slot, plain, offset);
    PanoramaLayout.copyNorms(
        plain, offset + single.codeBytes(), single, 0, codes, block + normsAt(), layout, slot);
  }

  @Override
  public void take(MemorySegment codes, long block, int slot, MemorySegment plain, long offset) {
    layout.get(codes, block, slot, plain, offset);
    PanoramaLayout.copyNorms(
        codes, block + normsAt(), layout, slot, plain, offset + single.codeBytes(), single, 0);
  }
}
