package io.sagitta.ivf;

/** How an inverted file finds a vector by its id (FAISS {@code DirectMap::Type}). */
public enum DirectMapType {
  /** It does not: no reconstruct by id, no update. */
  NONE,
  /** An array by id; ids must be 0..ntotal−1. */
  ARRAY,
  /** A hash table; any ids. */
  HASHTABLE;

  /** The value in files. */
  int code() {
    return ordinal();
  }
}
