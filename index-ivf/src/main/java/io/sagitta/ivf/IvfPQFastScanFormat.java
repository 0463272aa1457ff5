package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.codec.FastScanCodec;
import io.sagitta.core.codec.PqFields;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/** {@code IwPf}. Codes are repacked, so nothing is mapped. Stateless. */
public final class IvfPQFastScanFormat implements IndexFormat<IvfState> {
  /** For {@link java.util.ServiceLoader}. */
  public IvfPQFastScanFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IwPf");
  }

  @Override
  public Set<Class<? extends AbstractIndex<IvfState>>> types() {
    return Set.of(IndexIVFPQFastScan.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IvfHeader h = IvfHeader.read(in, false);
    int d = h.base().d();
    boolean byResidual = in.readBoolean();
    in.readLong();
    int bbs = in.readInt();
    long m2 = in.readLong();
    int implem = in.readInt();
    long qbs2 = in.readLong();
    if (bbs < 32 || bbs % 32 != 0) {
      throw in.bad("bbs " + bbs + " is not a positive multiple of 32");
    }
    ProductQuantizer pq = PqFields.read(in, d, h.base().isTrained());
    if (pq.nbits() != 4) {
      throw in.bad("nbits " + pq.nbits() + " is not 4");
    }
    if (m2 != (pq.m() + 1L) / 2 * 2) {
      throw in.bad("M2 " + m2 + " is not " + pq.m() + " rounded up to even");
    }
    FastScanCodec codec = new FastScanCodec(pq);
    BlockListsFile file = new BlockListsFile(pq.m(), codec.codeSize(), 0, bbs);
    ListsFile.Lists lists = file.read(in, h.nlist(), ListLayout.of(codec), null);
    IndexIVFPQFastScan index =
        new IndexIVFPQFastScan(
            h.quantizer(), d, h.base().metric(), byResidual, bbs, h.state(codec, lists, null));
    index.carry(implem, qbs2);
    h.apply(index, in);
    return index;
  }

  @Override
  public void write(AbstractIndex<IvfState> index, IvfState state, IndexOutput out)
      throws IOException {
    IndexIVFPQFastScan p = (IndexIVFPQFastScan) index;
    FastScanCodec codec = (FastScanCodec) state.codec;
    int m = codec.quantizer().m();
    out.writeFourcc("IwPf");
    IvfHeader.write(p, state, out);
    out.writeBoolean(p.byResidual());
    out.writeLong(codec.codeSize());
    out.writeInt(p.bbs());
    out.writeLong((m + 1L) / 2 * 2);
    out.writeInt(p.implem());
    out.writeLong(p.qbs2());
    PqFields.write(codec.quantizer(), out);
    new BlockListsFile(m, codec.codeSize(), 0, p.bbs()).write(state, out);
  }
}
