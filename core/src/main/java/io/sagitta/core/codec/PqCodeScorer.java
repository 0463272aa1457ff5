package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Scores product-quantizer codes against the query's own code: by differing bits or bytes, by the
 * table of distances between centroids, or as a filter before the query's table (polysemous codes,
 * Douze, Jégou, Perronnin 2016).
 *
 * <p>A filtered code gets +∞, which no collector takes. Source: FAISS {@code IndexPQ}.
 */
public final class PqCodeScorer extends CodeScorer {
  private static final int BLOCK = 256;

  private enum Kind {
    HAMMING,
    SYMMETRIC,
    POLYSEMOUS
  }

  private final ProductQuantizer pq;
  private final Kind kind;
  private final boolean byBytes;
  private final CodeScorer table;
  private final int threshold;
  private final float[] symmetric;
  private final PqQueryCode code;
  private final int[] near = new int[BLOCK];
  private final float[] four = new float[4];
  private final int size;

  private PqCodeScorer(ProductQuantizer pq, Kind kind, boolean byBytes, int threshold) {
    this.pq = pq;
    this.kind = kind;
    this.byBytes = byBytes;
    this.threshold = threshold;
    table = pq.scorer(MetricType.L2, 0);
    symmetric = kind == Kind.SYMMETRIC ? pq.sharedSymmetricTable() : new float[0];
    size = pq.codeSize();
    code = new PqQueryCode(pq);
  }

  /**
   * The number of differing bits, or bytes.
   *
   * @param byBytes count bytes (FAISS's generalized Hamming distance)
   */
  public static PqCodeScorer hamming(ProductQuantizer pq, boolean byBytes) {
    return new PqCodeScorer(pq, Kind.HAMMING, byBytes, 0);
  }

  /** The distance between the centroids of both codes. */
  public static PqCodeScorer symmetric(ProductQuantizer pq) {
    return new PqCodeScorer(pq, Kind.SYMMETRIC, false, 0);
  }

  /**
   * The distance from the query, for codes that differ in fewer than {@code threshold} bits or
   * bytes; +∞ for the others.
   */
  public static PqCodeScorer polysemous(ProductQuantizer pq, boolean byBytes, int threshold) {
    return new PqCodeScorer(pq, Kind.POLYSEMOUS, byBytes, threshold);
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    code.set(x, offset);
    if (kind == Kind.POLYSEMOUS) {
      table.setQuery(x, offset);
    }
  }

  @Override
  public float score(MemorySegment codes, long offset) {
    return switch (kind) {
      case HAMMING -> difference(codes, offset);
      case SYMMETRIC -> symmetricDistance(codes, offset);
      case POLYSEMOUS ->
          difference(codes, offset) < threshold
              ? table.score(codes, offset)
              : Float.POSITIVE_INFINITY;
    };
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    if (kind == Kind.POLYSEMOUS && !byBytes) {
      for (int i = 0; i < n; i += BLOCK) {
        filtered(codes, offset + (long) i * size, Math.min(BLOCK, n - i), out, at + i);
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      out[at + i] = score(codes, offset + (long) i * size);
    }
  }

  private void filtered(MemorySegment codes, long offset, int n, float[] out, int at) {
    int found = code.within(codes, offset, n, threshold, near);
    Arrays.fill(out, at, at + n, Float.POSITIVE_INFINITY);
    int i = 0;
    for (; i + 4 <= found; i += 4) {
      table.scoreFour(
          codes,
          offset + (long) near[i] * size,
          codes,
          offset + (long) near[i + 1] * size,
          codes,
          offset + (long) near[i + 2] * size,
          codes,
          offset + (long) near[i + 3] * size,
          four,
          0);
      for (int j = 0; j < 4; j++) {
        out[at + near[i + j]] = four[j];
      }
    }
    for (; i < found; i++) {
      out[at + near[i]] = table.score(codes, offset + (long) near[i] * size);
    }
  }

  @Override
  public float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    return table.between(a, aOffset, b, bOffset);
  }

  private int difference(MemorySegment codes, long offset) {
    return byBytes ? code.bytes(codes, offset) : code.bits(codes, offset);
  }

  private float symmetricDistance(MemorySegment codes, long offset) {
    float sum = 0;
    int ksub = pq.ksub();
    for (int i = 0; i < pq.m(); i++) {
      int row = i * ksub + code.subCode(i);
      sum += symmetric[row * ksub + pq.subCode(codes, offset, i)];
    }
    return sum;
  }
}
