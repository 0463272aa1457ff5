package io.sagitta.flat;

import com.carrotsearch.hppc.LongArrayList;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.TopK;
import java.util.Arrays;

/**
 * One-dimensional vectors of a state in ascending order of value, then of id; NaN is left out. On
 * heap: 8 bytes a vector. Immutable; safe for all threads.
 */
final class SortedValues {
  /** The order of a value in the upper half, an id in the lower. */
  private final long[] keys;

  private final FlatRows rows;

  private SortedValues(FlatRows rows, long[] keys) {
    this.rows = rows;
    this.keys = keys;
  }

  /** Whether a state is small enough. */
  static boolean fits(FlatRows rows) {
    return rows.size() <= Integer.MAX_VALUE - 8;
  }

  /** Sorts the values of a state that {@link #fits}. */
  static SortedValues of(FlatRows rows) {
    long[] keys = new long[(int) rows.size()];
    int[] n = {0};
    LiveRuns.forEach(
        rows,
        0,
        rows.size(),
        (chunk, position, count, done) -> {
          for (int i = 0; i < count; i++) {
            float v = chunk.data.get(Vectors.FLOAT, 4L * (position + i));
            if (!Float.isNaN(v)) {
              keys[n[0]++] = (long) order(v) << 32 | (done + i);
            }
          }
        });
    long[] sorted = n[0] == keys.length ? keys : Arrays.copyOf(keys, n[0]);
    Arrays.sort(sorted);
    return new SortedValues(rows, sorted);
  }

  /** Whether these are the values of a state. */
  boolean isOf(FlatRows other) {
    return rows == other;
  }

  private static int order(float v) {
    int bits = Float.floatToIntBits(v + 0f);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private float value(int at) {
    int order = (int) (keys[at] >> 32);
    return Float.intBitsToFloat(order ^ (order >> 31 & Integer.MAX_VALUE));
  }

  /**
   * Offers the values nearest to x, nearest first and equally near ones in ascending order of id,
   * until the collector takes no more.
   *
   * @param equal scratch
   */
  void nearest(float x, TopK out, LongArrayList equal) {
    if (Float.isNaN(x)) {
      return;
    }
    int right = Arrays.binarySearch(keys, (long) order(x) << 32);
    right = right < 0 ? -right - 1 : right;
    int left = right - 1;
    while (left >= 0 || right < keys.length) {
      float before = left >= 0 ? Math.abs(x - value(left)) : Float.POSITIVE_INFINITY;
      float after = right < keys.length ? Math.abs(x - value(right)) : Float.POSITIVE_INFINITY;
      float distance = Math.min(before, after);
      if (!(distance < out.threshold())) {
        return;
      }
      equal.elementsCount = 0;
      while (left >= 0 && Math.abs(x - value(left)) == distance) {
        equal.add(keys[left--] & 0xffff_ffffL);
      }
      while (right < keys.length && Math.abs(x - value(right)) == distance) {
        equal.add(keys[right++] & 0xffff_ffffL);
      }
      Arrays.sort(equal.buffer, 0, equal.size());
      for (int i = 0; i < equal.size(); i++) {
        out.add(distance, equal.get(i));
      }
    }
  }
}
