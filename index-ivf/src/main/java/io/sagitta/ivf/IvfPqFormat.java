package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.codec.PqFields;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/** {@code IwPQ}, {@code IwQR}, and the older {@code IvPQ} and {@code IvQR}. Stateless. */
public final class IvfPqFormat implements IndexFormat<IvfState> {
  /** For {@link java.util.ServiceLoader}. */
  public IvfPqFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IwPQ", "IvPQ", "IwQR", "IvQR");
  }

  @Override
  public Set<Class<? extends AbstractIndex<IvfState>>> types() {
    return Set.of(IndexIVFPQ.class, IndexIVFPQR.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    boolean legacy = fourcc.startsWith("Iv");
    IvfHeader h = IvfHeader.read(in, legacy);
    int d = h.base().d();
    boolean trained = h.base().isTrained();
    boolean byResidual = in.readBoolean();
    // The stored code size is redundant; FAISS recomputes it too.
    in.readLong();
    ProductQuantizer pq = PqFields.read(in, d, trained);
    ListsFile.Lists lists =
        legacy
            ? ListsFile.readLegacy(in, h.legacyIds(), pq.codeSize(), false)
            : ListsFile.read(in, h.nlist(), pq.codeSize());
    IndexIVF index;
    if (fourcc.endsWith("QR")) {
      RefineCodes refine = trained ? RefineCodes.read(in, d, h.base().ntotal()) : null;
      index =
          new IndexIVFPQR(
              h.quantizer(), d, h.base().metric(), byResidual, h.state(pq, lists, refine));
    } else {
      index =
          new IndexIVFPQ(h.quantizer(), d, h.base().metric(), byResidual, h.state(pq, lists, null));
    }
    h.apply(index, in);
    return index;
  }

  @Override
  public void write(AbstractIndex<IvfState> index, IvfState state, IndexOutput out)
      throws IOException {
    out.writeFourcc(index instanceof IndexIVFPQR ? "IwQR" : "IwPQ");
    IvfHeader.write((IndexIVF) index, state, out);
    out.writeBoolean(((IndexIVF) index).byResidual());
    out.writeLong(state.codec.codeSize());
    PqFields.write((ProductQuantizer) state.codec, out);
    ListsFile.write(state, out);
    if (index instanceof IndexIVFPQR r && state.extra instanceof RefineCodes refine) {
      refine.write(r.kFactor(), out);
    }
  }
}
