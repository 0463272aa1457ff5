package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;

/**
 * Uncompressed vectors with their tail norms, for lists that Panorama scans: a plain code is the
 * vector's d float32, then levels + 1 norms ({@link PanoramaLayout}).
 *
 * <p>Lists keep them in batches of {@value #BATCH} in memory, whatever the batch of their file is:
 * a list of 200 vectors then wastes little, and the threshold is taken anew four times as often as
 * with 256.
 *
 * <p>Immutable; safe for all threads. Source: FAISS {@code ArrayInvertedListsPanorama}.
 */
public final class PanoramaCodec implements VectorCodec {
  /** Vectors of a batch in memory. */
  public static final int BATCH = 64;

  private final PanoramaLayout layout;
  private final PanoramaBlocks blocks;
  private final int codeSize;

  /**
   * @param d dimension
   * @param levels levels asked for, 1..d
   */
  public PanoramaCodec(int d, int levels) {
    layout = new PanoramaLayout(d, levels, BATCH);
    blocks = new PanoramaBlocks(layout);
    codeSize = blocks.codeSize();
  }

  /** The batches in memory. */
  public PanoramaLayout layout() {
    return layout;
  }

  @Override
  public int d() {
    return layout.d();
  }

  @Override
  public int codeSize() {
    return codeSize;
  }

  @Override
  public boolean isTrained() {
    return true;
  }

  @Override
  public void train(Vectors x, ProgressListener listener) {
    // Nothing to learn.
  }

  @Override
  public void encode(Vectors x, MemorySegment codes, long offset) {
    PanoramaLayout single = blocks.single();
    for (long i = 0; i < x.n(); i++) {
      long at = offset + i * codeSize;
      MemorySegment.copy(x.data(), x.offset(i), codes, at, x.rowBytes());
      single.putNorms(codes, at + x.rowBytes(), 0, x.data(), x.offset(i));
    }
  }

  @Override
  public void decode(long n, MemorySegment codes, long offset, MemorySegment out, long outOffset) {
    long row = 4L * d();
    for (long i = 0; i < n; i++) {
      MemorySegment.copy(codes, offset + i * codeSize, out, outOffset + i * row, row);
    }
  }

  @Override
  public CodeScorer scorer(MetricType metric, float metricArg) {
    return switch (metric) {
      case L2 -> new FloatL2Scorer(d(), codeSize);
      case INNER_PRODUCT -> new FloatIpScorer(d(), codeSize);
      default ->
          throw new IllegalArgumentException(
              "Panorama measures L2 and inner product, not " + metric);
    };
  }

  @Override
  public PanoramaBlocks blocks() {
    return blocks;
  }

  @Override
  public VectorCodec copy() {
    return this;
  }
}
