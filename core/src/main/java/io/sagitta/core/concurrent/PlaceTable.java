package io.sagitta.core.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Id → place (a number from 0 on) by open addressing with linear steps, for one writing thread and
 * any number of readers that take no lock.
 *
 * <p>A cell is an id and a place side by side. Once a cell has an id it keeps it for good; a
 * removed id's place becomes −1. So whoever has read a cell's id may read its place afterwards: it
 * is that id's. Cells of removed ids go when the table is made anew, which happens when two thirds
 * of the cells have an id; readers of the old table finish there. On heap, 24 to 60 bytes an id.
 */
public final class PlaceTable {
  private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int LEAST_BITS = 4;
  private static final int MOST_BITS = 29;
  private static final long EMPTY = -1;

  private final long[] cells;
  private final int shift;

  /** The place of id −1, which no add takes, but a file may hold. */
  private volatile long placeOfEmpty = -1;

  private int used;
  private int live;

  private PlaceTable(int bits) {
    cells = new long[2 << bits];
    Arrays.fill(cells, EMPTY);
    shift = 64 - bits;
  }

  /**
   * An empty table with room for some ids.
   *
   * @throws IllegalStateException if there are more than a table can hold, 357,913,940
   */
  public static PlaceTable withRoomFor(long ids) {
    int bits = LEAST_BITS;
    while (bits < MOST_BITS && roomOf(bits) < ids) {
      bits++;
    }
    if (roomOf(bits) < ids) {
      throw new IllegalStateException(
          ids + " ids are to be found by id, at most " + roomOf(MOST_BITS) + " can be");
    }
    return new PlaceTable(bits);
  }

  /** Cells of a table that may have an id. */
  private static long roomOf(int bits) {
    return (1L << bits) / 3 * 2;
  }

  private int cellOf(long id) {
    int mask = cells.length / 2 - 1;
    int cell = (int) ((id * 0x9E3779B97F4A7C15L) >>> shift);
    long there = (long) CELLS.getAcquire(cells, 2 * cell);
    while (there != id && there != EMPTY) {
      cell = (cell + 1) & mask;
      there = (long) CELLS.getAcquire(cells, 2 * cell);
    }
    return cell;
  }

  /** The place of an id, or −1. For any thread; after {@link #remade} as it was then. */
  public long get(long id) {
    if (id == EMPTY) {
      return placeOfEmpty;
    }
    // An empty cell's place is −1, too, until its id is written, which comes last.
    int cell = cellOf(id);
    long place = (long) CELLS.getAcquire(cells, 2 * cell + 1);
    return (long) CELLS.getAcquire(cells, 2 * cell) == id ? place : -1;
  }

  /** Number of ids that have a place. */
  public int size() {
    return live;
  }

  /** Whether another id fits. */
  public boolean hasRoom() {
    return used < roomOf(64 - shift);
  }

  /**
   * Sets the place of an id, for which there is room; returns the one it had, or −1. For the
   * writing thread.
   */
  public long put(long id, long place) {
    if (id == EMPTY) {
      long before = placeOfEmpty;
      placeOfEmpty = place;
      live += before < 0 ? 1 : 0;
      return before;
    }
    int cell = cellOf(id);
    long old = cells[2 * cell + 1];
    boolean fresh = cells[2 * cell] == EMPTY;
    CELLS.setRelease(cells, 2 * cell + 1, place);
    if (fresh) {
      used++;
      CELLS.setRelease(cells, 2 * cell, id);
    }
    live += old < 0 ? 1 : 0;
    return old;
  }

  /** Removes an id. For the writing thread. */
  public void remove(long id) {
    if (id == EMPTY) {
      live -= placeOfEmpty < 0 ? 0 : 1;
      placeOfEmpty = -1;
      return;
    }
    int cell = cellOf(id);
    if (cells[2 * cell] == id && cells[2 * cell + 1] >= 0) {
      CELLS.setRelease(cells, 2 * cell + 1, -1L);
      live--;
    }
  }

  /** A table of the same ids with room for at least as many more. For the writing thread. */
  public PlaceTable remade() {
    PlaceTable fresh = withRoomFor(live + Math.max(8L, live / 4));
    for (int i = 0; i < cells.length; i += 2) {
      if (cells[i] != EMPTY && cells[i + 1] >= 0) {
        fresh.put(cells[i], cells[i + 1]);
      }
    }
    fresh.live += placeOfEmpty < 0 ? 0 : 1;
    fresh.placeOfEmpty = placeOfEmpty;
    return fresh;
  }
}
