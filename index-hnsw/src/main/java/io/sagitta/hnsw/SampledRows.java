package io.sagitta.hnsw;

import io.sagitta.core.IDSelector;
import java.util.Arrays;

/**
 * Answers of a selector that cannot say how many pass, for up to {@value #MOST} rows spread over
 * the graph: how many members to expect before the first distance. A sample of 256 puts a share of
 * 0.04, about where a scan and a traversal cost the same for 200,000 vectors, between 0.028 and
 * 0.052 two times of three, and costs what three to six distances do.
 *
 * <p>The rows are cut into stretches of a power of two, one row of each is asked about: whether a
 * row was is one comparison, so that nobody is asked twice. For one thread at a time; reused.
 */
final class SampledRows {
  /** Rows asked about at most. */
  static final int MOST = 256;

  /** No row. */
  private static final int NONE = -1;

  private final int[] rows = new int[MOST];
  private final boolean[] members = new boolean[MOST];
  private int shift;
  private int asked;
  private int passed;

  SampledRows() {
    clear();
  }

  /** Forgets all answers. */
  void clear() {
    shift = Integer.SIZE - 1;
    asked = 0;
    passed = 0;
    rows[0] = NONE;
  }

  /** Asks about the sample. */
  void ask(HnswState s, IDSelector selector, boolean selectRows) {
    clear();
    int bound = s.graph().rows();
    if (bound == 0) {
      return;
    }
    shift = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(bound - 1) - 8);
    int stretches = ((bound - 1) >>> shift) + 1;
    Arrays.fill(rows, 0, stretches, NONE);
    for (int i = 0; i < stretches; i++) {
      // The golden ratio's multiples: no period that an order of the ids could have.
      int within = shift == 0 ? 0 : (i + 1) * 0x9E3779B9 >>> Integer.SIZE - shift;
      int row = (i << shift) + within;
      if (s.hasRow(row)) {
        rows[i] = row;
        members[i] = selector.isMember(selectRows ? row : s.idOf(row));
        asked++;
        passed += members[i] ? 1 : 0;
      }
    }
  }

  /** How many rows were asked about. */
  int asked() {
    return asked;
  }

  /** Share of members among them, from above: of none one is taken to have been missed. */
  float share() {
    return Math.max(1, passed) / (float) Math.max(1, asked);
  }

  /** The first row of [from, to) whose answer is known, or {@code to}. */
  int firstOf(int from, int to) {
    int last = to - 1 >>> shift;
    for (int i = from >>> shift; i <= last; i++) {
      if (rows[i] >= from) {
        return Math.min(rows[i], to);
      }
    }
    return to;
  }

  /** Whether the answer for a row is known. */
  boolean has(int row) {
    return rows[row >>> shift] == row;
  }

  /** The answer for a row that {@link #has}. */
  boolean isMember(int row) {
    return members[row >>> shift];
  }
}
