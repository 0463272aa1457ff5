package io.sagitta.ivf;

import com.carrotsearch.hppc.LongLongHashMap;
import io.sagitta.core.memory.CodeStore;
import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where each id lies: (list &lt;&lt; 32 | row). A hint for the state it was made for: readers check
 * that the row really has the id, and search the lists of their own state if it has not, so that
 * the map needs no versions.
 *
 * <p>Guarded by its own lock; safe for all threads. Off heap 8 bytes an id (array), on heap about
 * 24 (hash table).
 */
final class DirectMap {
  static final long ABSENT = -1;

  private volatile DirectMapType type = DirectMapType.NONE;
  private final LongLongHashMap table = new LongLongHashMap();
  private CodeStore array = new CodeStore(8);
  private long epoch = -1;

  /** Ids that have a place in {@link #array}. */
  private long present;

  /** One writer's changes, applied at once when the new state is published. */
  static final class Changes {
    long[] ids = new long[16];
    long[] places = new long[16];
    int size;

    void put(long id, long place) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, 2 * size);
        places = Arrays.copyOf(places, 2 * size);
      }
      ids[size] = id;
      places[size++] = place;
    }
  }

  DirectMapType type() {
    return type;
  }

  /** The place of an id, or {@link #ABSENT}. */
  synchronized long place(long id) {
    return switch (type) {
      case NONE -> ABSENT;
      case HASHTABLE -> table.getOrDefault(id, ABSENT);
      case ARRAY -> id < 0 || id >= array.size() ? ABSENT : arrayGet(id);
    };
  }

  /** Whether the map speaks of this state. */
  synchronized boolean isOf(IvfState state) {
    return epoch == state.epoch;
  }

  /** Whether the map speaks of this state and has every row of it: no id is repeated. */
  synchronized boolean isComplete(IvfState state) {
    return switch (type) {
      case NONE -> false;
      case HASHTABLE -> epoch == state.epoch && table.size() == state.rows();
      case ARRAY -> epoch == state.epoch && present == state.rows();
    };
  }

  /** The places of ids, those not there left out; null if the map is not of this state. */
  synchronized @Nullable PassingRows places(IvfState state, long[] ids) {
    if (epoch != state.epoch) {
      return null;
    }
    long[] places = new long[ids.length];
    int n = 0;
    for (long id : ids) {
      long place = place(id);
      if (place != ABSENT) {
        places[n++] = place;
      }
    }
    return PassingRows.of(Arrays.copyOf(places, n));
  }

  private long arrayGet(long id) {
    var view = array.view();
    return view.chunk(id).get(ListChunk.ID, view.offset(id));
  }

  /** Applies changes that lead to a state; ABSENT as a place removes. */
  synchronized void apply(Changes changes, long ntotal, long newEpoch) {
    if (type == DirectMapType.ARRAY) {
      resize(ntotal);
      MemorySegment one = MemorySegment.ofArray(new long[1]);
      for (int i = 0; i < changes.size; i++) {
        long id = changes.ids[i];
        if (id >= 0 && id < ntotal) {
          present += (changes.places[i] == ABSENT ? 0 : 1) - (arrayGet(id) == ABSENT ? 0 : 1);
          one.set(ListChunk.ID, 0, changes.places[i]);
          array.set(id, one, 0);
        }
      }
    } else if (type == DirectMapType.HASHTABLE) {
      for (int i = 0; i < changes.size; i++) {
        if (changes.places[i] == ABSENT) {
          table.remove(changes.ids[i]);
        } else {
          table.put(changes.ids[i], changes.places[i]);
        }
      }
    }
    epoch = newEpoch;
  }

  private void resize(long n) {
    long old = array.size();
    if (n < old) {
      for (long i = n; i < old; i++) {
        present -= arrayGet(i) == ABSENT ? 0 : 1;
      }
      array.truncate(n);
      return;
    }
    array.grow(n - old);
    for (MemoryBlock b : array.takeRetired()) {
      b.free();
    }
    MemorySegment absent = MemorySegment.ofArray(new long[] {ABSENT});
    for (long i = old; i < n; i++) {
      array.set(i, absent, 0);
    }
  }

  /** Sets the kind alone: for an index that is only written, whose map is made from its lists. */
  synchronized void declare(DirectMapType newType) {
    type = newType;
  }

  /** Rebuilds from the lists. */
  synchronized void rebuild(DirectMapType newType, IvfState state) {
    type = newType;
    table.release();
    array.free();
    array = new CodeStore(8);
    present = 0;
    if (newType != DirectMapType.NONE) {
      Changes changes = new Changes();
      for (int l = 0; l < state.lists.nlist(); l++) {
        InvertedList list = state.lists.get(l);
        for (int i = 0; i < list.size(); i++) {
          changes.put(list.id(i), (long) l << 32 | i);
        }
      }
      apply(changes, state.ntotal, state.epoch);
    }
    epoch = state.epoch;
  }

  synchronized long heldBytes() {
    return array.bytes();
  }

  synchronized void free() {
    type = DirectMapType.NONE;
    table.release();
    array.free();
  }
}
