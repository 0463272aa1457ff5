package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/**
 * {@link IndexIDMap} that also finds a vector by its id: {@code reconstruct} and what rests on it.
 * When an id belongs to several vectors, the one added last is found. The table id → place is made
 * by the first such call.
 *
 * <p>A reader of an older snapshot may have to look through all ids. Source: FAISS {@code
 * IndexIDMap2}.
 */
public final class IndexIDMap2 extends IndexIDMap {
  /**
   * A map over an empty index.
   *
   * @throws IllegalArgumentException if the index holds vectors already
   */
  public IndexIDMap2(Index inner) {
    super(inner);
  }

  IndexIDMap2(Index inner, CodeRows ids) {
    super(inner, ids);
  }

  IndexIDMap2(Index inner, StoredBytes ids) {
    super(inner, ids);
  }

  @Override
  IndexIDMap like(Index filled, CodeRows ids) {
    return new IndexIDMap2(filled, ids);
  }

  @Override
  protected void checkIdsIn(IdMapState s, long from, long n) {
    if (n < 0 || from > Long.MAX_VALUE - n) {
      throw new IllegalArgumentException(
          "ids [" + from + ", " + from + " + " + n + ") are no range");
    }
  }

  @Override
  protected void reconstructIn(IdMapState s, long id, MemorySegment out, long offset) {
    long place = lookup.placeOf(s, id);
    if (place < 0) {
      throw new IllegalArgumentException("there is no vector with id " + id);
    }
    reconstructPlace(s, place, out, offset);
  }
}
