package io.sagitta.core;

import com.carrotsearch.hppc.LongHashSet;
import com.carrotsearch.hppc.cursors.LongCursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A large set of ids, by hashing: about 50 ns a question whatever the size. On heap: 11 to 22 bytes
 * an id.
 *
 * <p>Immutable; safe for all threads. Source: FAISS {@code IDSelectorBatch} (whose Bloom filter is
 * left out: the open-addressing set needs one probe in most cases).
 */
public final class IDSelectorBatch implements IDSelector {
  private final LongHashSet ids;
  private volatile long[] sorted = {};

  /** A selector of given ids, in any order; the array is copied. */
  public IDSelectorBatch(long... ids) {
    this.ids = new LongHashSet(ids.length);
    this.ids.addAll(ids);
  }

  /** The ids, ascending and distinct; not to be changed. Sorted when first asked for. */
  public long[] sortedIds() {
    long[] s = sorted;
    if (s.length != ids.size()) {
      s = new long[ids.size()];
      int n = 0;
      for (LongCursor c : ids) {
        s[n++] = c.value;
      }
      Arrays.sort(s);
      sorted = s;
    }
    return s;
  }

  @Override
  public boolean isMember(long id) {
    return ids.contains(id);
  }

  @Override
  public long maxMembers() {
    return ids.size();
  }

  @Override
  public long @Nullable [] members(long limit) {
    return maxMembers() <= limit ? sortedIds() : null;
  }

  @Override
  public String toString() {
    return "IDSelectorBatch[" + ids.size() + " ids]";
  }
}
