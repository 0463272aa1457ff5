package io.sagitta.testkit;

/** What an index under {@link IndexContract} can do; verbs it lacks must be refused. */
public enum Trait {
  /** Answers are those of a full scan, ids and distances, ties included. */
  EXACT,
  /** Vectors are added under given ids and {@code add} is refused; otherwise ids are dense. */
  GIVEN_IDS,
  /** {@code removeIds}. */
  REMOVE,
  /** {@code reconstruct}. */
  RECONSTRUCT,
  /** {@code rangeSearch}. */
  RANGE,
  /** Selectors are honoured (otherwise they must be refused). */
  SELECT,
  /** {@code mergeFrom}. */
  MERGE,
  /** {@code IndexIO}. */
  FILE,
  /** {@code saEncode}, {@code saDecode}. */
  SA_CODES,
  /** A warm search of one query allocates nothing. */
  NO_GARBAGE
}
