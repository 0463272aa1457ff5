package io.sagitta.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The ids of a list. A flat index visits just these rows, in ascending order.
 *
 * <p>Membership is a binary search in a sorted copy without repetitions (FAISS searches the list as
 * given, returns a repeated id twice, and stops a flat search at the first id that does not exist:
 * mended on purpose). On heap: 8 bytes an id, 16 if they were not given in order.
 *
 * <p>Immutable; safe for all threads. Source: FAISS {@code IDSelectorArray}.
 */
public final class IDSelectorArray implements IDSelector {
  private final long[] sorted;

  /** As given; the same array where that is ascending and distinct. */
  private final long[] given;

  /** A selector of given ids, in any order; the array is copied. */
  public IDSelectorArray(long... ids) {
    sorted = sortedDistinct(ids);
    given = Arrays.equals(sorted, ids) ? sorted : ids.clone();
  }

  static long[] sortedDistinct(long[] ids) {
    long[] copy = ids.clone();
    Arrays.sort(copy);
    int n = 0;
    for (int i = 0; i < copy.length; i++) {
      if (i == 0 || copy[i] != copy[i - 1]) {
        copy[n++] = copy[i];
      }
    }
    return n == copy.length ? copy : Arrays.copyOf(copy, n);
  }

  /** The ids, ascending and distinct; not to be changed. For indexes. */
  public long[] sortedIds() {
    return sorted;
  }

  /** The ids in the order given, not to be changed. For removals in FAISS's order. */
  public long[] givenIds() {
    return given;
  }

  @Override
  public boolean isMember(long id) {
    return Arrays.binarySearch(sorted, id) >= 0;
  }

  @Override
  public long maxMembers() {
    return sorted.length;
  }

  @Override
  public long @Nullable [] members(long limit) {
    return maxMembers() <= limit ? sortedIds() : null;
  }

  @Override
  public String toString() {
    return "IDSelectorArray[" + sorted.length + " ids]";
  }
}
