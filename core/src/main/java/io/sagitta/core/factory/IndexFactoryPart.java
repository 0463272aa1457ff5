package io.sagitta.core.factory;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One production of FAISS's factory grammar. Found by {@link java.util.ServiceLoader}; {@link
 * IndexFactory} asks all parts in {@link #order()} and takes the first answer.
 *
 * <p>Stateless; safe for all threads.
 */
public interface IndexFactoryPart {
  /** Order of wrappers (IDMap, refinement), the outermost productions. */
  int WRAPPER = 100;

  /** Order of leading transforms. */
  int TRANSFORM = 200;

  /** Order of basic indexes (Flat, SQ8, PQ16 …). */
  int BASIC = 300;

  /** Order of graphs. */
  int GRAPH = 400;

  /** Order of inverted files. */
  int INVERTED = 500;

  /** When this part is asked; smaller is earlier. */
  int order();

  /**
   * Builds the index a whole description names, or returns null if this production does not match
   * it. A part that matches but cannot build throws {@link IllegalArgumentException} with the
   * reason.
   *
   * @param d dimension
   * @param description what is left of the factory string, e.g. {@code IVF1024,Flat}
   * @param metric the metric
   * @param metricArg its argument
   */
  @Nullable Index build(int d, String description, MetricType metric, float metricArg);

  /** Examples of what it builds, for error messages and help. */
  List<String> examples();

  /**
   * The description of an index this part builds (the reverse factory), or null if it is not one of
   * its own.
   */
  @Nullable String describe(Index index);
}
