package io.sagitta.flat;

import com.carrotsearch.hppc.LongArrayList;
import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.IDSelectorRange;
import java.util.Arrays;

/**
 * The ordinals (see {@link FlatRows}) that a removal names, ascending and distinct. Stateless; safe
 * for all threads.
 */
final class SelectedOrdinals {
  private SelectedOrdinals() {}

  /** Those of the dense ids that a selector has. */
  static LongArrayList of(FlatRows rows, IDSelector selector) {
    LongArrayList ordinals = new LongArrayList();
    switch (selector) {
      case IDSelectorRange r -> {
        for (long id = Math.max(0, r.min()); id < Math.min(rows.size(), r.max()); id++) {
          ordinals.add(rows.ordinalOf(id));
        }
      }
      case IDSelectorArray a -> listed(rows, a.sortedIds(), ordinals);
      case IDSelectorBatch b -> listed(rows, b.sortedIds(), ordinals);
      default -> matching(rows, selector, ordinals);
    }
    return ordinals;
  }

  /** Sorts the first {@code n} and puts them in front without repetition; returns how many. */
  static int sortDistinct(long[] ordinals, int n) {
    Arrays.sort(ordinals, 0, n);
    int out = 0;
    for (int i = 0; i < n; i++) {
      if (i == 0 || ordinals[i] != ordinals[i - 1]) {
        ordinals[out++] = ordinals[i];
      }
    }
    return out;
  }

  private static void listed(FlatRows rows, long[] ids, LongArrayList ordinals) {
    for (long id : ids) {
      if (id >= 0 && id < rows.size()) {
        ordinals.add(rows.ordinalOf(id));
      }
    }
  }

  private static void matching(FlatRows rows, IDSelector selector, LongArrayList ordinals) {
    long id = 0;
    for (int i = 0; i < rows.chunkCount(); i++) {
      Chunk c = rows.chunk(i);
      for (int p = c.nextLive(0); p < c.count; p = c.nextLive(p + 1)) {
        if (selector.isMember(id++)) {
          ordinals.add(((long) i << rows.shift()) + p);
        }
      }
    }
  }
}
