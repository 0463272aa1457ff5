package io.sagitta.ivf;

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

/** {@code Imiq}. Stateless. */
public final class MultiIndexFormat implements IndexFormat<MultiIndexState> {
  /** For {@link java.util.ServiceLoader}. */
  public MultiIndexFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("Imiq");
  }

  @Override
  public Set<Class<? extends AbstractIndex<MultiIndexState>>> types() {
    return Set.of(MultiIndexQuantizer.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    if (h.metric() != MetricType.L2) {
      throw in.bad("a multi-index quantizer measures L2, not " + h.metric());
    }
    ProductQuantizer pq = PqFields.read(in, h.d(), h.isTrained());
    if ((long) pq.m() * pq.nbits() > 62) {
      throw in.bad(pq.m() + " parts of " + pq.nbits() + " bits have too many combinations");
    }
    MultiIndexQuantizer index = new MultiIndexQuantizer(h.d(), new MultiIndexState(pq));
    if (h.ntotal() != index.ntotal()) {
      throw in.bad(
          "ntotal " + h.ntotal() + " is not the number of combinations, " + index.ntotal());
    }
    return index;
  }

  @Override
  public void write(AbstractIndex<MultiIndexState> index, MultiIndexState state, IndexOutput out)
      throws IOException {
    out.writeFourcc("Imiq");
    boolean trained = state.quantizer.isTrained();
    long total = trained ? 1L << state.quantizer.m() * state.quantizer.nbits() : 0;
    new IndexHeader(index.d(), total, trained, MetricType.L2, 0f).write(out);
    PqFields.write(state.quantizer, out);
  }
}
