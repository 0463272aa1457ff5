package io.sagitta.hnsw;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.CosineCodec;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.CodeRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Files of {@link IndexHNSWCosine}: {@code SgCH}, header, graph as in {@link HnswFormat}, the count
 * of bytes and the codes. Stateless.
 */
public final class HnswCosineFormat implements IndexFormat<HnswState> {
  private static final String FOURCC = "SgCH";

  /** For {@link java.util.ServiceLoader}. */
  public HnswCosineFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(FOURCC);
  }

  @Override
  public Set<Class<? extends AbstractIndex<HnswState>>> types() {
    return Set.of(IndexHNSWCosine.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    if (h.d() < 1 || h.metric() != MetricType.INNER_PRODUCT) {
      throw in.bad("a cosine graph of dimension " + h.d() + " and metric " + h.metric());
    }
    HnswFile graph = new HnswFile(in, h.ntotal());
    CosineCodec codec = new CosineCodec(h.d());
    long bytes = in.readCount(1);
    if (bytes % codec.codeSize() != 0 || bytes / codec.codeSize() != h.ntotal()) {
      throw in.bad(
          bytes + " bytes are not " + h.ntotal() + " codes of " + codec.codeSize() + " bytes");
    }
    IndexHNSWCosine index =
        in.options().map() ? mapped(in, h, graph, codec) : loaded(in, h, graph, codec);
    index.settings.efConstruction = graph.efConstruction;
    index.settings.efSearch = graph.efSearch;
    return index;
  }

  private static IndexHNSWCosine mapped(
      IndexInput in, IndexHeader h, HnswFile graph, CosineCodec codec) throws IOException {
    List<StoredBytes> stored = new ArrayList<>(graph.stored);
    StoredBytes codes = in.readStored(h.ntotal() * codec.codeSize());
    stored.add(codes);
    CodeRows rows = CodeRows.over(codes.segment(), codec.codeSize(), h.ntotal());
    HnswState s = new HnswState(codec, rows, graph.inPlace(), null, h.ntotal());
    return new IndexHNSWCosine(h.d(), s, null, stored);
  }

  private static IndexHNSWCosine loaded(
      IndexInput in, IndexHeader h, HnswFile graph, CosineCodec codec) throws IOException {
    HnswWriter w = new HnswWriter(graph.plan, codec.codeSize());
    graph.copyTo(w.graph());
    w.codes().append(in.peekAndSkip(h.ntotal() * codec.codeSize()), 0, h.ntotal());
    HnswState s = new HnswState(codec, w.codes().view(), w.graph().newView(), null, h.ntotal());
    return new IndexHNSWCosine(h.d(), s, w, List.of());
  }

  @Override
  public void write(AbstractIndex<HnswState> index, HnswState s, IndexOutput out)
      throws IOException {
    out.writeFourcc(FOURCC);
    new IndexHeader(index.d(), s.count(), true, index.metricType(), 0f).write(out);
    HnswFile.write(s, ((IndexHNSW) index).settings, out);
    CodeRows codes = s.codes();
    if (codes == null) {
      throw new UnsupportedOperationException("a cosine graph without its codes is not written");
    }
    out.writeLong(s.count() * codes.rowBytes());
    for (long i = 0; i < s.count(); i++) {
      int row = s.rowOf(i);
      out.writeSegment(codes.chunk(row), codes.offset(row), codes.rowBytes());
    }
  }
}
