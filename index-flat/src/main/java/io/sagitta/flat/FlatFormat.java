package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/**
 * {@code IxF2}, {@code IxFI}, {@code IxFl}: header, then the count of 4-byte words and the vectors.
 * The metric comes from the header, whatever the fourcc; the writer chooses the fourcc by the
 * metric. Stateless. Source: FAISS {@code index_read.cpp}, {@code index_write.cpp}.
 */
public final class FlatFormat implements IndexFormat<FlatState> {
  /** For {@link java.util.ServiceLoader}. */
  public FlatFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IxF2", "IxFI", "IxFl");
  }

  @Override
  public Set<Class<? extends AbstractIndex<FlatState>>> types() {
    return Set.of(IndexFlat.class, IndexFlatL2.class, IndexFlatIP.class, IndexFlat1D.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    if (h.d() < 1) {
      throw in.bad("dimension " + h.d() + " of a flat index is not in [1, 2^20]");
    }
    long words = in.readCount(4);
    if (words % h.d() != 0 || words / h.d() != h.ntotal()) {
      throw in.bad(words + " floats are not " + h.ntotal() + " vectors of dimension " + h.d());
    }
    FloatCodec codec = new FloatCodec(h.d());
    StoredRows rows = StoredRows.read(in, codec.codeSize(), h.ntotal());
    if (fourcc.equals("IxF2") && h.metric() == MetricType.L2) {
      return new IndexFlatL2(codec, rows);
    } else if (fourcc.equals("IxFI") && h.metric() == MetricType.INNER_PRODUCT) {
      return new IndexFlatIP(codec, rows);
    }
    return new IndexFlat(h.metric(), h.metricArg(), codec, rows);
  }

  @Override
  public void write(AbstractIndex<FlatState> index, FlatState s, IndexOutput out)
      throws IOException {
    out.writeFourcc(
        switch (index.metricType()) {
          case L2 -> "IxF2";
          case INNER_PRODUCT -> "IxFI";
          default -> "IxFl";
        });
    new IndexHeader(index.d(), s.size(), true, index.metricType(), index.metricArg()).write(out);
    out.writeLong(s.size() * index.d());
    CodesOutput.write(s, out);
  }
}
