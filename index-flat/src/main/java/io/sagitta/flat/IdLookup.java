package io.sagitta.flat;

import com.carrotsearch.hppc.LongArrayList;
import com.carrotsearch.hppc.LongLongHashMap;
import io.sagitta.core.RowMoves;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Id → place for the newest state of an id map: made when first needed, then kept up to date. On
 * heap, about 22 to 43 bytes an id. A reader of an older state checks what it finds against that
 * state.
 *
 * <p>Safe for all threads. The writer holds {@link #lockForWriting} from before it publishes a
 * state until the table fits that state.
 */
final class IdLookup {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private LongLongHashMap places = new LongLongHashMap();
  private boolean built;
  private boolean repeated;
  private boolean everRepeated;
  private long number;

  void lockForWriting() {
    lock.writeLock().lock();
  }

  void unlockForWriting() {
    lock.writeLock().unlock();
  }

  /** Drops everything; made anew when next needed. With the lock. */
  void forget() {
    places = new LongLongHashMap();
    built = false;
    repeated = false;
  }

  /** Whether the table is that of a state. With the lock. */
  boolean isCurrent(IdMapState s) {
    return built && number == s.number();
  }

  /** Whether some id belongs to several vectors. With the lock. */
  boolean hasRepeated() {
    return repeated;
  }

  /** Notes which state the table fits now. With the lock. */
  void fits(long stateNumber) {
    number = stateNumber;
  }

  void put(long id, long place) {
    int before = places.size();
    places.put(id, place);
    repeated |= places.size() == before;
    everRepeated |= repeated;
  }

  void remove(long id) {
    places.remove(id);
  }

  /** Adds the place of an id to a list; false if there is none. With the lock. */
  boolean find(long id, LongArrayList out) {
    int at = places.indexOf(id);
    boolean found = places.indexExists(at);
    if (found) {
      out.add(places.indexGet(at));
    }
    return found;
  }

  /** Follows moved rows; {@code ids} says for each move whose row it was. With the lock. */
  void follow(RowMoves moves, long[] ids) {
    for (int i = 0; i < ids.length; i++) {
      // With repeated ids only the last one's place is noted.
      if (places.getOrDefault(ids[i], -1) == moves.from(i)) {
        places.put(ids[i], moves.to(i));
      }
    }
  }

  /** Makes the table from a state unless it fits already. With the lock. */
  void ensure(IdMapState s) {
    if (!built || number != s.number()) {
      LongLongHashMap fresh = new LongLongHashMap((int) Math.min(s.size(), 1 << 29));
      s.forEach((position, place, id) -> fresh.put(id, place));
      places = fresh;
      repeated = fresh.size() != s.size();
      everRepeated |= repeated;
      number = s.number();
      built = true;
    }
  }

  /** The place of the last vector with an id in a state, or −1. Takes the lock itself. */
  long placeOf(IdMapState s, long id) {
    lock.readLock().lock();
    try {
      if (built && number == s.number()) {
        return places.getOrDefault(id, -1);
      }
      if (built && !everRepeated) {
        long place = places.getOrDefault(id, -1);
        if (place >= 0 && s.hasPlace(place) && s.idAt(place) == id) {
          return place;
        }
      }
    } finally {
      lock.readLock().unlock();
    }
    lock.writeLock().lock();
    try {
      if (!built) {
        ensure(s);
      }
      return number == s.number() ? places.getOrDefault(id, -1) : s.scanFor(id);
    } finally {
      lock.writeLock().unlock();
    }
  }
}
