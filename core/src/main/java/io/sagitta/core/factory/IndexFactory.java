package io.sagitta.core.factory;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Builds indexes from FAISS's factory strings, such as {@code "IDMap,HNSW32"} (FAISS {@code
 * index_factory}). The productions come from {@link IndexFactoryPart} providers, so that a string
 * means whatever the modules on the path can build.
 *
 * <p>Safe for all threads.
 */
public final class IndexFactory {
  private static final List<IndexFactoryPart> PARTS = load();

  private IndexFactory() {}

  private static List<IndexFactoryPart> load() {
    List<IndexFactoryPart> parts = new ArrayList<>();
    ServiceLoader.load(IndexFactoryPart.class, IndexFactoryPart.class.getClassLoader())
        .forEach(parts::add);
    parts.sort(
        Comparator.comparingInt(IndexFactoryPart::order)
            .thenComparing(p -> p.getClass().getName()));
    return List.copyOf(parts);
  }

  /** An L2 index. */
  public static Index create(int d, String description) {
    return create(d, description, MetricType.L2, 0f);
  }

  /** An index of a metric without argument. */
  public static Index create(int d, String description, MetricType metric) {
    return create(d, description, metric, 0f);
  }

  /**
   * The index a string names.
   *
   * @throws IllegalArgumentException if no production matches, naming the string and its nearest
   *     known relative
   */
  public static Index create(int d, String description, MetricType metric, float metricArg) {
    String text = description.strip();
    for (IndexFactoryPart part : PARTS) {
      Index index = part.build(d, text, metric, metricArg);
      if (index != null) {
        return index;
      }
    }
    throw new IllegalArgumentException(UnknownDescription.message(text, PARTS));
  }

  /**
   * The string that names an index (FAISS {@code reverse_index_factory}).
   *
   * @throws IllegalArgumentException if there is none
   */
  public static String describe(Index index) {
    for (IndexFactoryPart part : PARTS) {
      String s = part.describe(index);
      if (s != null) {
        return s;
      }
    }
    throw new IllegalArgumentException(
        index.getClass().getSimpleName() + " has no factory description");
  }
}
