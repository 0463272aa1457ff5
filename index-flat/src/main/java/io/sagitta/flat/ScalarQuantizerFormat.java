package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.codec.ScalarQuantizer;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.ScalarQuantizerFile;
import java.io.IOException;
import java.util.Set;

/** Files of {@link IndexScalarQuantizer}: {@code IxSQ}. Stateless. */
public final class ScalarQuantizerFormat implements IndexFormat<FlatState> {
  private static final String FOURCC = "IxSQ";

  /** For {@link java.util.ServiceLoader}. */
  public ScalarQuantizerFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(FOURCC);
  }

  @Override
  public Set<Class<? extends AbstractIndex<FlatState>>> types() {
    return Set.of(IndexScalarQuantizer.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    CodedRows.check(in, h);
    ScalarQuantizer sq = ScalarQuantizerFile.read(in, h.d(), h.isTrained());
    if (sq.type() == QuantizerType.QT_0BIT) {
      throw in.bad("codes of 0 bits outside an IVF");
    }
    StoredRows rows = CodedRows.read(in, h, sq.codeSize(), sq.isTrained());
    return new IndexScalarQuantizer(sq, h.metric(), rows);
  }

  @Override
  public void write(AbstractIndex<FlatState> index, FlatState s, IndexOutput out)
      throws IOException {
    out.writeFourcc(FOURCC);
    new IndexHeader(index.d(), s.size(), s.codec().isTrained(), index.metricType(), 0f).write(out);
    ScalarQuantizerFile.write((ScalarQuantizer) s.codec(), out);
    CodedRows.write(s, out);
  }
}
