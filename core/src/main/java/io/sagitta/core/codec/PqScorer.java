package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;

/** Scores product-quantizer codes of any number of bits from the query's table. */
final class PqScorer extends PqTables {
  private final int nbits;

  PqScorer(ProductQuantizer quantizer, boolean innerProduct) {
    super(quantizer, innerProduct);
    nbits = quantizer.nbits();
  }

  @Override
  public float score(MemorySegment codes, long offset) {
    float sum = 0;
    int base = 0;
    for (int i = 0; i < m; i++) {
      sum += table[base + PqCodes.get(codes, offset, i, nbits)];
      base += ksub;
    }
    return sum;
  }
}
