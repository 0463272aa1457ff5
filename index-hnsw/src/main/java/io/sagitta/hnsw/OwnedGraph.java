package io.sagitta.hnsw;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A version of a {@link GraphStore}.
 *
 * <p><b>Why a reader sees its version while a writer changes lists in place.</b> The writer never
 * changes a list that some published version has before it has (1) linked its {@link Undo} log into
 * {@link #after} of the newest version and (2) saved the list there; both are volatile writes that
 * precede the change. A reader copies the list, then (load fence) looks at {@code after}. If no
 * writer has begun since this version was published, nothing it copied can be newer. If one has,
 * the reader asks the logs: an entry holds the list as of this version, so it replaces what was
 * copied, torn or not; no entry means that no change had been begun when the copy was made, because
 * a change the copy had seen would have made its entry visible as well. Chunks that growth replaces
 * stay as they are until no version needs them, so an old view of memory is a consistent one too.
 *
 * <p>Lincheck's model checker goes through the interleavings of a writer and a reader on small
 * graphs ({@code HnswModelCheckTest}).
 *
 * <p>Rows above {@link #rows()} never occur in such a list: only later calls link them.
 */
final class OwnedGraph extends Graph {
  static final int NODE_BYTES = 8;

  private final LevelPlan plan;
  private final CodeRows base;
  private final CodeRows nodes;
  private final CodeRows upper;
  private final int entryPoint;
  private final int maxLevel;
  private final long bytes;
  private final int baseSlots;

  /** The log of the first writing call after this version; null while there was none. */
  volatile @Nullable Undo after;

  /**
   * @param base level-0 lists, one row of slots each
   * @param nodes per row: level (int), first slot in {@code upper} (int)
   * @param upper lists of the upper levels, slot by slot
   */
  OwnedGraph(
      LevelPlan plan,
      CodeRows base,
      CodeRows nodes,
      CodeRows upper,
      int entryPoint,
      int maxLevel,
      long bytes) {
    this.plan = plan;
    this.base = base;
    this.nodes = nodes;
    this.upper = upper;
    this.entryPoint = entryPoint;
    this.maxLevel = maxLevel;
    this.bytes = bytes;
    this.baseSlots = plan.slots(0);
  }

  @Override
  LevelPlan plan() {
    return plan;
  }

  @Override
  int rows() {
    return (int) base.size();
  }

  @Override
  int entryPoint() {
    return entryPoint;
  }

  @Override
  int maxLevel() {
    return maxLevel;
  }

  @Override
  int levelOf(int row) {
    return nodes.chunk(row).get(ValueLayout.JAVA_INT, nodes.offset(row));
  }

  @Override
  int neighbors(int row, int level, int[] out) {
    copyList(row, level, out);
    VarHandle.acquireFence();
    Undo u = after;
    int slots = plan.slots(level);
    if (u != null) {
      int[] saved = Undo.find(u, row, level);
      if (saved != null) {
        System.arraycopy(saved, 0, out, 0, slots);
      }
    }
    return length(out, slots);
  }

  /** The list as it lies in memory now. */
  void copyList(int row, int level, int[] out) {
    if (level == 0) {
      MemorySegment.copy(
          base.chunk(row), ValueLayout.JAVA_INT, base.offset(row), out, 0, baseSlots);
      return;
    }
    long at = upperSlot(row, level);
    int n = plan.slots(level);
    for (int i = 0; i < n; i++) {
      out[i] = upper.chunk(at + i).get(ValueLayout.JAVA_INT, upper.offset(at + i));
    }
  }

  /** Overwrites the head of a list and ends it there; for the writer, after saving. */
  void writeList(int row, int level, int[] list, int n) {
    int slots = plan.slots(level);
    if (level == 0) {
      MemorySegment chunk = base.chunk(row);
      long offset = base.offset(row);
      MemorySegment.copy(list, 0, chunk, ValueLayout.JAVA_INT, offset, n);
      for (int i = n; i < slots; i++) {
        chunk.set(ValueLayout.JAVA_INT, offset + 4L * i, -1);
      }
      return;
    }
    long at = upperSlot(row, level);
    for (int i = 0; i < slots; i++) {
      upper.chunk(at + i).set(ValueLayout.JAVA_INT, upper.offset(at + i), i < n ? list[i] : -1);
    }
  }

  private long upperSlot(int row, int level) {
    int first = nodes.chunk(row).get(ValueLayout.JAVA_INT, nodes.offset(row) + 4);
    return (first & 0xffffffffL) + plan.slotsBelow(level) - baseSlots;
  }

  @Override
  long offHeapBytes() {
    return bytes;
  }
}
