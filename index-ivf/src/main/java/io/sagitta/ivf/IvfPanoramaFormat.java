package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PanoramaCodec;
import io.sagitta.core.codec.PanoramaLayout;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/** {@code IwP2}, and the older {@code IwPn} with batches of 128. Lists are repacked. Stateless. */
public final class IvfPanoramaFormat implements IndexFormat<IvfState> {
  private static final String FOURCC = "IwP2";
  private static final long MAX_BATCH_FLOATS = 1L << 26;

  /** For {@link java.util.ServiceLoader}. */
  public IvfPanoramaFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(FOURCC, "IwPn");
  }

  @Override
  public Set<Class<? extends AbstractIndex<IvfState>>> types() {
    return Set.of(IndexIVFFlatPanorama.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IvfHeader h = IvfHeader.read(in, false);
    int d = h.base().d();
    MetricType metric = h.base().metric();
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw in.bad("Panorama measures L2 and inner product, not " + metric);
    }
    long levels = in.readLong();
    if (levels < 1 || levels > d) {
      throw in.bad(
          "Panorama levels " + Long.toUnsignedString(levels) + " are not in [1, " + d + "]");
    }
    long batch = fourcc.equals(FOURCC) ? in.readLong() : PanoramaListsFile.LEGACY_BATCH;
    long most = MAX_BATCH_FLOATS / (d + levels + 1);
    if (batch < 1 || batch > most) {
      throw in.bad(
          "a Panorama batch of "
              + Long.toUnsignedString(batch)
              + " vectors, this reader's bound is "
              + most);
    }
    PanoramaLayout file = new PanoramaLayout(d, (int) levels, (int) batch);
    PanoramaCodec codec = new PanoramaCodec(d, (int) levels);
    ListsFile.Lists lists = new PanoramaListsFile(codec, file).read(in, h.nlist());
    IndexIVFFlatPanorama index =
        new IndexIVFFlatPanorama(h.quantizer(), metric, file, h.state(codec, lists, null));
    h.apply(index, in);
    return index;
  }

  @Override
  public void write(AbstractIndex<IvfState> index, IvfState state, IndexOutput out)
      throws IOException {
    IndexIVFFlatPanorama p = (IndexIVFFlatPanorama) index;
    out.writeFourcc(FOURCC);
    IvfHeader.write(p, state, out);
    out.writeLong(p.levels());
    out.writeLong(p.batchSize());
    new PanoramaListsFile((PanoramaCodec) state.codec, p.fileLayout()).write(state, out);
  }
}
