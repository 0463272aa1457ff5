package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;

/**
 * What the product-quantizer scorers share: the query's table, and the distance between two codes.
 *
 * <p>A code's distance is the sum of M table entries, formed in float32 from the first
 * sub-quantizer to the last whether it is asked for alone, in fours or in a run.
 */
abstract class PqTables extends CodeScorer {
  final ProductQuantizer quantizer;
  final int m;
  final int ksub;
  final int codeSize;
  final boolean innerProduct;
  final float[] table;
  private final float[] query;

  PqTables(ProductQuantizer quantizer, boolean innerProduct) {
    this.quantizer = quantizer;
    this.innerProduct = innerProduct;
    m = quantizer.m();
    ksub = quantizer.ksub();
    codeSize = quantizer.codeSize();
    table = new float[Math.multiplyExact(m, ksub)];
    query = new float[quantizer.d()];
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
    quantizer.computeTable(query, 0, innerProduct, table, 0);
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    long o = offset;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      scoreFour(
          codes,
          o,
          codes,
          o + codeSize,
          codes,
          o + 2L * codeSize,
          codes,
          o + 3L * codeSize,
          out,
          at + i);
      o += 4L * codeSize;
    }
    for (; i < n; i++) {
      out[at + i] = score(codes, o);
      o += codeSize;
    }
  }

  @Override
  public final float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    float[] centroids = quantizer.rawCentroids();
    int dsub = quantizer.dsub();
    float sum = 0;
    for (int i = 0; i < m; i++) {
      int x = (i * ksub + quantizer.subCode(a, aOffset, i)) * dsub;
      int y = (i * ksub + quantizer.subCode(b, bOffset, i)) * dsub;
      for (int j = 0; j < dsub; j++) {
        float t = centroids[x + j] - centroids[y + j];
        sum += innerProduct ? centroids[x + j] * centroids[y + j] : t * t;
      }
    }
    return sum;
  }
}
