package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.memory.CodeRows;
import org.jspecify.annotations.Nullable;

/**
 * One published state of an id map: a snapshot of the index inside and the ids that belong to it.
 * Immutable.
 */
public final class IdMapState {
  private static final int STEP = 4096;

  private final Index inner;
  private final @Nullable RowView<?> rows;
  private final CodeRows ids;
  private final long number;
  private final long size;

  /**
   * @param inner a snapshot, held until this state is freed
   * @param ids by row if the inner index has rows and {@code byRow}, else by its dense ids
   * @param number counts the states of one map
   */
  IdMapState(Index inner, boolean byRow, CodeRows ids, long number) {
    this.inner = inner;
    this.rows = byRow ? RowView.of(inner) : null;
    this.ids = ids;
    this.number = number;
    this.size = inner.ntotal();
  }

  /** The snapshot of the index inside. */
  Index inner() {
    return inner;
  }

  /** Rows of the inner index, or null when its dense ids are the places. */
  @Nullable RowView<?> rows() {
    return rows;
  }

  long number() {
    return number;
  }

  long size() {
    return size;
  }

  /**
   * The id that belongs to a place.
   *
   * @throws IllegalStateException if the index inside stores ids itself and has one that is no
   *     place, as only a damaged file can give it
   */
  long idAt(long place) {
    if (!isInside(place)) {
      throw new IllegalStateException(
          "the index inside answers with id " + place + ", its map has " + size + " places");
    }
    return IdTable.get(ids, place);
  }

  /** Whether there is an id for a place that the index inside speaks of. */
  boolean isInside(long place) {
    return rows != null || (place >= 0 && place < size);
  }

  boolean hasPlace(long place) {
    RowView<?> r = rows;
    return r == null ? place >= 0 && place < size : r.has(place);
  }

  /** Takes places and ids in the order of the inner index's dense ids. */
  @FunctionalInterface
  interface Visitor {
    void accept(long position, long place, long id);
  }

  /** Takes places in the order of the inner index's dense ids. */
  @FunctionalInterface
  interface PlaceVisitor {
    void accept(long position, long place);
  }

  /** Visits all vectors in the inner index's order. */
  void forEach(Visitor visitor) {
    forEachPlace((position, place) -> visitor.accept(position, place, idAt(place)));
  }

  /** {@link #forEach} without looking at ids. */
  void forEachPlace(PlaceVisitor visitor) {
    RowView<?> r = rows;
    if (r == null) {
      for (long i = 0; i < size; i++) {
        visitor.accept(i, i);
      }
      return;
    }
    long[] block = new long[(int) Math.min(STEP, size)];
    for (long from = 0; from < size; from += block.length) {
      int n = (int) Math.min(block.length, size - from);
      r.rowsOf(from, n, block);
      for (int i = 0; i < n; i++) {
        visitor.accept(from + i, block[i]);
      }
    }
  }

  /** Off-heap bytes of the ids. */
  long idBytes() {
    long sum = 0;
    for (int i = 0; i < ids.chunkCount(); i++) {
      sum += ids.chunkAt(i).byteSize();
    }
    return sum;
  }

  /** The place of the last vector with an id, or −1; looks at all of them. */
  long scanFor(long id) {
    long[] found = {-1};
    forEach(
        (position, place, other) -> {
          if (other == id) {
            found[0] = place;
          }
        });
    return found[0];
  }
}
