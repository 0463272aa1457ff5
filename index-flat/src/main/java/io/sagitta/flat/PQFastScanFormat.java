package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.codec.PqFields;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;

/** Files of {@link IndexPQFastScan}: {@code IPfs}. Codes are repacked, so nothing is mapped. */
public final class PQFastScanFormat implements IndexFormat<FastScanState> {
  /** For {@link java.util.ServiceLoader}. */
  public PQFastScanFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IPfs");
  }

  @Override
  public Set<Class<? extends AbstractIndex<FastScanState>>> types() {
    return Set.of(IndexPQFastScan.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    ProductQuantizer q = PqFields.read(in, h.d(), h.isTrained());
    if (q.nbits() != 4) {
      throw in.bad("nbits " + q.nbits() + " is not 4");
    }
    int implem = in.readInt();
    int bbs = in.readInt();
    int qbs = in.readInt();
    long padded = in.readLong();
    long m2 = in.readLong();
    if (bbs < 32 || bbs % 32 != 0) {
      throw in.bad("bbs " + bbs + " is not a positive multiple of 32");
    }
    if (qbs < 0) {
      throw in.bad("qbs " + qbs + " is negative");
    }
    if (m2 != (q.m() + 1L) / 2 * 2) {
      throw in.bad("M2 " + m2 + " is not " + q.m() + " rounded up to even");
    }
    long stride = m2 / 2 * bbs;
    long bytes = in.readCount(1);
    if (padded < h.ntotal()
        || padded % bbs != 0
        || bytes % stride != 0
        || bytes / stride != padded / bbs) {
      throw in.bad(
          bytes + " bytes of codes, ntotal2 " + padded + " and ntotal " + h.ntotal() + " disagree");
    }
    MemorySegment packed = in.peekAndSkip(bytes);
    IndexPQFastScan index = new IndexPQFastScan(q, h.metric(), bbs);
    index.carry(implem, qbs);
    index.appendCodes(
        h.ntotal(), (i, plain) -> FaissBlocks.take(packed, i, q.m(), bbs, stride, plain));
    return index;
  }

  @Override
  public void write(AbstractIndex<FastScanState> index, FastScanState s, IndexOutput out)
      throws IOException {
    IndexPQFastScan p = (IndexPQFastScan) index;
    int bbs = p.bbs();
    int m2 = (p.m() + 1) / 2 * 2;
    long padded = (s.n() + bbs - 1) / bbs * bbs;
    out.writeFourcc("IPfs");
    new IndexHeader(p.d(), s.n(), ((ProductQuantizer) s.codec()).isTrained(), p.metricType(), 0f)
        .write(out);
    PqFields.write(((ProductQuantizer) s.codec()), out);
    out.writeInt(p.implem());
    out.writeInt(bbs);
    out.writeInt(p.qbs());
    out.writeLong(padded);
    out.writeLong(m2);
    int stride = m2 / 2 * bbs;
    out.writeLong(padded / bbs * stride);
    byte[] block = new byte[stride];
    MemorySegment target = MemorySegment.ofArray(block);
    MemorySegment plain = MemorySegment.ofArray(new byte[p.layout().codeSize()]);
    for (long first = 0; first < s.n(); first += bbs) {
      Arrays.fill(block, (byte) 0);
      for (int i = 0; i < Math.min(bbs, s.n() - first); i++) {
        p.take(s, first + i, plain, 0);
        FaissBlocks.put(target, i, p.m(), bbs, stride, plain);
      }
      out.writeSegment(target, 0, stride);
    }
  }
}
