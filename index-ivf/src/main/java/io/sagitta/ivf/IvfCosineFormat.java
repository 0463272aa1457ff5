package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CosineCodec;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/** {@code SgCI}: laid out as {@link IvfFlatFormat}, with codes of the cosine codec. Stateless. */
public final class IvfCosineFormat implements IndexFormat<IvfState> {
  private static final String FOURCC = "SgCI";

  /** For {@link java.util.ServiceLoader}. */
  public IvfCosineFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(FOURCC);
  }

  @Override
  public Set<Class<? extends AbstractIndex<IvfState>>> types() {
    return Set.of(IndexIVFCosine.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IvfHeader h = IvfHeader.read(in, false);
    int d = h.base().d();
    if (d < 1 || h.base().metric() != MetricType.INNER_PRODUCT) {
      throw in.bad("a cosine index of dimension " + d + " and metric " + h.base().metric());
    }
    CosineCodec codec = new CosineCodec(d);
    ListsFile.Lists lists = ListsFile.read(in, h.nlist(), codec.codeSize());
    IndexIVFCosine index = new IndexIVFCosine(h.quantizer(), d, h.state(codec, lists, null));
    h.apply(index, in);
    return index;
  }

  @Override
  public void write(AbstractIndex<IvfState> index, IvfState state, IndexOutput out)
      throws IOException {
    out.writeFourcc(FOURCC);
    IvfHeader.write((IndexIVF) index, state, out);
    ListsFile.write(state, out);
  }
}
