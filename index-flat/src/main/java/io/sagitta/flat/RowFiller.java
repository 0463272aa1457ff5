package io.sagitta.flat;

import java.lang.foreign.MemorySegment;

/** Writes new rows into their place. */
@FunctionalInterface
interface RowFiller {
  /**
   * Writes the codes of new rows [from, from + n) at byte {@code offset}; may throw, which undoes
   * the whole append.
   */
  void fill(MemorySegment target, long offset, long from, long n);
}
