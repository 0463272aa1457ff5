package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.codec.ScalarQuantizer;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.ScalarQuantizerFile;
import java.io.IOException;
import java.util.Set;

/** {@code IwSq}, and the older {@code IwSQ} and {@code IvSQ}. Stateless. */
public final class IvfScalarQuantizerFormat implements IndexFormat<IvfState> {
  /** For {@link java.util.ServiceLoader}. */
  public IvfScalarQuantizerFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IwSq", "IwSQ", "IvSQ");
  }

  @Override
  public Set<Class<? extends AbstractIndex<IvfState>>> types() {
    return Set.of(IndexIVFScalarQuantizer.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    boolean legacy = fourcc.equals("IvSQ");
    IvfHeader h = IvfHeader.read(in, legacy);
    int d = h.base().d();
    ScalarQuantizer sq = ScalarQuantizerFile.read(in, d, h.base().isTrained());
    // The stored code size is redundant; FAISS recomputes it too.
    in.readLong();
    boolean byResidual = !fourcc.equals("IwSq") || in.readBoolean();
    ListsFile.Lists lists =
        legacy
            ? ListsFile.readLegacy(in, h.legacyIds(), sq.codeSize(), false)
            : ListsFile.read(in, h.nlist(), sq.codeSize());
    IndexIVFScalarQuantizer index =
        new IndexIVFScalarQuantizer(
            h.quantizer(), d, h.base().metric(), byResidual, h.state(sq, lists, null));
    h.apply(index, in);
    return index;
  }

  @Override
  public void write(AbstractIndex<IvfState> index, IvfState state, IndexOutput out)
      throws IOException {
    out.writeFourcc("IwSq");
    IvfHeader.write((IndexIVF) index, state, out);
    ScalarQuantizerFile.write((ScalarQuantizer) state.codec, out);
    out.writeLong(state.codec.codeSize());
    out.writeBoolean(((IndexIVF) index).byResidual());
    ListsFile.write(state, out);
  }
}
