package io.sagitta.hnsw;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code HNSW32,Cosine}, with the metric inner product. Stateless. */
public final class HnswCosineFactoryPart implements IndexFactoryPart {
  private static final Pattern COSINE = Pattern.compile("HNSW([0-9]{0,6}),Cosine");

  /** For {@link java.util.ServiceLoader}. */
  public HnswCosineFactoryPart() {}

  @Override
  public int order() {
    return GRAPH;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    Matcher m = COSINE.matcher(description);
    if (!m.matches()) {
      return null;
    }
    if (metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "Cosine goes with the metric INNER_PRODUCT, not " + metric);
    }
    String digits = m.group(1);
    return new IndexHNSWCosine(
        d, digits.isEmpty() ? IndexHNSWFlat.DEFAULT_M : Integer.parseInt(digits));
  }

  @Override
  public List<String> examples() {
    return List.of("HNSW32,Cosine");
  }

  @Override
  public @Nullable String describe(Index index) {
    return index instanceof IndexHNSWCosine h ? "HNSW" + h.m() + ",Cosine" : null;
  }
}
