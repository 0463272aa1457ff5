package io.sagitta.bench.library;

/** Runs one query set against one index under one setting, and times it. */
public interface Searcher {
  /** Seconds for some passes over all queries. */
  double seconds(int passes);

  /** The ids of the last pass, nq × k, −1 where there are fewer. */
  long[] ids();

  /** Nanoseconds of each query of the last call, pass after pass; empty for batches. */
  long[] nanos();

  /** Bytes that the last call allocated on the Java heap, all threads; −1 where nobody counts. */
  default long allocated() {
    return -1;
  }

  /** The process that does the work. */
  default long pid() {
    return ProcessHandle.current().pid();
  }
}
