package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.transform.TransformFile;
import io.sagitta.core.transform.VectorTransform;
import java.io.IOException;
import java.util.Set;

/** {@code IwIQ}: header, quantizer, transform if there is one, inverted file. Stateless. */
public final class IvfIndependentFormat implements IndexFormat<IndependentState> {
  private static final String FOURCC = "IwIQ";

  /** For {@link java.util.ServiceLoader}. */
  public IvfIndependentFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(FOURCC);
  }

  @Override
  public Set<Class<? extends AbstractIndex<IndependentState>>> types() {
    return Set.of(IndexIVFIndependentQuantizer.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    Index quantizer = in.readIndexNotNull("quantizer");
    VectorTransform transform = in.readBoolean() ? TransformFile.read(in) : null;
    Index inner = in.readIndexNotNull("inverted file");
    if (!(inner instanceof IndexIVF ivf)) {
      throw in.bad("a " + inner.getClass().getSimpleName() + " is no inverted file");
    }
    int tables = ivf instanceof IndexIVFPQ ? in.readInt() : -1;
    int dIn = transform == null ? ivf.d() : transform.dIn();
    int dOut = transform == null ? ivf.d() : transform.dOut();
    if (quantizer.d() != h.d() || dIn != h.d() || dOut != ivf.d()) {
      throw in.bad(
          "dimensions "
              + h.d()
              + ", "
              + quantizer.d()
              + " (quantizer), "
              + dIn
              + " to "
              + dOut
              + " (transform) and "
              + ivf.d()
              + " (lists) do not chain");
    }
    if (ivf.metricType() != h.metric()) {
      throw in.bad("metric " + h.metric() + " over lists of metric " + ivf.metricType());
    }
    boolean filled = quantizer.ntotal() == ivf.nlist();
    if (!filled && (h.isTrained() || quantizer.ntotal() != 0)) {
      throw in.bad(
          "the quantizer has " + quantizer.ntotal() + " centroids, nlist is " + ivf.nlist());
    }
    IndexIVFIndependentQuantizer index =
        new IndexIVFIndependentQuantizer(quantizer, ivf, transform);
    index.carry(h.ntotal(), tables);
    return index;
  }

  @Override
  public void write(AbstractIndex<IndependentState> index, IndependentState s, IndexOutput out)
      throws IOException {
    IndexIVFIndependentQuantizer owner = (IndexIVFIndependentQuantizer) index;
    out.writeFourcc(FOURCC);
    new IndexHeader(
            index.d(), owner.fileTotal(), s.isTrained(), index.metricType(), index.metricArg())
        .write(out);
    out.writeIndex(s.chooser());
    VectorTransform transform = s.transform();
    out.writeBoolean(transform != null);
    if (transform != null) {
      TransformFile.write(transform, out);
    }
    out.writeIndex(s.ivf());
    if (owner.ivf() instanceof IndexIVFPQ) {
      out.writeInt(owner.fileTables());
    }
  }
}
