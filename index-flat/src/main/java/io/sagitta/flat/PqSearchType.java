package io.sagitta.flat;

/** How {@link IndexPQ} compares a query with codes: FAISS's {@code Search_type_t}. */
public enum PqSearchType {
  /** By a table of distances from the query to all centroids. */
  PQ,
  /** By the bits in which the query's code differs. */
  HAMMING,
  /** By the number of bytes in which the query's code differs. */
  GENERALIZED_HAMMING,
  /** By a table of distances between centroids, from the query's code. */
  SYMMETRIC,
  /** As {@link #PQ}, passing over codes that differ in {@code polysemousHt} bits or more. */
  POLYSEMOUS,
  /** As {@link #PQ}, passing over codes that differ in {@code polysemousHt} bytes or more. */
  POLYSEMOUS_GENERALIZED;

  private static final PqSearchType[] BY_CODE = values();

  /** FAISS's number, as in index files and {@code search_type}. */
  public int code() {
    return ordinal();
  }

  /**
   * The type of FAISS's number.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static PqSearchType ofCode(int code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new IllegalArgumentException(
          "search_type = " + code + " must be in 0 … " + (BY_CODE.length - 1));
    }
    return BY_CODE[code];
  }
}
