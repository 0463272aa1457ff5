package io.sagitta.hnsw;

import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.StoredBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of FAISS's files that holds the graph ({@code write_HNSW}): probabilities, slots,
 * levels, offsets, lists, entry point, and the settings that are stored.
 */
final class HnswFile {
  /**
   * Bound of neighbour slots of a level: what a table claims is allocated when a vector is added.
   */
  private static final int MAX_SLOTS = 1 << 16;

  private static final int CHECKED = 4096;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  final LevelPlan plan;
  final int rows;
  final MemorySegment levels;
  final MemorySegment offsets;
  final MemorySegment lists;
  final int entryPoint;
  final int maxLevel;
  final int efConstruction;
  final int efSearch;

  /** What keeps the segments alive when the file is mapped; empty otherwise. */
  final List<StoredBytes> stored = new ArrayList<>();

  /**
   * Reads and checks; neighbour ids only when the file is not mapped.
   *
   * @param ntotal the header's count
   */
  HnswFile(IndexInput in, long ntotal) throws IOException {
    double[] probabilities = in.readDoubleVector();
    int[] cumulative = in.readIntVector();
    checkSlots(in, cumulative);
    if (probabilities.length != cumulative.length - 1) {
      throw in.bad(
          probabilities.length
              + " probabilities do not fit "
              + (cumulative.length - 1)
              + " levels");
    }
    plan = new LevelPlan(probabilities, cumulative);
    long n = in.readCount(4);
    if (n != ntotal || n >= Integer.MAX_VALUE) {
      throw in.bad("the graph has " + n + " vectors, the header says " + ntotal);
    }
    rows = (int) n;
    levels = bytes(in, 4 * n);
    long m = in.readCount(8);
    if (m != n + 1) {
      throw in.bad("the graph has " + m + " offsets for " + n + " vectors");
    }
    offsets = bytes(in, 8 * m);
    long slots = in.readCount(4);
    checkOffsets(in, cumulative, slots);
    lists = bytes(in, 4 * slots);
    entryPoint = in.readInt();
    maxLevel = in.readInt();
    checkEntry(in);
    efConstruction = in.readInt();
    efSearch = in.readInt();
    if (efConstruction < 1 || efSearch < 1) {
      throw in.bad("efConstruction " + efConstruction + " or efSearch " + efSearch + " is below 1");
    }
    in.readInt();
    if (!in.options().map()) {
      checkNeighbors(in);
    }
  }

  private MemorySegment bytes(IndexInput in, long bytes) throws IOException {
    if (!in.options().map()) {
      return in.peekAndSkip(bytes);
    }
    StoredBytes s = in.readStored(bytes);
    stored.add(s);
    return s.segment();
  }

  private static void checkSlots(IndexInput in, int[] cumulative) throws IOException {
    if (cumulative.length < 2 || cumulative[0] != 0 || cumulative[1] < 1) {
      throw in.bad("the table of neighbour slots does not begin with 0 and a positive number");
    }
    for (int l = 1; l < cumulative.length; l++) {
      if (cumulative[l] < cumulative[l - 1]) {
        throw in.bad("the table of neighbour slots decreases at level " + l);
      }
      if (cumulative[l] - cumulative[l - 1] > MAX_SLOTS) {
        throw in.bad(
            "level "
                + (l - 1)
                + " has "
                + (cumulative[l] - cumulative[l - 1])
                + " neighbour slots, this reader's bound is "
                + MAX_SLOTS);
      }
    }
  }

  private void checkOffsets(IndexInput in, int[] cumulative, long slots) throws IOException {
    if (offsets.get(LONG, 0) != 0) {
      throw in.bad("the first offset is " + offsets.get(LONG, 0) + ", not 0");
    }
    // Copied to arrays piece by piece: a segment's elements cost the interpreter a microsecond
    // each,
    // and opening a mapped file is often the first thing that a JVM does.
    int[] rowLevels = new int[CHECKED];
    long[] rowEnds = new long[CHECKED];
    long expected = 0;
    for (int first = 0; first < rows; first += CHECKED) {
      int n = (int) Math.min(CHECKED, rows - (long) first);
      MemorySegment.copy(levels, INT, 4L * first, rowLevels, 0, n);
      MemorySegment.copy(offsets, LONG, 8L * (first + 1), rowEnds, 0, n);
      expected = checkPiece(in, cumulative, first, n, rowLevels, rowEnds, expected);
    }
    if (expected != slots) {
      throw in.bad("the graph has " + slots + " neighbour slots, its levels need " + expected);
    }
  }

  private static long checkPiece(
      IndexInput in, int[] cumulative, int first, int n, int[] levels, long[] ends, long begin)
      throws IOException {
    long expected = begin;
    for (int i = 0; i < n; i++) {
      int level = levels[i];
      if (level < 1 || level >= cumulative.length) {
        throw in.bad(
            "vector "
                + (first + i)
                + " has "
                + level
                + " levels, not within [1, "
                + cumulative.length
                + ")");
      }
      expected += cumulative[level];
      if (ends[i] != expected) {
        throw in.bad(
            "the offset behind vector " + (first + i) + " is " + ends[i] + ", not " + expected);
      }
    }
    return expected;
  }

  private void checkEntry(IndexInput in) throws IOException {
    if (entryPoint < -1 || entryPoint >= rows) {
      throw in.bad("entry point " + entryPoint + " is not within [-1, " + rows + ")");
    }
    if (entryPoint < 0) {
      // FAISS's form of an empty graph; a graph of vectors without an entry is never searched.
      return;
    }
    int top = levels.get(INT, 4L * entryPoint) - 1;
    if (maxLevel < 0 || maxLevel > top) {
      throw in.bad("max_level " + maxLevel + " is not within [0, " + top + "] of the entry point");
    }
  }

  private void checkNeighbors(IndexInput in) throws IOException {
    for (int i = 0; i < rows; i++) {
      long at = offsets.get(LONG, 8L * i);
      int top = levels.get(INT, 4L * i) - 1;
      for (int l = 0; l <= top; l++) {
        long end = offsets.get(LONG, 8L * i) + plan.slotsBelow(l + 1);
        for (; at < end; at++) {
          int other = lists.get(INT, 4 * at);
          if (other < -1 || other >= rows) {
            throw in.bad(
                "neighbour " + other + " of vector " + i + " is not in [-1, " + rows + ")");
          }
          if (l > 0 && other >= 0 && levels.get(INT, 4L * other) <= l) {
            throw in.bad(
                "vector "
                    + i
                    + " is linked on level "
                    + l
                    + " to "
                    + other
                    + ", not on that level");
          }
        }
      }
    }
  }

  /** The graph in place. */
  FileGraph inPlace() {
    return new FileGraph(plan, rows, levels, offsets, lists, entryPoint, maxLevel);
  }

  /** Copies the graph into an empty store. */
  void copyTo(GraphStore store) {
    store.grow(rows);
    for (int i = 0; i < rows; i++) {
      store.place(i, levels.get(INT, 4L * i) - 1);
    }
    store.setEntry(entryPoint, maxLevel);
    OwnedGraph view = store.view();
    int[] list = new int[plan.maxSlots()];
    for (int i = 0; i < rows; i++) {
      int top = levels.get(INT, 4L * i) - 1;
      long at = offsets.get(LONG, 8L * i);
      for (int l = 0; l <= top; l++) {
        int slots = plan.slots(l);
        MemorySegment.copy(lists, INT, 4 * at, list, 0, slots);
        view.writeList(i, l, list, slots);
        at += slots;
      }
    }
  }

  /** Writes the graph of a state, rows renumbered to dense ids. */
  static void write(HnswState s, HnswSettings settings, IndexOutput out) throws IOException {
    Graph g = s.graph();
    LevelPlan plan = g.plan();
    int n = (int) s.count();
    out.writeDoubleVector(plan.probabilities());
    out.writeIntVector(plan.cumulative());
    out.writeLong(n);
    for (int i = 0; i < n; i++) {
      out.writeInt(g.levelOf(s.rowOf(i)) + 1);
    }
    out.writeLong(n + 1L);
    long offset = 0;
    out.writeLong(0);
    for (int i = 0; i < n; i++) {
      offset += plan.slotsBelow(g.levelOf(s.rowOf(i)) + 1);
      out.writeLong(offset);
    }
    out.writeLong(offset);
    int[] list = new int[plan.maxSlots()];
    for (int i = 0; i < n; i++) {
      int row = s.rowOf(i);
      int top = g.levelOf(row);
      for (int l = 0; l <= top; l++) {
        int m = g.neighbors(row, l, list);
        int written = 0;
        for (int j = 0; j < m; j++) {
          if (s.hasRow(list[j])) {
            out.writeInt((int) s.idOf(list[j]));
            written++;
          }
        }
        for (; written < plan.slots(l); written++) {
          out.writeInt(-1);
        }
      }
    }
    out.writeInt(n == 0 ? -1 : (int) s.idOf(g.entryPoint()));
    out.writeInt(n == 0 ? -1 : g.maxLevel());
    out.writeInt(settings.efConstruction);
    out.writeInt(settings.efSearch);
    out.writeInt(1);
  }
}
