package io.sagitta.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Ids in [min, max). A flat index scans just these rows.
 *
 * <p>Immutable; safe for all threads. Source: FAISS {@code IDSelectorRange}.
 *
 * @param min smallest member
 * @param max exclusive bound; nothing is a member unless it is above {@code min}
 * @param assumeSorted promises that the ids inside each inverted list ascend, so that a list's part
 *     may be found by bisection
 */
public record IDSelectorRange(long min, long max, boolean assumeSorted) implements IDSelector {
  /** Without a promise about inverted lists. */
  public IDSelectorRange(long min, long max) {
    this(min, max, false);
  }

  @Override
  public boolean isMember(long id) {
    return id >= min && id < max;
  }

  @Override
  public long maxMembers() {
    if (max <= min) {
      return 0;
    }
    long n = max - min;
    return n < 0 ? -1 : n;
  }

  @Override
  public long @Nullable [] members(long limit) {
    long n = maxMembers();
    if (n < 0 || n > Math.min(limit, Integer.MAX_VALUE - 8)) {
      return null;
    }
    long[] ids = new long[(int) n];
    Arrays.setAll(ids, i -> min + i);
    return ids;
  }
}
