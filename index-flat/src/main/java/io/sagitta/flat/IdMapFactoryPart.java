package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code IDMap,…}, {@code …,IDMap} and the same with {@code IDMap2}. Stateless. */
public final class IdMapFactoryPart implements IndexFactoryPart {
  /** For {@link java.util.ServiceLoader}. */
  public IdMapFactoryPart() {}

  @Override
  public int order() {
    return WRAPPER;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    String rest = without(description, "IDMap2");
    boolean second = rest != null;
    if (rest == null) {
      rest = without(description, "IDMap");
    }
    if (rest == null) {
      return null;
    }
    Index inner = IndexFactory.create(d, rest, metric, metricArg);
    try {
      return second ? new IndexIDMap2(inner) : new IndexIDMap(inner);
    } catch (Throwable t) {
      inner.close();
      throw t;
    }
  }

  private static @Nullable String without(String description, String name) {
    if (description.startsWith(name + ",")) {
      return description.substring(name.length() + 1);
    } else if (description.endsWith("," + name)) {
      return description.substring(0, description.length() - name.length() - 1);
    }
    return null;
  }

  @Override
  public List<String> examples() {
    return List.of("IDMap,Flat", "IDMap2,Flat");
  }

  @Override
  public @Nullable String describe(Index index) {
    if (!(index instanceof IndexIDMap map)) {
      return null;
    }
    String name = map instanceof IndexIDMap2 ? "IDMap2," : "IDMap,";
    return name + IndexFactory.describe(map.inner());
  }
}
