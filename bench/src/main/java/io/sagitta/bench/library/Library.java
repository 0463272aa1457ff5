package io.sagitta.bench.library;

import io.sagitta.bench.BenchData;
import java.io.IOException;

/** A library that builds and searches. Not safe for several threads. */
public interface Library extends AutoCloseable {
  /** Short name, such as {@code sagitta}. */
  String name();

  /** Version, with the options it was compiled with where that matters. */
  String version();

  /** Whether it has this index for this metric. */
  boolean supports(IndexSpec spec, BenchData data);

  /**
   * Trains and adds, with that many threads.
   *
   * @throws IOException if the library's process or files fail
   */
  Candidate build(IndexSpec spec, BenchData data, int threads) throws IOException;

  @Override
  void close();
}
