package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@link RaBitQuantizer} for differences to a centre that the index knows (the centroid of a list).
 * There is nothing to train. For inner product the factors speak of the vector itself, so use
 * {@link #encodeAround}.
 *
 * <p>Immutable; safe for all threads.
 */
public final class RaBitQResidualCodec implements VectorCodec {
  private final RaBitQuantizer quantizer;
  private final @Nullable RaBitQBlocks blocks;
  private final float[] zero;

  /**
   * @param blocked whether codes are kept in blocks for fast-scan
   */
  public RaBitQResidualCodec(RaBitQuantizer quantizer, boolean blocked) {
    this.quantizer = quantizer;
    blocks = blocked ? new RaBitQBlocks(quantizer) : null;
    zero = new float[quantizer.d()];
  }

  /** The quantizer. */
  public RaBitQuantizer quantizer() {
    return quantizer;
  }

  @Override
  public @Nullable RaBitQBlocks blocks() {
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
    return true;
  }

  @Override
  public void train(Vectors x, ProgressListener listener) {}

  @Override
  public void encode(Vectors x, MemorySegment codes, long offset) {
    quantizer.encode(x, zero, codes, offset);
  }

  /** Encodes vectors (not differences) around a centre of d floats. */
  public void encodeAround(Vectors x, float[] center, MemorySegment codes, long offset) {
    quantizer.encode(x, center, codes, offset);
  }

  @Override
  public void decode(long n, MemorySegment codes, long offset, MemorySegment out, long outOffset) {
    quantizer.decode(n, codes, offset, zero, out, outOffset);
  }

  @Override
  public RaBitQScorer scorer(MetricType metric, float metricArg) {
    return scorer(RaBitQCodec.DEFAULT_QB, false);
  }

  /** A scorer whose centre is set list by list. */
  public RaBitQScorer scorer(int qb, boolean centered) {
    return new RaBitQScorer(quantizer, zero, qb, centered);
  }

  @Override
  public RaBitQResidualCodec copy() {
    return new RaBitQResidualCodec(quantizer, blocks != null);
  }
}
