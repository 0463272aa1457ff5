package io.sagitta.hnsw;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.IDSelectorBitmap;
import io.sagitta.core.IDSelectorRange;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a scan under a selector has to look at, ascending: just the members where ids are
 * rows and the selector can say which they are, else all rows. For one thread at a time; reused.
 */
final class MemberRows {
  private static final long[] NONE = {};

  private long[] listed = NONE;
  private @Nullable IDSelectorBitmap bitmap;
  private boolean certain;
  private int at;
  private int bound;

  /** Whether a scan looks at members only. */
  static boolean knows(HnswState s, IDSelector selector) {
    return s.numbering() == null
        && (selector instanceof IDSelectorArray
            || selector instanceof IDSelectorBatch
            || selector instanceof IDSelectorBitmap
            || selector instanceof IDSelectorRange);
  }

  MemberRows begin(HnswState s, IDSelector selector) {
    at = 0;
    bound = s.graph().rows();
    listed = NONE;
    bitmap = null;
    certain = knows(s, selector);
    if (certain) {
      switch (selector) {
        case IDSelectorArray a -> listed = a.sortedIds();
        case IDSelectorBatch b -> listed = b.sortedIds();
        case IDSelectorBitmap b -> bitmap = b;
        case IDSelectorRange r -> {
          at = (int) Math.max(0, Math.min(bound, r.min()));
          bound = (int) Math.max(at, Math.min(bound, r.max()));
        }
        default -> throw new AssertionError(selector);
      }
      while (at < listed.length && listed[at] < 0) {
        at++;
      }
    }
    return this;
  }

  /** Whether what {@link #next} gives needs no question. */
  boolean certain() {
    return certain;
  }

  /** The next row, or −1. */
  int next() {
    if (listed != NONE) {
      return at < listed.length && listed[at] < bound ? (int) listed[at++] : -1;
    }
    IDSelectorBitmap b = bitmap;
    if (b != null) {
      long next = at < bound ? b.nextMember(at) : -1;
      at = next < 0 || next >= bound ? bound : (int) next + 1;
      return next >= bound ? -1 : (int) next;
    }
    return at < bound ? at++ : -1;
  }

  /** Lets go of the selector. */
  void end() {
    listed = NONE;
    bitmap = null;
  }
}
