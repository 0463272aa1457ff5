package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PqFields;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/**
 * Files of {@link IndexPQ}: {@code IxPq}; the older {@code IxPo} and {@code IxPQ} are read, as L2
 * whatever they say, because their writers noted inner product by mistake. Stateless.
 */
public final class ProductQuantizerFormat implements IndexFormat<FlatState> {
  private static final String FOURCC = "IxPq";
  private static final String OLD = "IxPo";
  private static final String OLDEST = "IxPQ";

  /** For {@link java.util.ServiceLoader}. */
  public ProductQuantizerFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(FOURCC, OLD, OLDEST);
  }

  @Override
  public Set<Class<? extends AbstractIndex<FlatState>>> types() {
    return Set.of(IndexPQ.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    CodedRows.check(in, h);
    ProductQuantizer pq = PqFields.read(in, h.d(), h.isTrained());
    StoredRows rows = CodedRows.read(in, h, pq.codeSize(), pq.isTrained());
    PqSearchType type = PqSearchType.PQ;
    boolean signs = false;
    // What FAISS has, and writes again, for a file that does not say.
    int ht = 1;
    if (!fourcc.equals(OLDEST)) {
      int code = in.readInt();
      try {
        type = PqSearchType.ofCode(code);
      } catch (IllegalArgumentException e) {
        throw in.bad(String.valueOf(e.getMessage()));
      }
      signs = in.readBoolean();
      ht = in.readInt();
    }
    MetricType metric = fourcc.equals(FOURCC) ? h.metric() : MetricType.L2;
    return new IndexPQ(pq, metric, type, signs, ht, rows);
  }

  @Override
  public void write(AbstractIndex<FlatState> index, FlatState s, IndexOutput out)
      throws IOException {
    IndexPQ owner = (IndexPQ) index;
    out.writeFourcc(FOURCC);
    new IndexHeader(index.d(), s.size(), s.codec().isTrained(), index.metricType(), 0f).write(out);
    PqFields.write((ProductQuantizer) s.codec(), out);
    CodedRows.write(s, out);
    out.writeInt(owner.searchType().code());
    out.writeBoolean(owner.encodeSigns());
    out.writeInt(owner.polysemousHt());
  }
}
