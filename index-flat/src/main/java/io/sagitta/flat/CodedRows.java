package io.sagitta.flat;

import io.sagitta.core.MetricType;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;

/** The counted vector of codes in the files of quantized flat indexes. Stateless. */
final class CodedRows {
  private CodedRows() {}

  /** Checks what the quantized indexes ask of a header. */
  static void check(IndexInput in, IndexHeader h) throws IOException {
    if (h.d() < 1) {
      throw in.bad("dimension " + h.d() + " is not in [1, 2^20]");
    }
    if (h.metric() != MetricType.L2 && h.metric() != MetricType.INNER_PRODUCT) {
      throw in.bad("quantized codes know L2 and INNER_PRODUCT, the file says " + h.metric());
    }
  }

  /** Reads the codes; their number must be the header's. */
  static StoredRows read(IndexInput in, IndexHeader h, int codeSize, boolean trained)
      throws IOException {
    long bytes = in.readCount(1);
    if (bytes % codeSize != 0 || bytes / codeSize != h.ntotal()) {
      throw in.bad(bytes + " bytes are not " + h.ntotal() + " codes of " + codeSize + " bytes");
    }
    if (!trained && bytes > 0) {
      throw in.bad("an untrained index claims " + h.ntotal() + " vectors");
    }
    return StoredRows.read(in, codeSize, h.ntotal());
  }

  /** Writes count and codes. */
  static void write(FlatState s, IndexOutput out) throws IOException {
    out.writeLong(s.size() * s.codec().codeSize());
    CodesOutput.write(s, out);
  }
}
