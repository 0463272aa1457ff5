package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.CodeRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * {@code IxMp}, {@code IxM2}: header, the index inside, ids. Stateless. Source: FAISS {@code
 * index_read.cpp}, {@code index_write.cpp}.
 */
public final class IdMapFormat implements IndexFormat<IdMapState> {
  /** For {@link java.util.ServiceLoader}. */
  public IdMapFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IxMp", "IxM2");
  }

  @Override
  public Set<Class<? extends AbstractIndex<IdMapState>>> types() {
    return Set.of(IndexIDMap.class, IndexIDMap2.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    Index inner = in.readIndexNotNull("index inside an id map");
    long n = in.readCount(8);
    if (n != h.ntotal() || n != inner.ntotal()) {
      throw in.bad(
          "an id map of ntotal "
              + h.ntotal()
              + " has "
              + n
              + " ids and an index with "
              + inner.ntotal()
              + " vectors");
    }
    if (h.d() != inner.d() || h.metric() != inner.metricType()) {
      throw in.bad(
          "an id map of dimension "
              + h.d()
              + " and metric "
              + h.metric()
              + " holds an index of dimension "
              + inner.d()
              + " and metric "
              + inner.metricType());
    }
    boolean second = fourcc.equals("IxM2");
    StoredBytes ids = in.readStored(8 * n);
    if (ids.mapped()) {
      return second ? new IndexIDMap2(inner, ids) : new IndexIDMap(inner, ids);
    }
    try {
      CodeRows view = CodeRows.over(ids.segment(), 8, n);
      return second ? new IndexIDMap2(inner, view) : new IndexIDMap(inner, view);
    } finally {
      ids.release();
    }
  }

  @Override
  public void write(AbstractIndex<IdMapState> index, IdMapState s, IndexOutput out)
      throws IOException {
    out.writeFourcc(index instanceof IndexIDMap2 ? "IxM2" : "IxMp");
    new IndexHeader(
            index.d(), s.size(), s.inner().isTrained(), index.metricType(), index.metricArg())
        .write(out);
    out.writeIndex(s.inner());
    out.writeLong(s.size());
    try {
      s.forEach(
          (position, place, id) -> {
            try {
              out.writeLong(id);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
