package io.sagitta.hnsw;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/**
 * {@code IHNf}: header, graph, then the storage as an index of its own. Stateless. Source: FAISS
 * {@code read_index}, {@code write_index}.
 */
public final class HnswFormat implements IndexFormat<HnswState> {
  /** For {@link java.util.ServiceLoader}. */
  public HnswFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IHNf");
  }

  @Override
  public Set<Class<? extends AbstractIndex<HnswState>>> types() {
    return Set.of(IndexHNSWFlat.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    HnswFile graph = new HnswFile(in, h.ntotal());
    return HnswStorage.readFlat(in, h, graph);
  }

  @Override
  public void write(AbstractIndex<HnswState> index, HnswState s, IndexOutput out)
      throws IOException {
    out.writeFourcc("IHNf");
    new IndexHeader(index.d(), s.count(), true, index.metricType(), index.metricArg()).write(out);
    HnswFile.write(s, ((IndexHNSW) index).settings, out);
    HnswStorage.writeFlat(index, s, out);
  }
}
