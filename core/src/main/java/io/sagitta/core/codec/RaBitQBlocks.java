package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.FastScanKernels;
import java.lang.foreign.MemorySegment;

/**
 * Blocks of RaBitQ codes: the sign bits four dimensions to a nibble, as fast-scan codes of ⌈d/4⌉
 * sub-quantizers; then the 128 first factors, the 128 multipliers and (multi-bit codes) the 128
 * error bounds, each kind together so that a whole block becomes distances in one vector loop; then
 * what multi-bit codes have more, vector by vector.
 */
public final class RaBitQBlocks implements CodeBlocks {
  private static final int BLOCK = FastScanKernels.BLOCK;

  private final RaBitQuantizer quantizer;
  private final int m;
  private final int signBytes;
  private final int extra;
  private final int basesAt;
  private final int multipliersAt;
  private final int errorsAt;
  private final int extrasAt;

  /** The layout of a quantizer's codes. */
  public RaBitQBlocks(RaBitQuantizer quantizer) {
    this.quantizer = quantizer;
    m = (quantizer.d() + 3) / 4;
    signBytes = quantizer.signBytes();
    boolean errors = quantizer.bits() > 1;
    extra = quantizer.factorBytes() - (errors ? 12 : 8);
    // Whole bytes of sign bits, so that a block is as large as 128 plain codes.
    basesAt = BLOCK * signBytes;
    multipliersAt = basesAt + 4 * BLOCK;
    errorsAt = multipliersAt + 4 * BLOCK;
    extrasAt = errorsAt + (errors ? 4 * BLOCK : 0);
  }

  /** Nibbles of a vector. */
  public int m() {
    return m;
  }

  /** The quantizer of the codes. */
  public RaBitQuantizer quantizer() {
    return quantizer;
  }

  /** Byte of the first factors inside a block, 128 floats. */
  int basesAt() {
    return basesAt;
  }

  /** Byte of the multipliers inside a block, 128 floats. */
  int multipliersAt() {
    return multipliersAt;
  }

  /** Byte of the error bounds inside a block, 128 floats, where there are some. */
  int errorsAt() {
    return errorsAt;
  }

  /** Byte of a slot's further factors inside a block. */
  private long extraAt(int slot) {
    return extrasAt + (long) slot * extra;
  }

  @Override
  public int blockBytes() {
    return Math.addExact(extrasAt, Math.multiplyExact(BLOCK, extra));
  }

  @Override
  public int codeSize() {
    return quantizer.codeSize();
  }

  @Override
  public void put(MemorySegment codes, long block, int slot, MemorySegment plain, long offset) {
    FastScanCodes.put(codes, block, slot, m, plain, offset);
    long f = offset + signBytes;
    codes.set(Vectors.FLOAT, block + basesAt + 4L * slot, plain.get(Vectors.FLOAT, f));
    codes.set(Vectors.FLOAT, block + multipliersAt + 4L * slot, plain.get(Vectors.FLOAT, f + 4));
    if (extrasAt != errorsAt) {
      codes.set(Vectors.FLOAT, block + errorsAt + 4L * slot, plain.get(Vectors.FLOAT, f + 8));
      MemorySegment.copy(plain, f + 12, codes, block + extraAt(slot), extra);
    }
  }

  @Override
  public void take(MemorySegment codes, long block, int slot, MemorySegment plain, long offset) {
    FastScanCodes.take(codes, block, slot, m, plain, offset);
    long f = offset + signBytes;
    plain.set(Vectors.FLOAT, f, codes.get(Vectors.FLOAT, block + basesAt + 4L * slot));
    plain.set(Vectors.FLOAT, f + 4, codes.get(Vectors.FLOAT, block + multipliersAt + 4L * slot));
    if (extrasAt != errorsAt) {
      plain.set(Vectors.FLOAT, f + 8, codes.get(Vectors.FLOAT, block + errorsAt + 4L * slot));
      MemorySegment.copy(codes, block + extraAt(slot), plain, f + 12, extra);
    }
  }
}
