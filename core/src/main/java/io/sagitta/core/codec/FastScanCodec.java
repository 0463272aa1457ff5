package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;

/**
 * A 4-bit product quantizer whose codes are kept in blocks for fast-scan.
 *
 * <p>Threads: as {@link ProductQuantizer}.
 */
public final class FastScanCodec implements VectorCodec {
  private final ProductQuantizer quantizer;
  private final NibbleBlocks blocks;

  /**
   * @param quantizer of 4 bits; not copied
   * @throws IllegalArgumentException if it has another number of bits
   */
  public FastScanCodec(ProductQuantizer quantizer) {
    if (quantizer.nbits() != 4) {
      throw new IllegalArgumentException(
          "fast-scan takes sub-codes of 4 bits, given: " + quantizer.nbits());
    }
    this.quantizer = quantizer;
    blocks = new NibbleBlocks(quantizer.m());
  }

  /** The quantizer. */
  public ProductQuantizer quantizer() {
    return quantizer;
  }

  @Override
  public CodeBlocks blocks() {
    return blocks;
  }

  @Override
  public int d() {
    return quantizer.d();
  }

  @Override
  public int codeSize() {
    return quantizer.codeSize();
  }

  @Override
  public boolean isTrained() {
    return quantizer.isTrained();
  }

  @Override
  public void train(Vectors x, ProgressListener listener) {
    quantizer.train(x, listener);
  }

  @Override
  public void encode(Vectors x, MemorySegment codes, long offset) {
    quantizer.encode(x, codes, offset);
  }

  @Override
  public void decode(long n, MemorySegment codes, long offset, MemorySegment out, long outOffset) {
    quantizer.decode(n, codes, offset, out, outOffset);
  }

  @Override
  public CodeScorer scorer(MetricType metric, float metricArg) {
    return quantizer.scorer(metric, metricArg);
  }

  @Override
  public FastScanCodec copy() {
    return new FastScanCodec(quantizer.copy());
  }
}
