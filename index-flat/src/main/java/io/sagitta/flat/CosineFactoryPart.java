package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code Cosine}: {@link IndexFlatCosine}, with the metric inner product. Stateless. */
public final class CosineFactoryPart implements IndexFactoryPart {
  /** For {@link java.util.ServiceLoader}. */
  public CosineFactoryPart() {}

  @Override
  public int order() {
    return BASIC;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    if (!description.equals("Cosine")) {
      return null;
    }
    if (metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "Cosine goes with the metric INNER_PRODUCT, not " + metric);
    }
    return new IndexFlatCosine(d);
  }

  @Override
  public List<String> examples() {
    return List.of("Cosine");
  }

  @Override
  public @Nullable String describe(Index index) {
    return index instanceof IndexFlatCosine ? "Cosine" : null;
  }
}
