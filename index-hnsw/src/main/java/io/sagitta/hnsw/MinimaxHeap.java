package io.sagitta.hnsw;

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

  /** Monotone image of the key, kept when an entry is given out. */
  private int[] orders = new int[0];

  /** The same while the entry waits, {@link #GIVEN_OUT} afterwards. */
  private int[] waiting = new int[0];

  /** Row, or its complement for similarities: ties then order as FAISS's comparator does. */
  private int[] ties = new int[0];

  private int mask;
  private int capacity;
  private int size;
  private int live;

  /**
   * Starts a search.
   *
   * @param entries capacity, ≥ 1
   * @param rows how many there are to push at most
   * @param similarity whether keys are negated similarities
   */
  void begin(int entries, int rows, boolean similarity) {
    int room = Math.min(entries, rows);
    if (orders.length < room) {
      orders = new int[room];
      waiting = new int[room];
      ties = new int[room];
    }
    capacity = entries;
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
    return size == capacity ? orders[0] : Integer.MAX_VALUE;
  }

  /** Offers a candidate by the monotone image of its key. */
  void push(int order, int row) {
    if (size == capacity) {
      if (order >= orders[0]) {
        return;
      }
      if (waiting[0] != GIVEN_OUT) {
        live--;
      }
      removeTop();
    }
    siftUp(size++, order, row ^ mask);
    live++;
  }

  /** The best entry not given out: its row; its key's image is {@link #lastOrder}. */
  int popBest() {
    int[] w = waiting;
    int n = size;
    int best = GIVEN_OUT;
    for (int i = 0; i < n; i++) {
      best = Math.min(best, w[i]);
    }
    int at = n - 1;
    while (w[at] != best) {
      at--;
    }
    int row = ties[at] ^ mask;
    lastOrder = best;
    w[at] = GIVEN_OUT;
    ties[at] = -1 ^ mask;
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
      n += orders[i] < order ? 1 : 0;
    }
    return n >= limit;
  }

  private void siftUp(int from, int order, int tie) {
    int i = from;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      int o = orders[parent];
      if (!(order > o || (order == o && tie > ties[parent]))) {
        break;
      }
      orders[i] = o;
      ties[i] = ties[parent];
      waiting[i] = waiting[parent];
      i = parent;
    }
    orders[i] = order;
    waiting[i] = order;
    ties[i] = tie;
  }

  private void removeTop() {
    int n = --size;
    int order = orders[n];
    int tie = ties[n];
    int wait = waiting[n];
    int i = 0;
    // The element to place still counts as the last one while children are compared.
    while (true) {
      int left = 2 * i + 1;
      if (left > n) {
        break;
      }
      int child = left;
      if (left + 1 <= n && !after(left, left + 1)) {
        child = left + 1;
      }
      int o = orders[child];
      if (order > o || (order == o && tie > ties[child])) {
        break;
      }
      orders[i] = o;
      ties[i] = ties[child];
      waiting[i] = waiting[child];
      i = child;
    }
    orders[i] = order;
    ties[i] = tie;
    waiting[i] = wait;
  }

  private boolean after(int a, int b) {
    return orders[a] > orders[b] || (orders[a] == orders[b] && ties[a] > ties[b]);
  }
}
