package io.sagitta.core.codec;

import io.sagitta.core.kernel.FastScanKernels;
import java.lang.foreign.MemorySegment;

/**
 * A layout of codes in blocks of vectors made for scanning, beside the plain layout of files and of
 * the stand-alone codec.
 *
 * <p>Stateless; safe for all threads, and a slot may be written while others of its block are read
 * (the published slots keep their bits in every store).
 */
public interface CodeBlocks {
  /** Vectors of a block. */
  default int rows() {
    return FastScanKernels.BLOCK;
  }

  /** Bytes of a block: exactly those of {@link #rows()} plain codes. */
  int blockBytes();

  /** Bytes of a plain code. */
  int codeSize();

  /**
   * Writes a plain code into a slot.
   *
   * @param block where the block begins, in bytes
   * @param slot 0..rows − 1
   */
  void put(MemorySegment codes, long block, int slot, MemorySegment plain, long offset);

  /** Reads a slot as a plain code; writes every byte of it. */
  void take(MemorySegment codes, long block, int slot, MemorySegment plain, long offset);
}
