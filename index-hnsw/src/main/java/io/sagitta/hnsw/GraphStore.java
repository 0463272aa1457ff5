package io.sagitta.hnsw;

import io.sagitta.core.memory.CodeRows;
import io.sagitta.core.memory.CodeStore;
import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The writer's side of the neighbour lists, off heap: level 0 as one row of slots per vector, 8
 * bytes per vector for its level and place above, and the upper lists packed behind one another.
 * Rows never move; a freed row, and the upper slots it had, are used again.
 *
 * <p>For one writer at a time (lists of different rows may be written by several threads of one
 * writing call). See {@link OwnedGraph} for what readers may do meanwhile.
 */
final class GraphStore {
  private final LevelPlan plan;
  private final CodeStore base;
  private final CodeStore nodes = new CodeStore(OwnedGraph.NODE_BYTES);
  private final CodeStore upper = new CodeStore(4);

  /** Freed runs of upper slots, by level of the row that had them. */
  private final List<IntStack> freeUpper = new ArrayList<>();

  private int entryPoint = -1;
  private int maxLevel = -1;
  private OwnedGraph view;

  GraphStore(LevelPlan plan) {
    this.plan = plan;
    base = new CodeStore(Math.multiplyExact(4, plan.slots(0)));
    for (int l = 0; l < plan.levels(); l++) {
      freeUpper.add(new IntStack());
    }
    view = newView();
  }

  LevelPlan plan() {
    return plan;
  }

  int rows() {
    return (int) base.size();
  }

  int entryPoint() {
    return entryPoint;
  }

  int maxLevel() {
    return maxLevel;
  }

  void setEntry(int row, int level) {
    entryPoint = row;
    maxLevel = level;
    view = newView();
  }

  /** Off-heap bytes allocated. */
  long bytes() {
    return base.bytes() + nodes.bytes() + upper.bytes();
  }

  /** The lists as they are now; the same object until rows or the entry point change. */
  OwnedGraph view() {
    return view;
  }

  /** A fresh version to be published. */
  OwnedGraph newView() {
    return new OwnedGraph(
        plan, base.view(), nodes.view(), upper.view(), entryPoint, maxLevel, bytes());
  }

  /** Makes room for more rows at the end; returns the first. Their lists are empty. */
  int grow(int n) {
    long first = base.size();
    if (first + n > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          first + n + " vectors exceed a graph's bound of 2^31 - 1 rows");
    }
    base.grow(n);
    nodes.grow(n);
    return (int) first;
  }

  /** Sets the level of a row that no version has, and empties its lists. */
  void place(int row, int level) {
    int run = plan.slotsBelow(level + 1) - plan.slots(0);
    int at = 0;
    if (run > 0) {
      IntStack free = freeUpper.get(level);
      at = free.isEmpty() ? growUpper(run) : free.pop();
    }
    CodeRows n = nodes.view();
    n.chunk(row).set(ValueLayout.JAVA_INT, n.offset(row), level);
    n.chunk(row).set(ValueLayout.JAVA_INT, n.offset(row) + 4, at);
  }

  private int growUpper(int run) {
    long at = upper.size();
    if (at + run > 0xffffffffL) {
      throw new IllegalArgumentException("the upper levels exceed 2^32 slots");
    }
    upper.grow(run);
    return (int) at;
  }

  /** To be called when all new rows are placed: empties their lists. */
  void clearLists(int[] rows, int[] levels) {
    view = newView();
    int[] none = new int[0];
    for (int i = 0; i < rows.length; i++) {
      for (int l = 0; l <= levels[i]; l++) {
        view.writeList(rows[i], l, none, 0);
      }
    }
  }

  /** Gives the upper slots of a row back; no version has the row any more. */
  void release(int row) {
    int level = view.levelOf(row);
    if (plan.slotsBelow(level + 1) > plan.slots(0)) {
      CodeRows n = nodes.view();
      freeUpper.get(level).push(n.chunk(row).get(ValueLayout.JAVA_INT, n.offset(row) + 4));
    }
  }

  /** As {@link #release}, for a call that is taken back: only runs that existed before it. */
  void releaseBelow(int row, long upperSize) {
    int level = view.levelOf(row);
    CodeRows n = nodes.view();
    int at = n.chunk(row).get(ValueLayout.JAVA_INT, n.offset(row) + 4);
    if (plan.slotsBelow(level + 1) > plan.slots(0) && (at & 0xffffffffL) < upperSize) {
      freeUpper.get(level).push(at);
    }
  }

  /** Forgets the rows from {@code rows} on and the upper slots from {@code upperSize} on. */
  void truncate(int rows, long upperSize) {
    base.truncate(rows);
    nodes.truncate(rows);
    upper.truncate(upperSize);
    view = newView();
  }

  long upperSize() {
    return upper.size();
  }

  /** Blocks replaced by growth, to be freed when no reader sees them. */
  List<MemoryBlock> takeRetired() {
    List<MemoryBlock> all = new ArrayList<>();
    for (CodeStore s : List.of(base, nodes, upper)) {
      all.addAll(List.of(s.takeRetired()));
    }
    return all;
  }

  void free() {
    base.free();
    nodes.free();
    upper.free();
  }
}
