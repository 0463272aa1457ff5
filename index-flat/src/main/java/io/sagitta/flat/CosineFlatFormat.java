package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CosineCodec;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/**
 * Files of {@link IndexFlatCosine}: {@code SgCF}, header, the count of bytes and the codes.
 * Stateless.
 */
public final class CosineFlatFormat implements IndexFormat<FlatState> {
  private static final String FOURCC = "SgCF";

  /** For {@link java.util.ServiceLoader}. */
  public CosineFlatFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(FOURCC);
  }

  @Override
  public Set<Class<? extends AbstractIndex<FlatState>>> types() {
    return Set.of(IndexFlatCosine.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    if (h.d() < 1 || h.metric() != MetricType.INNER_PRODUCT) {
      throw in.bad("a cosine index of dimension " + h.d() + " and metric " + h.metric());
    }
    CosineCodec codec = new CosineCodec(h.d());
    long bytes = in.readCount(1);
    if (bytes % codec.codeSize() != 0 || bytes / codec.codeSize() != h.ntotal()) {
      throw in.bad(
          bytes + " bytes are not " + h.ntotal() + " codes of " + codec.codeSize() + " bytes");
    }
    return new IndexFlatCosine(codec, StoredRows.read(in, codec.codeSize(), h.ntotal()));
  }

  @Override
  public void write(AbstractIndex<FlatState> index, FlatState s, IndexOutput out)
      throws IOException {
    out.writeFourcc(FOURCC);
    new IndexHeader(index.d(), s.size(), true, index.metricType(), 0f).write(out);
    out.writeLong(s.size() * s.codec().codeSize());
    CodesOutput.write(s, out);
  }
}
