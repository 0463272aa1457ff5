package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Scores scalar codes by decoding each: the plain Java form, and the only one for the table types.
 *
 * <p>The TQ types estimate products, not vectors, and know the true norm: their L2 is ‖q‖² + norm²
 * − 2 × product, as in FAISS, which is not the distance to the decoded vector.
 */
final class DecodingScorer extends CodeScorer {
  private final ScalarQuantizer quantizer;
  private final boolean innerProduct;
  private final int d;
  private final int codeSize;
  private final @Nullable TurboQuant norms;
  private final float[] query;
  private float queryNorm;
  private final byte[] code;
  private final float[] scratch;
  private final float[] first;
  private final float[] second;

  DecodingScorer(ScalarQuantizer quantizer, boolean innerProduct) {
    this.quantizer = quantizer;
    this.innerProduct = innerProduct;
    d = quantizer.d();
    codeSize = quantizer.codeSize();
    TurboQuant turbo = quantizer.turbo();
    norms = turbo != null && turbo.storesNorm() && !innerProduct ? turbo : null;
    query = new float[d];
    code = new byte[codeSize];
    scratch = new float[quantizer.scratchSize()];
    first = new float[d];
    second = new float[d];
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, d);
    queryNorm = Kernels.DISTANCES.squaredNorm(query, 0, d);
  }

  @Override
  public float score(MemorySegment codes, long offset) {
    decode(codes, offset, first);
    if (norms != null) {
      float norm = norms.storedNorm(code);
      return queryNorm + norm * norm - 2 * Kernels.DISTANCES.ip(query, 0, first, 0, d);
    }
    return measure(query, first);
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    for (int i = 0; i < n; i++) {
      out[at + i] = score(codes, offset + (long) i * codeSize);
    }
  }

  @Override
  public float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    decode(a, aOffset, first);
    decode(b, bOffset, second);
    return measure(first, second);
  }

  private void decode(MemorySegment codes, long offset, float[] out) {
    MemorySegment.copy(codes, ValueLayout.JAVA_BYTE, offset, code, 0, codeSize);
    quantizer.decodeRow(code, 0, out, 0, scratch);
  }

  private float measure(float[] x, float[] y) {
    return innerProduct ? Kernels.DISTANCES.ip(x, 0, y, 0, d) : Kernels.DISTANCES.l2(x, 0, y, 0, d);
  }
}
