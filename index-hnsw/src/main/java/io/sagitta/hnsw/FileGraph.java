package io.sagitta.hnsw;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Neighbour lists as they lie in a FAISS file: all slots of a vector in one piece, found by an
 * offset. Levels, offsets and sizes were checked when the file was opened; a neighbour id is
 * checked whenever its list is read, so that opening costs nothing per neighbour.
 */
final class FileGraph extends Graph {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final LevelPlan plan;
  private final int rows;
  private final MemorySegment levels;
  private final MemorySegment offsets;
  private final MemorySegment lists;
  private final int entryPoint;
  private final int maxLevel;

  /**
   * @param levels rows × int32, each 1 + highest level
   * @param offsets (rows + 1) × u64, first slot of each row
   * @param lists int32 slots
   */
  FileGraph(
      LevelPlan plan,
      int rows,
      MemorySegment levels,
      MemorySegment offsets,
      MemorySegment lists,
      int entryPoint,
      int maxLevel) {
    this.plan = plan;
    this.rows = rows;
    this.levels = levels;
    this.offsets = offsets;
    this.lists = lists;
    this.entryPoint = entryPoint;
    this.maxLevel = maxLevel;
  }

  @Override
  LevelPlan plan() {
    return plan;
  }

  @Override
  int rows() {
    return rows;
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
    return levels.get(INT, 4L * row) - 1;
  }

  @Override
  int neighbors(int row, int level, int[] out) {
    if (level > 0 && level > levelOf(row)) {
      throw damaged("vector " + row + " is linked on level " + level + " and is not there");
    }
    int slots = plan.slots(level);
    long at = offsets.get(LONG, 8L * row) + plan.slotsBelow(level);
    MemorySegment.copy(lists, INT, 4 * at, out, 0, slots);
    int n = 0;
    while (n < slots && out[n] >= 0) {
      if (out[n] >= rows) {
        throw damaged("neighbour id " + out[n] + " of vector " + row + " is not below " + rows);
      }
      n++;
    }
    return n;
  }

  private static IllegalStateException damaged(String what) {
    return new IllegalStateException("the mapped index file is damaged: " + what);
  }

  @Override
  long offHeapBytes() {
    return levels.byteSize() + offsets.byteSize() + lists.byteSize();
  }
}
