package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/** {@code IwFd}. Stateless. */
public final class IvfDedupFormat implements IndexFormat<IvfState> {
  /** For {@link java.util.ServiceLoader}. */
  public IvfDedupFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IwFd");
  }

  @Override
  public Set<Class<? extends AbstractIndex<IvfState>>> types() {
    return Set.of(IndexIVFFlatDedup.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IvfHeader h = IvfHeader.read(in, false);
    int d = h.base().d();
    long[] pairs = in.readLongVector();
    if (pairs.length % 2 != 0) {
      throw in.bad("a table of duplicates with " + pairs.length + " entries is not of pairs");
    }
    ListsFile.Lists lists = ListsFile.read(in, h.nlist(), 4 * d);
    IndexIVFFlatDedup index =
        new IndexIVFFlatDedup(
            h.quantizer(),
            d,
            h.base().metric(),
            h.base().metricArg(),
            h.state(IndexIVFFlatDedup.codec(d), lists, new Instances(pairs)));
    h.apply(index, in);
    return index;
  }

  @Override
  public void write(AbstractIndex<IvfState> index, IvfState state, IndexOutput out)
      throws IOException {
    out.writeFourcc("IwFd");
    IvfHeader.write((IndexIVF) index, state, out);
    if (state.extra instanceof Instances i) {
      out.writeLongVector(i.pairs());
    }
    ListsFile.write(state, out);
  }
}
