package io.sagitta.ivf;

import java.util.Comparator;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Free stretches of a file or of memory: the smallest that is large enough is taken, neighbours are
 * joined. For one thread at a time; O(log n) a call.
 */
final class FreeExtents {
  /** No stretch is large enough. */
  static final long NONE = -1;

  private record Extent(long offset, long bytes) {}

  private final TreeMap<Long, Extent> byOffset = new TreeMap<>();
  private final TreeSet<Extent> bySize =
      new TreeSet<>(Comparator.comparingLong(Extent::bytes).thenComparingLong(Extent::offset));

  /** Takes a stretch and returns its offset, or {@link #NONE}. */
  long take(long bytes) {
    Extent e = bySize.ceiling(new Extent(0, bytes));
    if (e == null) {
      return NONE;
    }
    remove(e);
    if (e.bytes() > bytes) {
      insert(new Extent(e.offset() + bytes, e.bytes() - bytes));
    }
    return e.offset();
  }

  /** Gives a stretch back. */
  void give(long offset, long bytes) {
    if (bytes == 0) {
      return;
    }
    long from = offset;
    long to = offset + bytes;
    var before = byOffset.floorEntry(offset);
    if (before != null && before.getValue().offset() + before.getValue().bytes() == offset) {
      from = before.getValue().offset();
      remove(before.getValue());
    }
    Extent after = byOffset.get(to);
    if (after != null) {
      to += after.bytes();
      remove(after);
    }
    insert(new Extent(from, to - from));
  }

  private void insert(Extent e) {
    byOffset.put(e.offset(), e);
    bySize.add(e);
  }

  private void remove(Extent e) {
    byOffset.remove(e.offset());
    bySize.remove(e);
  }

  void clear() {
    byOffset.clear();
    bySize.clear();
  }
}
