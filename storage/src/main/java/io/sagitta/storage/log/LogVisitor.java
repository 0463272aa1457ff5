package io.sagitta.storage.log;

import java.lang.foreign.MemorySegment;

/** Receives the records of a log in order. */
@FunctionalInterface
public interface LogVisitor {
  /**
   * One record of a transaction that is complete.
   *
   * @param lsn its number
   * @param type its type
   * @param payload its bytes, valid during the call
   * @param position where in the log it lies, for messages
   */
  void record(long lsn, int type, MemorySegment payload, LogPosition position);
}
