package io.sagitta.core;

import java.util.function.LongPredicate;

/**
 * Says which ids may be in an answer. An index honours a selector or refuses it with {@link
 * IllegalArgumentException}; it never ignores one.
 *
 * <p>Implementations are immutable and safe for all threads. A search asks at most once per visited
 * id and query. Source: FAISS {@code IDSelector}.
 */
@FunctionalInterface
public interface IDSelector {
  /** Whether {@code id} may be returned. */
  boolean isMember(long id);

  /**
   * About how many ids are members, from above, or −1 if unknown. Lets an index choose to visit the
   * members instead of filtering a traversal; the answer never depends on it (through an id map
   * with repeated ids more vectors may be members).
   */
  default long maxMembers() {
    return -1;
  }

  /** A selector over any predicate; the predicate must be safe for all threads. */
  static IDSelector of(LongPredicate predicate) {
    return predicate::test;
  }
}
