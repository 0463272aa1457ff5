package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code …,RFlat}, {@code …,Refine(…)} and {@code …,RefinePanorama(…)}. Stateless. */
public final class RefineFactoryPart implements IndexFactoryPart {
  private static final String FLAT = ",RFlat";

  /** For {@link java.util.ServiceLoader}. */
  public RefineFactoryPart() {}

  @Override
  public int order() {
    return WRAPPER + 10;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    if (description.endsWith(FLAT)) {
      String rest = description.substring(0, description.length() - FLAT.length());
      return wrap(IndexFactory.create(d, rest, metric, metricArg), null);
    }
    int open = lastTopLevel(description);
    if (open < 0) {
      return null;
    }
    String base = description.substring(0, description.lastIndexOf(",Refine", open));
    String inside = description.substring(open + 1, description.length() - 1);
    Index refine = IndexFactory.create(d, inside, metric, metricArg);
    try {
      return wrap(IndexFactory.create(d, base, metric, metricArg), refine);
    } catch (Throwable t) {
      refine.close();
      throw t;
    }
  }

  private static Index wrap(Index base, @Nullable Index refine) {
    try {
      return refine == null ? new IndexRefineFlat(base) : IndexRefine.over(base, refine);
    } catch (Throwable t) {
      base.close();
      throw t;
    }
  }

  /** The bracket that a final Refine(…) opens, or −1. */
  private static int lastTopLevel(String text) {
    if (!text.endsWith(")")) {
      return -1;
    }
    int depth = 0;
    for (int i = text.length() - 1; i >= 0; i--) {
      if (text.charAt(i) == ')') {
        depth++;
      } else if (text.charAt(i) == '(') {
        depth--;
        if (depth == 0) {
          String before = text.substring(0, i);
          return before.endsWith(",Refine") || before.endsWith(",RefinePanorama") ? i : -1;
        }
      }
    }
    return -1;
  }

  @Override
  public List<String> examples() {
    return List.of("PQ16,RFlat", "PQ16,Refine(SQ8)", "PQ16,RefinePanorama(FlatL2Panorama8)");
  }

  @Override
  public @Nullable String describe(Index index) {
    if (!(index instanceof IndexRefine r)) {
      return null;
    }
    String base = IndexFactory.describe(r.base());
    if (r instanceof IndexRefineFlat) {
      return base + FLAT;
    }
    String name = r instanceof IndexRefinePanorama ? ",RefinePanorama(" : ",Refine(";
    return base + name + IndexFactory.describe(r.refine()) + ")";
  }
}
