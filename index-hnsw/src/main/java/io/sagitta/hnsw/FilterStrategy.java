package io.sagitta.hnsw;

/**
 * How a search serves a selector ({@link io.sagitta.core.SearchKey#FILTER_STRATEGY}, by the name in
 * lower case).
 */
public enum FilterStrategy {
  /**
   * The graph first, widened until efSearch members are held; walks among members when few near the
   * query pass; then the scan if that is expected to be cheaper, if the walks do not agree, or if
   * the graph gives out before k members are found. The default.
   */
  AUTO,
  /**
   * FAISS's: the plain traversal, of whose visited vectors the members are kept. May return fewer
   * than k members, or worse ones, when few vectors pass.
   */
  FAISS,
  /** The widened traversal, however long it takes. */
  GRAPH,
  /**
   * Walks from member to member that start at members drawn at random, for members that lie away
   * from the query; then the scan if the walks do not agree.
   */
  WALK,
  /** All members, exactly. */
  SCAN;

  /**
   * The strategy of a name, any case.
   *
   * @throws IllegalArgumentException if there is none
   */
  static FilterStrategy of(String name) {
    for (FilterStrategy s : values()) {
      if (s.name().equalsIgnoreCase(name)) {
        return s;
      }
    }
    throw new IllegalArgumentException(
        "filter_strategy=" + name + ": known are auto, faiss, graph, walk and scan");
  }
}
