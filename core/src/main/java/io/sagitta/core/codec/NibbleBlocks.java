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
    // An odd number of sub-quantizers leaves the last row unused, as a plain code its last nibble.
    return FastScanCodes.blockBytes(m + (m & 1));
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
