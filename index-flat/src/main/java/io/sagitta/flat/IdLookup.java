package io.sagitta.flat;

import com.carrotsearch.hppc.LongArrayList;
import io.sagitta.core.RowMoves;
import io.sagitta.core.concurrent.PlaceTable;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Id → place for the newest state of an id map: made when first needed, then kept up to date. On
 * heap, 24 to 60 bytes an id. A reader of an older state checks what it finds against that state.
 *
 * <p>Safe for all threads. The writer holds {@link #lockForWriting} from before it publishes a
 * state until the table fits that state. A reader takes the lock only for an id that it does not
 * find: were readers to queue for it, a virtual thread that was woken and waits for a carrier would
 * hold up the writer behind it for as long as others keep the carriers busy.
 */
final class IdLookup {
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable PlaceTable table;
  private boolean repeated;
  private volatile boolean everRepeated;
  private long number;

  void lockForWriting() {
    lock.lock();
  }

  void unlockForWriting() {
    lock.unlock();
  }

  /** Drops everything; made anew when next needed. With the lock. */
  void forget() {
    table = null;
    repeated = false;
  }

  /** Whether the table is that of a state. With the lock. */
  boolean isCurrent(IdMapState s) {
    return table != null && number == s.number();
  }

  /** Whether some id belongs to several vectors. With the lock. */
  boolean hasRepeated() {
    return repeated;
  }

  /** Notes which state the table fits now. With the lock. */
  void fits(long stateNumber) {
    number = stateNumber;
  }

  /** Notes a vector. With the lock, of a table that is current. */
  void put(long id, long place) {
    PlaceTable places = current();
    if (!places.hasRoom()) {
      places = places.remade();
      table = places;
    }
    if (places.get(id) >= 0) {
      repeated = true;
      everRepeated = true;
    }
    places.put(id, place);
  }

  /** Forgets an id. With the lock, of a table that is current. */
  void remove(long id) {
    current().remove(id);
  }

  private PlaceTable current() {
    PlaceTable places = table;
    if (places == null) {
      throw new IllegalStateException("the id lookup was not made");
    }
    return places;
  }

  /** Adds the place of an id to a list; false if there is none. With the lock. */
  boolean find(long id, LongArrayList out) {
    long place = current().get(id);
    if (place >= 0) {
      out.add(place);
    }
    return place >= 0;
  }

  /** Follows moved rows; {@code ids} says for each move whose row it was. With the lock. */
  void follow(RowMoves moves, long[] ids) {
    PlaceTable places = current();
    for (int i = 0; i < ids.length; i++) {
      // With repeated ids only the last one's place is noted.
      if (places.get(ids[i]) == moves.from(i)) {
        places.put(ids[i], moves.to(i));
      }
    }
  }

  /** Makes the table from a state unless it fits already. With the lock. */
  void ensure(IdMapState s) {
    if (table == null || number != s.number()) {
      PlaceTable fresh = PlaceTable.withRoomFor(s.size());
      s.forEach((position, place, id) -> fresh.put(id, place));
      repeated = fresh.size() != s.size();
      everRepeated |= repeated;
      number = s.number();
      table = fresh;
    }
  }

  /** The place of the last vector with an id in a state, or −1. Takes the lock if it has to. */
  long placeOf(IdMapState s, long id) {
    PlaceTable places = table;
    if (places != null && !everRepeated) {
      // It may be newer or older than the state: what it says is checked there.
      long place = places.get(id);
      if (place >= 0 && s.hasPlace(place) && s.idAt(place) == id) {
        return place;
      }
    }
    lock.lock();
    try {
      if (table == null) {
        ensure(s);
      }
      if (number == s.number()) {
        return current().get(id);
      }
    } finally {
      lock.unlock();
    }
    return s.scanFor(id);
  }

  /**
   * The places of ids in a state, ascending; ids that are not there are left out. Null where the
   * table does not tell: it is of another state, ids are repeated, or a writer is at it.
   */
  long @Nullable [] placesOf(IdMapState s, long[] ids) {
    // Not waited for: see above.
    if (!lock.tryLock()) {
      return null;
    }
    try {
      if (table == null) {
        ensure(s);
      }
      if (number != s.number() || repeated) {
        return null;
      }
      PlaceTable places = current();
      long[] found = new long[ids.length];
      int n = 0;
      for (long id : ids) {
        long place = places.get(id);
        if (place >= 0) {
          found[n++] = place;
        }
      }
      found = Arrays.copyOf(found, n);
      Arrays.sort(found);
      return found;
    } finally {
      lock.unlock();
    }
  }
}
