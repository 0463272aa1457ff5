package io.sagitta.core.io;

import io.sagitta.core.codec.ProductQuantizer;
import java.io.IOException;

/** A product quantizer inside an index file (FAISS {@code write_ProductQuantizer}). Stateless. */
public final class ProductQuantizerFile {
  private ProductQuantizerFile() {}

  /**
   * Reads and checks. An untrained quantizer stands in the file with centroids all the same.
   *
   * @param d the index's dimension
   * @param isTrained what the index header says
   */
  public static ProductQuantizer read(IndexInput in, int d, boolean isTrained) throws IOException {
    long dimension = in.readLong();
    long m = in.readLong();
    long nbits = in.readLong();
    if (dimension != d || d < 1) {
      throw in.bad("the product quantizer has dimension " + dimension + ", the index " + d);
    }
    if (m < 1 || m > d || d % m != 0) {
      throw in.bad("M = " + m + " sub-quantizers do not divide the dimension " + d);
    }
    if (nbits < 1 || nbits > 24) {
      throw in.bad("nbits = " + nbits + " is not in [1, 24]");
    }
    if (nbits > ProductQuantizer.MAX_BITS) {
      throw in.bad(
          "a product quantizer of "
              + nbits
              + " bits is not supported (at most "
              + ProductQuantizer.MAX_BITS
              + ")");
    }
    float[] centroids = in.readFloatVector();
    if (centroids.length != (long) d << nbits) {
      throw in.bad(
          centroids.length + " centroid components are not d x 2^nbits = " + ((long) d << nbits));
    }
    return isTrained
        ? ProductQuantizer.of(d, (int) m, (int) nbits, centroids)
        : new ProductQuantizer(d, (int) m, (int) nbits);
  }

  /** Writes. */
  public static void write(ProductQuantizer pq, IndexOutput out) throws IOException {
    out.writeLong(pq.d());
    out.writeLong(pq.m());
    out.writeLong(pq.nbits());
    out.writeFloatVector(pq.isTrained() ? pq.centroids() : new float[pq.d() << pq.nbits()]);
  }
}
