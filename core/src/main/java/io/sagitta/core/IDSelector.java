package io.sagitta.core;

import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Says which ids may be in an answer. An index honours a selector or refuses it with {@link
 * IllegalArgumentException}; it never ignores one.
 *
 * <p>Implementations are immutable and safe for all threads. A search asks at most once per id and
 * query. Source: FAISS {@code IDSelector}.
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

  /**
   * The members, where they are known one by one. Lets an index look them up instead of testing
   * what it visits; the answer never depends on it.
   *
   * @param limit how many are worth listing
   * @return all members, ascending and distinct, not to be changed; null if they are more than
   *     {@code limit} or cannot be listed
   */
  default long @Nullable [] members(long limit) {
    return null;
  }

  /** A selector over any predicate; the predicate must be safe for all threads. */
  static IDSelector of(LongPredicate predicate) {
    return predicate::test;
  }
}
