package io.sagitta.ivf;

import com.carrotsearch.hppc.LongArrayList;
import com.carrotsearch.hppc.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Which ids share one stored vector in an {@link IndexIVFFlatDedup}. Immutable; on heap. */
final class Instances {
  private final long[] pairs;
  private final LongObjectHashMap<LongArrayList> duplicates = new LongObjectHashMap<>();

  /**
   * @param pairs (kept id, duplicate id) one after the other
   */
  Instances(long[] pairs) {
    this.pairs = pairs;
    for (int i = 0; i < pairs.length; i += 2) {
      LongArrayList list = duplicates.get(pairs[i]);
      if (list == null) {
        list = new LongArrayList();
        duplicates.put(pairs[i], list);
      }
      list.add(pairs[i + 1]);
    }
  }

  /** The pairs in the file's order. */
  long[] pairs() {
    return pairs;
  }

  /** The ids that share the vector of a kept id, or null. */
  @Nullable LongArrayList of(long id) {
    return duplicates.get(id);
  }
}
