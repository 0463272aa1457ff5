package io.sagitta.ivf;

import io.sagitta.core.codec.PqFields;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The second codes of an {@link IndexIVFPQR}: what the first code of each vector left over, one
 * code per id. Immutable; on heap.
 *
 * @param quantizer codes them
 * @param codes ntotal codes in id order
 * @param kFactor the file's default of how many candidates to refine
 */
record RefineCodes(ProductQuantizer quantizer, byte[] codes, float kFactor) {
  static RefineCodes read(IndexInput in, int d, long ntotal) throws IOException {
    ProductQuantizer pq = PqFields.read(in, d, true);
    byte[] codes = in.readByteVector();
    if (codes.length != ntotal * pq.codeSize()) {
      throw in.bad(
          codes.length
              + " bytes of refinement codes do not fit "
              + ntotal
              + " codes of "
              + pq.codeSize());
    }
    float kFactor = in.readFloat();
    if (!(kFactor >= 1 && kFactor <= 1000)) {
      throw in.bad("k_factor " + kFactor + " is not in [1, 1000]");
    }
    return new RefineCodes(pq, codes, kFactor);
  }

  void write(float factor, IndexOutput out) throws IOException {
    PqFields.write(quantizer, out);
    out.writeByteVector(codes);
    out.writeFloat(factor);
  }

  /** Decodes the code of an id. */
  void decode(long id, float[] out) {
    long at = id * quantizer.codeSize();
    if (id < 0 || at + quantizer.codeSize() > codes.length) {
      throw new IllegalStateException("id " + id + " has no refinement code");
    }
    quantizer.decodeRow(MemorySegment.ofArray(codes), at, out, 0);
  }
}
