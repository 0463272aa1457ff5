package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.transform.TransformFile;
import io.sagitta.core.transform.VectorTransform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Files of {@link IndexPreTransform}: {@code IxPT}. Stateless. */
public final class PreTransformFormat implements IndexFormat<PreTransformState> {
  private static final String FOURCC = "IxPT";

  /** For {@link java.util.ServiceLoader}. */
  public PreTransformFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(FOURCC);
  }

  @Override
  public Set<Class<? extends AbstractIndex<PreTransformState>>> types() {
    return Set.of(IndexPreTransform.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    int count = in.readInt();
    if (count < 0) {
      throw in.bad("a chain of " + count + " transforms");
    }
    List<VectorTransform> chain = new ArrayList<>();
    int d = h.d();
    for (int i = 0; i < count; i++) {
      VectorTransform t = TransformFile.read(in);
      if (t.dIn() != d) {
        throw in.bad("transform " + i + " takes dimension " + t.dIn() + " where " + d + " comes");
      }
      d = t.dOut();
      chain.add(t);
    }
    Index inner = in.readIndexNotNull("index behind a transform");
    if (inner.d() != d) {
      throw in.bad("the index behind the transforms has dimension " + inner.d() + ", not " + d);
    }
    if (inner.ntotal() != h.ntotal() || inner.metricType() != h.metric()) {
      throw in.bad(
          "a transformed index of ntotal "
              + h.ntotal()
              + " and metric "
              + h.metric()
              + " holds one of ntotal "
              + inner.ntotal()
              + " and metric "
              + inner.metricType());
    }
    return new IndexPreTransform(chain, inner);
  }

  @Override
  public void write(AbstractIndex<PreTransformState> index, PreTransformState s, IndexOutput out)
      throws IOException {
    out.writeFourcc(FOURCC);
    new IndexHeader(
            index.d(), s.inner().ntotal(), s.isTrained(), index.metricType(), index.metricArg())
        .write(out);
    out.writeInt(s.chain().size());
    for (VectorTransform t : s.chain()) {
      TransformFile.write(t, out);
    }
    out.writeIndex(s.inner());
  }
}
