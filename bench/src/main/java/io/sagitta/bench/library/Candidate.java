package io.sagitta.bench.library;

import io.sagitta.core.Vectors;
import java.util.Optional;

/** A built index of some library. */
public interface Candidate extends AutoCloseable {
  /** What building it cost. */
  BuildFigures figures();

  /**
   * A searcher for one cell of the comparison.
   *
   * @param queries nq × d
   * @param k results per query
   * @param setting such as {@code efSearch=64} or {@code nprobe=8}; empty for the index's own
   * @param threads threads of a batch
   * @param single one query per call, each timed, instead of the whole batch
   */
  Searcher searcher(Vectors queries, int k, String setting, int threads, boolean single);

  /**
   * What a query takes under a setting, on average over some of these; empty where that is not
   * counted.
   */
  default Optional<Work> work(Vectors queries, int k, String setting) {
    return Optional.empty();
  }

  @Override
  void close();
}
