package io.sagitta.hnsw;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one writing call has overwritten: the neighbour lists as they were before it, so that
 * readers of earlier versions still find theirs, and a call that fails can be taken back.
 *
 * <p>Each version of the graph points to the undo log of the call that came after it, and each log
 * to the next one; a reader walks forward from its own version and takes the first entry it meets.
 * A log therefore becomes garbage exactly when the last version before it does.
 *
 * <p>Safe for all threads; written by one writing call.
 */
final class Undo {
  private final Map<Long, int[]> lists = new ConcurrentHashMap<>();
  volatile @Nullable Undo next;

  private static Long key(int row, int level) {
    return ((long) level << 32) | row;
  }

  /** Whether the list has been saved. */
  boolean has(int row, int level) {
    return lists.containsKey(key(row, level));
  }

  /** Saves a list, all slots of it, before it is changed for the first time. */
  void save(int row, int level, int[] list) {
    lists.putIfAbsent(key(row, level), list);
  }

  /** The list as of the version this log follows, or null if no later call has changed it. */
  static int @Nullable [] find(@Nullable Undo from, int row, int level) {
    Long key = key(row, level);
    for (Undo u = from; u != null; u = u.next) {
      int[] list = u.lists.get(key);
      if (list != null) {
        return list;
      }
    }
    return null;
  }

  /** Receives saved lists. */
  interface Visitor {
    void visit(int row, int level, int[] list);
  }

  void forEach(Visitor visitor) {
    lists.forEach((k, list) -> visitor.visit((int) (long) k, (int) (k >> 32), list));
  }
}
