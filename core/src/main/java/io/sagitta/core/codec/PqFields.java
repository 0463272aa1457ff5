package io.sagitta.core.codec;

import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;

/** The ProductQuantizer struct of index files: d, M, nbits, centroids. */
public final class PqFields {
  private PqFields() {}

  /**
   * Reads and checks.
   *
   * @param d the dimension it must have
   * @param trained whether centroids of zero length are refused
   */
  public static ProductQuantizer read(IndexInput in, int d, boolean trained) throws IOException {
    long fileD = in.readLong();
    if (fileD != d) {
      throw in.bad("the product quantizer's dimension " + fileD + " is not the expected " + d);
    }
    long m = in.readLong();
    if (m < 1 || m > d || d % m != 0) {
      throw in.bad("M = " + m + " does not divide the dimension " + d);
    }
    long nbits = in.readLong();
    if (nbits < 1 || nbits > ProductQuantizer.MAX_BITS) {
      throw in.bad("nbits " + nbits + " is not in [1, " + ProductQuantizer.MAX_BITS + "]");
    }
    long count = in.readCount(4);
    if (count != (long) d << nbits) {
      throw in.bad(count + " centroid components are not d x 2^nbits = " + ((long) d << nbits));
    }
    float[] centroids = new float[Math.toIntExact(count)];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = in.readFloat();
    }
    return trained
        ? ProductQuantizer.of(d, (int) m, (int) nbits, centroids)
        : new ProductQuantizer(d, (int) m, (int) nbits);
  }

  /** Writes the struct; an untrained quantizer has zero centroids, as in FAISS. */
  public static void write(ProductQuantizer q, IndexOutput out) throws IOException {
    out.writeLong(q.d());
    out.writeLong(q.m());
    out.writeLong(q.nbits());
    out.writeFloatVector(q.isTrained() ? q.centroids() : new float[q.d() << q.nbits()]);
  }
}
