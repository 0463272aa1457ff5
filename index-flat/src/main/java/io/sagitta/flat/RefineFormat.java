package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Set;

/**
 * Files of {@link IndexRefine}: {@code IxRF}, and {@code IxRP} where a Panorama index refines.
 * Stateless.
 */
public final class RefineFormat implements IndexFormat<RefineState> {
  private static final String FOURCC = "IxRF";
  private static final String PANORAMA = "IxRP";
  private static final int MAX_FACTOR = 1000;

  /** For {@link java.util.ServiceLoader}. */
  public RefineFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of(FOURCC, PANORAMA);
  }

  @Override
  public Set<Class<? extends AbstractIndex<RefineState>>> types() {
    return Set.of(IndexRefine.class, IndexRefineFlat.class, IndexRefinePanorama.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    Index base = in.readIndexNotNull("base of a refinement");
    Index refine = in.readIndexNotNull("refinement");
    float factor = in.readFloat();
    if (!(factor >= 1 && factor <= MAX_FACTOR)) {
      throw in.bad("k_factor " + factor + " is not in [1, " + MAX_FACTOR + "]");
    }
    if (base.d() != h.d() || refine.d() != h.d()) {
      throw in.bad(
          "a refinement of dimension "
              + h.d()
              + " holds indexes of "
              + base.d()
              + " and "
              + refine.d());
    }
    if (base.ntotal() != h.ntotal() || refine.ntotal() != h.ntotal()) {
      throw in.bad(
          "a refinement of "
              + h.ntotal()
              + " vectors holds indexes of "
              + base.ntotal()
              + " and "
              + refine.ntotal());
    }
    MetricType metric = base.metricType();
    if (metric != refine.metricType()
        || (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT)) {
      throw in.bad("a refinement with metrics " + metric + " and " + refine.metricType());
    }
    IndexRefine index = IndexRefine.over(base, refine);
    if (fourcc.equals(PANORAMA) != index instanceof IndexRefinePanorama) {
      throw in.bad("a refinement by a " + refine.getClass().getSimpleName());
    }
    index.setKFactor(factor);
    return index;
  }

  @Override
  public void write(AbstractIndex<RefineState> index, RefineState s, IndexOutput out)
      throws IOException {
    IndexRefine owner = (IndexRefine) index;
    out.writeFourcc(owner instanceof IndexRefinePanorama ? PANORAMA : FOURCC);
    boolean trained = s.base().isTrained() && s.refine().isTrained();
    new IndexHeader(index.d(), s.refine().ntotal(), trained, index.metricType(), index.metricArg())
        .write(out);
    out.writeIndex(s.base());
    out.writeIndex(s.refine());
    out.writeFloat(owner.kFactor());
  }
}
