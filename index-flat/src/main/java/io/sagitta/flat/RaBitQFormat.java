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
import java.util.Set;

/** Files of {@link IndexRaBitQ}: {@code Ixrq} (one bit), {@code Ixrr} (2 to 9). Stateless. */
public final class RaBitQFormat implements IndexFormat<FlatState> {
  private static final String ONE = "Ixrq";
  private static final String MANY = "Ixrr";

  /** For {@link java.util.ServiceLoader}. */
  public RaBitQFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(ONE, MANY);
  }

  @Override
  public Set<Class<? extends AbstractIndex<FlatState>>> types() {
    return Set.of(IndexRaBitQ.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    RaBitQuantizer quantizer = RaBitQFields.read(in, h, fourcc.equals(MANY));
    long bytes = in.readCount(1);
    if (bytes / quantizer.codeSize() != h.ntotal() || bytes % quantizer.codeSize() != 0) {
      throw in.bad(
          bytes + " bytes are not " + h.ntotal() + " codes of " + quantizer.codeSize() + " bytes");
    }
    StoredRows rows = StoredRows.read(in, quantizer.codeSize(), h.ntotal());
    float[] center = in.readFloatVector();
    int qb = in.readByte() & 0xff;
    if (qb > RaBitQScorer.MAX_QUERY_BITS) {
      throw in.bad("qb " + qb + " is not in [0, " + RaBitQScorer.MAX_QUERY_BITS + "]");
    }
    RaBitQCodec codec;
    if (h.isTrained()) {
      if (center.length != h.d()) {
        throw in.bad("a centre of " + center.length + " floats, the dimension is " + h.d());
      }
      codec = new RaBitQCodec(quantizer, center, qb);
    } else if (h.ntotal() > 0) {
      throw in.bad("an untrained index claims " + h.ntotal() + " vectors");
    } else {
      codec = new RaBitQCodec(quantizer);
    }
    return new IndexRaBitQ(codec, h.metric(), qb, rows);
  }

  @Override
  public void write(AbstractIndex<FlatState> index, FlatState s, IndexOutput out)
      throws IOException {
    RaBitQCodec codec = (RaBitQCodec) s.codec();
    boolean many = codec.quantizer().bits() > 1;
    out.writeFourcc(many ? MANY : ONE);
    new IndexHeader(index.d(), s.size(), codec.isTrained(), index.metricType(), 0f).write(out);
    RaBitQFields.write(codec.quantizer(), many, out);
    out.writeLong(s.size() * codec.codeSize());
    CodesOutput.write(s, out);
    out.writeFloatVector(codec.center());
    out.writeByte(((IndexRaBitQ) index).qb());
  }
}
