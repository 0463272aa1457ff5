package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code Flat}. Stateless. */
public final class FlatFactoryPart implements IndexFactoryPart {
  /** For {@link java.util.ServiceLoader}. */
  public FlatFactoryPart() {}

  @Override
  public int order() {
    return BASIC;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    if (!description.equals("Flat")) {
      return null;
    }
    return switch (metric) {
      case L2 -> new IndexFlatL2(d);
      case INNER_PRODUCT -> new IndexFlatIP(d);
      default -> new IndexFlat(d, metric, metricArg);
    };
  }

  @Override
  public List<String> examples() {
    return List.of("Flat");
  }

  @Override
  public @Nullable String describe(Index index) {
    return index instanceof IndexFlat ? "Flat" : null;
  }
}
