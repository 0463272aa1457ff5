package io.sagitta.ivf;

import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.kernel.Kernels;
import java.util.Arrays;

/**
 * The part of a residual code's squared distance that no query changes: ‖r‖² + 2·c·r for each row
 * of a list. With it ‖x − c − r‖² = ‖x − c‖² + (‖r‖² + 2·c·r) − 2·x·r needs one table a query.
 *
 * <p>Kept with the list; a grown list keeps what was there. On heap 4 bytes a visited vector.
 */
final class ListTerms {
  private ListTerms() {}

  /** Whether an eighth of the heap suffices for all rows. */
  static boolean worthwhile(IvfState s) {
    return s.ntotal * 4 <= Runtime.getRuntime().maxMemory() / 8;
  }

  /** The terms of all rows of a list; made on first use, by any thread. */
  static float[] of(IndexIVF index, IvfState s, int number, InvertedList list) {
    float[] known = list.terms();
    if (known.length >= list.size()) {
      return known;
    }
    ProductQuantizer pq = (ProductQuantizer) s.codec;
    int d = pq.d();
    float[] terms = Arrays.copyOf(known, list.size());
    float[] centroid = index.quantizer().reconstruct(number);
    float[] r = new float[d];
    for (int i = known.length; i < terms.length; i++) {
      int c = list.chunkOf(i);
      ListChunk chunk = list.chunk(c);
      pq.decodeRow(
          chunk.data(), chunk.codesAt() + (long) (i - list.start(c)) * pq.codeSize(), r, 0);
      terms[i] =
          Kernels.DISTANCES.squaredNorm(r, 0, d) + 2 * Kernels.DISTANCES.ip(centroid, 0, r, 0, d);
    }
    list.terms(terms);
    return terms;
  }
}
