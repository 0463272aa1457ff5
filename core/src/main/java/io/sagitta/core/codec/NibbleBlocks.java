package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;

/**
 * Blocks of 4-bit product-quantizer codes ({@link FastScanCodes}).
 *
 * @param m sub-quantizers
 */
public record NibbleBlocks(int m) implements CodeBlocks {
  @Override
  public int blockBytes() {
    return FastScanCodes.blockBytes(m);
  }

  @Override
  public int codeSize() {
    return FastScanCodes.plainBytes(m);
  }

  @Override
  public void put(MemorySegment codes, long block, int slot, MemorySegment plain, long offset) {
    FastScanCodes.put(codes, block, slot, m, plain, offset);
  }

  @Override
  public void take(MemorySegment codes, long block, int slot, MemorySegment plain, long offset) {
    FastScanCodes.take(codes, block, slot, m, plain, offset);
  }
}
