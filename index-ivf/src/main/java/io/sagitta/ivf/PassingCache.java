package io.sagitta.ivf;

import io.sagitta.core.IDSelector;
import java.lang.ref.SoftReference;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the ids that a selector passes are looked up one by one, and keeps the rows found
 * for the next search with that selector.
 *
 * <p>Implementation note. Testing the ids of the probed lists takes one question a row; looking up
 * a member takes a question to the direct map and a place in a sort, {@value #LOOK_UP} times as
 * much. Searches with one selector, in one call or in many, pay for tests until what they spent
 * would have looked up all members; then these are looked up, and from there on a search costs what
 * passes in its lists. So never more than twice the better way is spent.
 *
 * <p>Remembers one selector and one state, softly. Safe for all threads.
 */
final class PassingCache {
  /** Time to look up a member, in tests of a row. */
  private static final int LOOK_UP = 8;

  private volatile @Nullable Entry entry;

  /** What is known of a selector. */
  private static final class Entry {
    final SoftReference<IDSelector> selector;
    final long epoch;
    final AtomicLong tests = new AtomicLong();
    volatile @Nullable PassingRows rows;

    Entry(IDSelector selector, long epoch) {
      this.selector = new SoftReference<>(selector);
      this.epoch = epoch;
    }
  }

  /**
   * The rows that pass, or null where the lists are to be tested.
   *
   * @param nq queries of the call
   * @param nprobe lists each of them visits
   */
  @Nullable PassingRows rows(IndexIVF index, IvfState s, IDSelector selector, long nq, int nprobe) {
    DirectMapType map = index.directMapType();
    long most = selector.maxMembers();
    if (map == DirectMapType.NONE || most < 0 || most > Integer.MAX_VALUE / LOOK_UP) {
      return null;
    }
    Entry e = entry;
    if (e == null || e.epoch != s.epoch || !selector.equals(e.selector.get())) {
      e = new Entry(selector, s.epoch);
      entry = e;
    }
    PassingRows known = e.rows;
    if (known != null) {
      return known;
    }
    double each = (double) s.rows() * nprobe / index.nlist();
    long tests = e.tests.addAndGet((long) Math.min(nq * each, 1L << 50));
    if (tests < LOOK_UP * most) {
      return null;
    }
    PassingRows found = null;
    if (index.directMap().isComplete(s)) {
      long[] members = selector.members(most);
      found = members == null ? null : index.directMap().places(s, members);
    }
    if (found == null) {
      // Not to be listed, or the map is of another state: asked again after as many tests.
      e.tests.set(0);
    }
    e.rows = found;
    return found;
  }
}
