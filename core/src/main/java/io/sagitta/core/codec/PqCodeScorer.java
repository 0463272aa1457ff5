package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Scores product-quantizer codes against the query's own code: by differing bits or bytes, by the
 * table of distances between centroids, or as a filter before the query's table (polysemous codes,
 * Douze, Jégou, Perronnin 2016).
 *
 * <p>A filtered code gets +∞, which no collector takes. Source: FAISS {@code IndexPQ}.
 */
public final class PqCodeScorer extends CodeScorer {
  private enum Kind {
    HAMMING,
    SYMMETRIC,
    POLYSEMOUS
  }

  private final ProductQuantizer pq;
  private final Kind kind;
  private final boolean byBytes;
  private final int threshold;
  private final CodeScorer table;
  private final float[] symmetric;
  private final byte[] code;
  private final MemorySegment codeView;
  private final float[] query;
  private final int size;

  private PqCodeScorer(ProductQuantizer pq, Kind kind, boolean byBytes, int threshold) {
    this.pq = pq;
    this.kind = kind;
    this.byBytes = byBytes;
    this.threshold = threshold;
    table = pq.scorer(MetricType.L2, 0);
    symmetric = kind == Kind.SYMMETRIC ? pq.symmetricTable() : new float[0];
    size = pq.codeSize();
    code = new byte[size];
    codeView = MemorySegment.ofArray(code);
    query = new float[pq.d()];
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
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
    pq.encode(Vectors.one(query), codeView, 0);
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
    for (int i = 0; i < n; i++) {
      out[at + i] = score(codes, offset + (long) i * size);
    }
  }

  @Override
  public float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    return table.between(a, aOffset, b, bOffset);
  }

  private int difference(MemorySegment codes, long offset) {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      int x = (codes.get(ValueLayout.JAVA_BYTE, offset + i) ^ code[i]) & 0xff;
      sum += byBytes ? (x == 0 ? 0 : 1) : Integer.bitCount(x);
    }
    return sum;
  }

  private float symmetricDistance(MemorySegment codes, long offset) {
    float sum = 0;
    int ksub = pq.ksub();
    for (int i = 0; i < pq.m(); i++) {
      int row = i * ksub + pq.subCode(codeView, 0, i);
      sum += symmetric[row * ksub + pq.subCode(codes, offset, i)];
    }
    return sum;
  }
}
