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
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * {@code Iwrn}, and the older {@code Iwrf} whose factors stand apart, by id. Codes are repacked, so
 * nothing is mapped. Stateless.
 */
public final class IvfRaBitQFastScanFormat implements IndexFormat<IvfState> {
  /** For {@link java.util.ServiceLoader}. */
  public IvfRaBitQFastScanFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("Iwrn", "Iwrf");
  }

  @Override
  public Set<Class<? extends AbstractIndex<IvfState>>> types() {
    return Set.of(IndexIVFRaBitQFastScan.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IvfHeader h = IvfHeader.read(in, false);
    RaBitQuantizer q = RaBitQFields.read(in, h.base(), true);
    if (!in.readBoolean()) {
      throw in.bad("by_residual is 0: RaBitQ lists always hold differences to their centroid");
    }
    in.readLong();
    int bbs = in.readInt();
    long qbs2 = in.readLong();
    long m2 = in.readLong();
    int implem = in.readInt();
    int qb = in.readByte() & 0xff;
    boolean centered = in.readBoolean();
    int m = (q.d() + 3) / 4;
    if (bbs < 32 || bbs % 32 != 0) {
      throw in.bad("bbs " + bbs + " is not a positive multiple of 32");
    }
    if (m2 != (m + 1L) / 2 * 2) {
      throw in.bad("M2 " + m2 + " is not " + m + " rounded up to even");
    }
    if (qb < 1 || qb > RaBitQScorer.MAX_QUERY_BITS) {
      throw in.bad("qb " + qb + " is not in [1, " + RaBitQScorer.MAX_QUERY_BITS + "]");
    }
    RaBitQResidualCodec codec = new RaBitQResidualCodec(q, true);
    BlockListsFile.Apart apart = null;
    if (fourcc.equals("Iwrf")) {
      MemorySegment all = in.peekAndSkip(in.readCount(1));
      int record = q.factorBytes();
      apart =
          (id, plain, offset) -> {
            if (id < 0 || id >= all.byteSize() / record) {
              throw in.bad("id " + id + " has no factors");
            }
            MemorySegment.copy(all, id * record, plain, offset, record);
          };
    }
    BlockListsFile file = new BlockListsFile(m, q.signBytes(), q.factorBytes(), bbs);
    ListsFile.Lists lists = file.read(in, h.nlist(), ListLayout.of(codec), apart);
    IndexIVFRaBitQFastScan index =
        new IndexIVFRaBitQFastScan(
            h.quantizer(), q.d(), h.base().metric(), bbs, qb, h.state(codec, lists, null));
    index.carry(implem, qbs2, centered);
    h.apply(index, in);
    return index;
  }

  @Override
  public void write(AbstractIndex<IvfState> index, IvfState state, IndexOutput out)
      throws IOException {
    IndexIVFRaBitQFastScan r = (IndexIVFRaBitQFastScan) index;
    RaBitQuantizer q = IndexIVFRaBitQ.codec(state).quantizer();
    int m = (q.d() + 3) / 4;
    out.writeFourcc("Iwrn");
    IvfHeader.write(r, state, out);
    RaBitQFields.write(q, true, out);
    out.writeBoolean(true);
    out.writeLong(q.codeSize());
    out.writeInt(r.bbs());
    out.writeLong(r.qbs2());
    out.writeLong((m + 1L) / 2 * 2);
    out.writeInt(r.implem());
    out.writeByte(r.qb());
    out.writeBoolean(r.centeredFlag());
    new BlockListsFile(m, q.signBytes(), q.factorBytes(), r.bbs()).write(state, out);
  }
}
