package io.sagitta.hnsw;

/**
 * What searches did: sums over queries since {@link #reset()}. Pass it to {@link
 * IndexHNSW#searchInto(io.sagitta.core.Vectors, int, io.sagitta.core.SearchParameters,
 * io.sagitta.core.KnnResult, HnswStatistics)}; searches without one count nothing.
 *
 * <p>Safe for all threads.
 */
public final class HnswStatistics {
  private long queries;
  private long distances;
  private long hops;
  private long asked;
  private final long[] strategies = new long[FilterStrategy.values().length];

  synchronized void add(GraphSearch search, FilterStrategy ran) {
    queries++;
    distances += search.distances();
    hops += search.hops();
    asked += search.asked();
    strategies[ran.ordinal()]++;
  }

  /** Queries. */
  public synchronized long queries() {
    return queries;
  }

  /** Distances computed. */
  public synchronized long distances() {
    return distances;
  }

  /** Neighbour lists read. */
  public synchronized long hops() {
    return hops;
  }

  /** Ids the selector was asked about. */
  public synchronized long asked() {
    return asked;
  }

  /**
   * Queries that were answered by a strategy: {@code FAISS} (also those without a selector), {@code
   * GRAPH}, {@code WALK} or {@code SCAN} (also those that began on the graph or with walks).
   */
  public synchronized long ranBy(FilterStrategy strategy) {
    return strategies[strategy.ordinal()];
  }

  /** Sets everything to 0. */
  public synchronized void reset() {
    queries = 0;
    distances = 0;
    hops = 0;
    asked = 0;
    java.util.Arrays.fill(strategies, 0);
  }
}
