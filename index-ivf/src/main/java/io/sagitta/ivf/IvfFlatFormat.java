package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/** {@code IwFl}, and the older {@code IvFl} and {@code IvFL}. Stateless. */
public final class IvfFlatFormat implements IndexFormat<IvfState> {
  /** For {@link java.util.ServiceLoader}. */
  public IvfFlatFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IwFl", "IvFl", "IvFL");
  }

  @Override
  public Set<Class<? extends AbstractIndex<IvfState>>> types() {
    return Set.of(IndexIVFFlat.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    boolean legacy = !fourcc.equals("IwFl");
    IvfHeader h = IvfHeader.read(in, legacy);
    int d = h.base().d();
    ListsFile.Lists lists =
        legacy
            ? ListsFile.readLegacy(in, h.legacyIds(), 4 * d, fourcc.equals("IvFl"))
            : ListsFile.read(in, h.nlist(), 4 * d);
    IvfState state = h.state(new FloatCodec(d), lists, null);
    IndexIVFFlat index =
        new IndexIVFFlat(h.quantizer(), d, h.base().metric(), h.base().metricArg(), state);
    h.apply(index, in);
    return index;
  }

  @Override
  public void write(AbstractIndex<IvfState> index, IvfState state, IndexOutput out)
      throws IOException {
    out.writeFourcc("IwFl");
    IvfHeader.write((IndexIVF) index, state, out);
    ListsFile.write(state, out);
  }
}
