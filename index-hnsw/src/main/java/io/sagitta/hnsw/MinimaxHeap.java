package io.sagitta.hnsw;

import static io.sagitta.core.kernel.QueueKernels.PADDING;

import io.sagitta.core.kernel.Kernels;
import java.util.Arrays;

/**
 * The bounded candidate list of a search: keeps the {@code capacity} best ever pushed, and gives
 * out the best one not given out yet, which then stays as a bound.
 *
 * <p>Entries form a heap with the worst on top. Ties are part of the contract, because FAISS's
 * visiting order depends on them: the heap orders by (key, row), rows in reverse for similarities,
 * and an entry given out counts as row −1; {@link #popBest} takes the entry in the highest slot
 * among equally good ones; a push to a full heap drops a candidate that is not strictly better than
 * the worst. Source: FAISS {@code MinimaxHeap}.
 *
 * <p>For one thread; reused by {@link #begin}. On heap: 12 bytes an entry.
 */
final class MinimaxHeap {
  private static final int GIVEN_OUT = Integer.MAX_VALUE;

  /** Order and tie of each entry as one number: see {@link #entry}. Kept when it is given out. */
  private long[] entries = new long[0];

  /**
   * The order of each entry that waits, {@link #GIVEN_OUT} afterwards and behind the last entry.
   */
  private int[] waiting = new int[0];

  private int mask;
  private int capacity;
  private int size;
  private int live;

  /**
   * Starts a search.
   *
   * @param most capacity, ≥ 1
   * @param rows how many there are to push at most
   * @param similarity whether keys are negated similarities
   */
  void begin(int most, int rows, boolean similarity) {
    int room = Math.min(most, rows);
    if (entries.length < room) {
      entries = new long[room];
      waiting = new int[(room + PADDING - 1) / PADDING * PADDING];
      size = waiting.length;
    }
    Arrays.fill(waiting, 0, size, GIVEN_OUT);
    capacity = most;
    mask = similarity ? -1 : 0;
    size = 0;
    live = 0;
  }

  /** Entries not given out. */
  int live() {
    return live;
  }

  /** Entries given out and still kept. */
  int givenOut() {
    return size - live;
  }

  /** What a candidate's image must be below to be kept: MAX_VALUE while there is room. */
  int bound() {
    return size == capacity ? order(entries[0]) : Integer.MAX_VALUE;
  }

  /** Offers a candidate by the monotone image of its key. */
  void push(int order, int row) {
    if (size == capacity) {
      if (order >= order(entries[0])) {
        return;
      }
      if (waiting[0] != GIVEN_OUT) {
        live--;
      }
      removeTop();
    }
    siftUp(size++, order, entry(order, row ^ mask));
    live++;
  }

  /** The best entry not given out: its row; its key's image is {@link #lastOrder}. */
  int popBest() {
    int at = Kernels.QUEUES.lastLeast(waiting, size);
    int row = tie(entries[at]) ^ mask;
    lastOrder = waiting[at];
    waiting[at] = GIVEN_OUT;
    entries[at] = entry(lastOrder, -1 ^ mask);
    live--;
    return row;
  }

  private int lastOrder;

  int lastOrder() {
    return lastOrder;
  }

  /** Whether at least {@code limit} kept entries are strictly better. */
  boolean hasBelow(int order, int limit) {
    // Everything better than the best waiting entry has been given out.
    if (size - live < limit) {
      return false;
    }
    int n = 0;
    for (int i = 0; i < size; i++) {
      n += order(entries[i]) < order ? 1 : 0;
    }
    return n >= limit;
  }

  /**
   * An entry as it is ordered: by its key's image, then by its tie, which is its row, or the row's
   * complement for similarities, as in FAISS's comparator. One comparison instead of two, and one
   * array to move.
   */
  private static long entry(int order, int tie) {
    return (long) order << 32 | (tie ^ Integer.MIN_VALUE) & 0xffffffffL;
  }

  private static int order(long entry) {
    return (int) (entry >> 32);
  }

  private static int tie(long entry) {
    return (int) entry ^ Integer.MIN_VALUE;
  }

  private void siftUp(int from, int order, long entry) {
    int i = from;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      long e = entries[parent];
      if (entry <= e) {
        break;
      }
      entries[i] = e;
      waiting[i] = waiting[parent];
      i = parent;
    }
    entries[i] = entry;
    waiting[i] = order;
  }

  private void removeTop() {
    int n = --size;
    long entry = entries[n];
    int wait = waiting[n];
    int i = 0;
    // The element to place still counts as the last one while children are compared.
    while (true) {
      int child = 2 * i + 1;
      if (child > n) {
        break;
      }
      if (child < n && entries[child] <= entries[child + 1]) {
        child++;
      }
      long e = entries[child];
      if (entry > e) {
        break;
      }
      entries[i] = e;
      waiting[i] = waiting[child];
      i = child;
    }
    entries[i] = entry;
    waiting[i] = wait;
    waiting[n] = GIVEN_OUT;
  }
}
