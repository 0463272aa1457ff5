package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.codec.RaBitQCodec;
import io.sagitta.core.codec.RaBitQFields;
import io.sagitta.core.codec.RaBitQScorer;
import io.sagitta.core.codec.RaBitQuantizer;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;

/**
 * Files of {@link IndexRaBitQFastScan}: {@code Irfn}, and the older {@code Irfs} with its factors
 * apart. A FAISS block is (M2/2)·bbs bytes of nibbles, then one record of factors per vector.
 */
public final class RaBitQFastScanFormat implements IndexFormat<FastScanState> {
  private static final String NEW = "Irfn";
  private static final String OLD = "Irfs";

  /** For {@link java.util.ServiceLoader}. */
  public RaBitQFastScanFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(NEW, OLD);
  }

  @Override
  public Set<Class<? extends AbstractIndex<FastScanState>>> types() {
    return Set.of(IndexRaBitQFastScan.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    boolean old = fourcc.equals(OLD);
    IndexHeader h = IndexHeader.read(in);
    RaBitQuantizer q = RaBitQFields.read(in, h, true);
    float[] center = in.readFloatVector();
    int qb = in.readByte() & 0xff;
    if (qb < 1 || qb > RaBitQScorer.MAX_QUERY_BITS) {
      throw in.bad("qb " + qb + " is not in [1, " + RaBitQScorer.MAX_QUERY_BITS + "]");
    }
    MemorySegment apart = old ? in.peekAndSkip(in.readCount(1)) : MemorySegment.NULL;
    int bbs = in.readInt();
    long padded = in.readLong();
    long m2 = in.readLong();
    long codeSize = in.readLong();
    if (bbs < 32 || bbs % 32 != 0) {
      throw in.bad("bbs " + bbs + " is not a positive multiple of 32");
    }
    int m = (h.d() + 3) / 4;
    if (m2 != (m + 1L) / 2 * 2) {
      throw in.bad("M2 " + m2 + " is not " + m + " rounded up to even");
    }
    if (codeSize != q.codeSize()) {
      throw in.bad("code_size " + codeSize + " is not " + q.codeSize());
    }
    int record = q.factorBytes();
    long nibbles = m2 / 2 * bbs;
    long stride = old ? nibbles : nibbles + (long) bbs * record;
    long bytes = in.readCount(1);
    if (padded < h.ntotal()
        || padded % bbs != 0
        || bytes % stride != 0
        || bytes / stride != padded / bbs
        || (old && apart.byteSize() / record < h.ntotal())) {
      throw in.bad(
          bytes + " bytes of codes, ntotal2 " + padded + " and ntotal " + h.ntotal() + " disagree");
    }
    MemorySegment packed = in.peekAndSkip(bytes);
    IndexRaBitQFastScan index = new IndexRaBitQFastScan(codec(in, h, q, center), bbs, qb);
    index.appendCodes(
        h.ntotal(),
        (i, plain) -> {
          FaissBlocks.take(packed, i, m, bbs, stride, plain);
          MemorySegment from = old ? apart : packed;
          long at = old ? i * record : i / bbs * stride + nibbles + i % bbs * record;
          MemorySegment.copy(from, at, plain, q.signBytes(), record);
        });
    return index;
  }

  private static RaBitQCodec codec(IndexInput in, IndexHeader h, RaBitQuantizer q, float[] center)
      throws IOException {
    if (!h.isTrained()) {
      if (h.ntotal() > 0) {
        throw in.bad("an untrained index claims " + h.ntotal() + " vectors");
      }
      return new RaBitQCodec(q);
    }
    if (center.length != h.d()) {
      throw in.bad("a centre of " + center.length + " floats, the dimension is " + h.d());
    }
    return new RaBitQCodec(q, center);
  }

  @Override
  public void write(AbstractIndex<FastScanState> index, FastScanState s, IndexOutput out)
      throws IOException {
    IndexRaBitQFastScan p = (IndexRaBitQFastScan) index;
    RaBitQCodec codec = (RaBitQCodec) s.codec();
    RaBitQuantizer q = codec.quantizer();
    int bbs = p.bbs();
    int m = (p.d() + 3) / 4;
    int m2 = (m + 1) / 2 * 2;
    int record = q.factorBytes();
    int nibbles = m2 / 2 * bbs;
    int stride = nibbles + bbs * record;
    long padded = (s.n() + bbs - 1) / bbs * bbs;
    out.writeFourcc(NEW);
    new IndexHeader(p.d(), s.n(), codec.isTrained(), p.metricType(), 0f).write(out);
    RaBitQFields.write(q, true, out);
    out.writeFloatVector(codec.center());
    out.writeByte(p.qb());
    out.writeInt(bbs);
    out.writeLong(padded);
    out.writeLong(m2);
    out.writeLong(q.codeSize());
    out.writeLong(padded / bbs * stride);
    byte[] block = new byte[stride];
    MemorySegment target = MemorySegment.ofArray(block);
    MemorySegment plain = MemorySegment.ofArray(new byte[q.codeSize()]);
    for (long first = 0; first < s.n(); first += bbs) {
      Arrays.fill(block, (byte) 0);
      for (int i = 0; i < Math.min(bbs, s.n() - first); i++) {
        p.take(s, first + i, plain, 0);
        FaissBlocks.put(target, i, m, bbs, stride, plain);
        MemorySegment.copy(plain, q.signBytes(), target, nibbles + (long) i * record, record);
      }
      out.writeSegment(target, 0, stride);
    }
  }
}
