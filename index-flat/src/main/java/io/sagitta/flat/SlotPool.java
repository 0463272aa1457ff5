package io.sagitta.flat;

import com.carrotsearch.hppc.IntArrayList;

/** Numbers for chunks; one is given again only after its last reader has gone. For all threads. */
final class SlotPool {
  private final IntArrayList free = new IntArrayList();
  private int next;

  synchronized int take() {
    return free.isEmpty() ? next++ : free.removeLast();
  }

  synchronized void give(IntArrayList slots) {
    free.addAll(slots);
  }

  /** Exclusive bound of the numbers given so far. */
  synchronized int bound() {
    return next;
  }

  synchronized void give(int slot) {
    free.add(slot);
  }
}
