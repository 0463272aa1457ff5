package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;

/**
 * {@link RaBitQuantizer} around one centre, the mean of the training vectors.
 *
 * <p>Immutable once trained; then safe for all threads. Source: FAISS {@code IndexRaBitQ}.
 */
public final class RaBitQCodec implements VectorCodec {
  /** FAISS's bits of a quantised query. */
  public static final int DEFAULT_QB = 4;

  private final RaBitQuantizer quantizer;
  private final int queryBits;
  private float[] center;
  private boolean trained;

  /** Not trained yet. */
  public RaBitQCodec(RaBitQuantizer quantizer) {
    this.quantizer = quantizer;
    queryBits = DEFAULT_QB;
    center = new float[0];
  }

  /**
   * Trained, around a given centre.
   *
   * @param center d floats, copied
   */
  public RaBitQCodec(RaBitQuantizer quantizer, float[] center) {
    this(quantizer, center, DEFAULT_QB);
  }

  /**
   * Trained, around a given centre.
   *
   * @param center d floats, copied
   * @param queryBits bits of the quantised query of {@link #scorer(MetricType, float)}, 0 = float
   */
  public RaBitQCodec(RaBitQuantizer quantizer, float[] center, int queryBits) {
    if (center.length != quantizer.d()) {
      throw new IllegalArgumentException(
          "a centre of " + center.length + " floats, the dimension is " + quantizer.d());
    }
    this.quantizer = quantizer;
    this.queryBits = queryBits;
    this.center = center.clone();
    trained = true;
  }

  /** How residuals are coded. */
  public RaBitQuantizer quantizer() {
    return quantizer;
  }

  /** A copy of the centre; empty before training. */
  public float[] center() {
    return center.clone();
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
    return trained;
  }

  @Override
  public void train(Vectors x, ProgressListener listener) {
    float[] mean = new float[d()];
    for (long i = 0; i < x.n(); i++) {
      if ((i & 0xffff) == 0) {
        listener.report("mean", i, x.n());
      }
      for (int j = 0; j < mean.length; j++) {
        mean[j] += x.get(i, j);
      }
    }
    if (x.n() > 0) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] /= (float) x.n();
      }
    }
    center = mean;
    trained = true;
  }

  @Override
  public void encode(Vectors x, MemorySegment codes, long offset) {
    quantizer.encode(x, center, codes, offset);
  }

  @Override
  public void decode(long n, MemorySegment codes, long offset, MemorySegment out, long outOffset) {
    quantizer.decode(n, codes, offset, center, out, outOffset);
  }

  @Override
  public CodeScorer scorer(MetricType metric, float metricArg) {
    if (metric != quantizer.metric()) {
      throw new IllegalArgumentException(
          "RaBitQ codes made for " + quantizer.metric() + " cannot measure " + metric);
    }
    return scorer(queryBits, false);
  }

  /**
   * A new scorer.
   *
   * @param qb bits of the quantised query, 0 = float
   * @param centered query quantisation around zero
   */
  public RaBitQScorer scorer(int qb, boolean centered) {
    return new RaBitQScorer(quantizer, trained ? center : new float[d()], qb, centered);
  }

  @Override
  public VectorCodec copy() {
    return trained ? new RaBitQCodec(quantizer, center, queryBits) : new RaBitQCodec(quantizer);
  }
}
