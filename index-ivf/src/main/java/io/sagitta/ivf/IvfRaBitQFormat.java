package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.codec.RaBitQFields;
import io.sagitta.core.codec.RaBitQResidualCodec;
import io.sagitta.core.codec.RaBitQScorer;
import io.sagitta.core.codec.RaBitQuantizer;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/** {@code Iwrq} (one bit) and {@code Iwrr} (2 to 9). Stateless. */
public final class IvfRaBitQFormat implements IndexFormat<IvfState> {
  /** For {@link java.util.ServiceLoader}. */
  public IvfRaBitQFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("Iwrq", "Iwrr");
  }

  @Override
  public Set<Class<? extends AbstractIndex<IvfState>>> types() {
    return Set.of(IndexIVFRaBitQ.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IvfHeader h = IvfHeader.read(in, false);
    RaBitQuantizer q = RaBitQFields.read(in, h.base(), fourcc.equals("Iwrr"));
    in.readLong();
    if (!in.readBoolean()) {
      throw in.bad("by_residual is 0: RaBitQ lists always hold differences to their centroid");
    }
    int qb = in.readByte() & 0xff;
    if (qb > RaBitQScorer.MAX_QUERY_BITS) {
      throw in.bad("qb " + qb + " is not in [0, " + RaBitQScorer.MAX_QUERY_BITS + "]");
    }
    RaBitQResidualCodec codec = new RaBitQResidualCodec(q, false);
    ListsFile.Lists lists = ListsFile.read(in, h.nlist(), codec.codeSize());
    IndexIVFRaBitQ index =
        new IndexIVFRaBitQ(
            h.quantizer(), q.d(), h.base().metric(), qb, h.state(codec, lists, null));
    h.apply(index, in);
    return index;
  }

  @Override
  public void write(AbstractIndex<IvfState> index, IvfState state, IndexOutput out)
      throws IOException {
    IndexIVFRaBitQ r = (IndexIVFRaBitQ) index;
    RaBitQuantizer q = IndexIVFRaBitQ.codec(state).quantizer();
    out.writeFourcc(q.bits() == 1 ? "Iwrq" : "Iwrr");
    IvfHeader.write(r, state, out);
    RaBitQFields.write(q, q.bits() > 1, out);
    out.writeLong(q.codeSize());
    out.writeBoolean(true);
    out.writeByte(r.qb());
    ListsFile.write(state, out);
  }
}
