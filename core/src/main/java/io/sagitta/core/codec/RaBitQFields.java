package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;

/**
 * The RaBitQuantizer struct of index files: d, code size, metric and, for some fourccs, the bits.
 */
public final class RaBitQFields {
  private RaBitQFields() {}

  /**
   * Reads and checks against the header.
   *
   * @param withBits whether the fourcc carries the number of bits (else 1)
   */
  public static RaBitQuantizer read(IndexInput in, IndexHeader h, boolean withBits)
      throws IOException {
    if (h.d() < 1) {
      throw in.bad("dimension " + h.d() + " is not in [1, 1048576]");
    }
    if (h.metric() != MetricType.L2 && h.metric() != MetricType.INNER_PRODUCT) {
      throw in.bad("RaBitQ knows L2 and INNER_PRODUCT, the file says " + h.metric());
    }
    long d = in.readLong();
    if (d != h.d()) {
      throw in.bad("the quantizer's dimension " + d + " is not the index's " + h.d());
    }
    long codeSize = in.readLong();
    int metric = in.readInt();
    if (metric != h.metric().code()) {
      throw in.bad("the quantizer's metric " + metric + " is not the index's " + h.metric().code());
    }
    long bits = withBits ? in.readLong() : 1;
    if (bits < 1 || bits > RaBitQuantizer.MAX_BITS) {
      throw in.bad("nb_bits " + bits + " is not in [1, " + RaBitQuantizer.MAX_BITS + "]");
    }
    RaBitQuantizer q = new RaBitQuantizer(h.d(), (int) bits, h.metric());
    if (codeSize != q.codeSize()) {
      throw in.bad("code_size " + codeSize + " is not " + q.codeSize());
    }
    return q;
  }

  /** Writes the struct. */
  public static void write(RaBitQuantizer q, boolean withBits, IndexOutput out) throws IOException {
    out.writeLong(q.d());
    out.writeLong(q.codeSize());
    out.writeInt(q.metric().code());
    if (withBits) {
      out.writeLong(q.bits());
    }
  }
}
