package io.sagitta.storage.metadata;

import io.sagitta.core.concurrent.PlaceTable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * From ids to keys: 64 stripes, each a table from a 64-bit hash of the id to the key.
 *
 * <p>Two ids of one hash are rare (about one chance in 370,000 among 10 million), and told apart by
 * the caller, who compares the id kept under the key: the second goes to a plain map of its stripe.
 * The hash is seeded per table, so that nobody can prepare ids that collide.
 *
 * <p>One thread writes, any number read without a lock. A lock's queue would let readers hold up
 * the writer: a virtual thread that is woken in it, but gets no carrier while others keep them
 * busy, stands before the writer for as long. A key must stay known to the check until the id has
 * another one or none: what the check denies is looked at again. On heap, 24 to 60 bytes an id; the
 * stripes keep the pause short in which a full table is made anew.
 */
class IdTable {
  private static final int STRIPES = 64;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Says whether a key belongs to an id. */
  @FunctionalInterface
  interface Check {
    boolean belongs(long key, byte[] id);
  }

  private static final class Stripe {
    volatile PlaceTable keys = PlaceTable.withRoomFor(0);

    /** Ids whose hash another one has; replaced as a whole. */
    volatile Map<String, Long> others = Map.of();

    void set(long hash, long key) {
      PlaceTable now = keys;
      if (now.hasRoom()) {
        now.put(hash, key);
      } else {
        PlaceTable larger = now.remade();
        larger.put(hash, key);
        keys = larger;
      }
    }

    long other(byte[] id) {
      Map<String, Long> now = others;
      Long key = now.isEmpty() ? null : now.get(new String(id, StandardCharsets.UTF_8));
      return key == null ? MetadataStore.NO_KEY : key;
    }

    void setOther(byte[] id, long key) {
      Map<String, Long> next = new HashMap<>(others);
      next.put(new String(id, StandardCharsets.UTF_8), key);
      others = next;
    }

    void removeOther(byte[] id) {
      Map<String, Long> next = new HashMap<>(others);
      next.remove(new String(id, StandardCharsets.UTF_8));
      others = next;
    }
  }

  private final Stripe[] stripes = new Stripe[STRIPES];
  private final long seed = ThreadLocalRandom.current().nextLong() | 1;
  private final Check check;

  IdTable(Check check) {
    this.check = check;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** The key of an id, or {@link MetadataStore#NO_KEY}. */
  long get(byte[] id) {
    long hash = hash(id);
    Stripe stripe = stripe(hash);
    while (true) {
      long key = stripe.keys.get(hash);
      if (key == MetadataStore.NO_KEY) {
        return stripe.other(id);
      }
      if (check.belongs(key, id)) {
        return key;
      }
      // Another id's, or one that was this id's and is forgotten now: then the table says another.
      if (stripe.keys.get(hash) == key) {
        return stripe.other(id);
      }
    }
  }

  /** Sets the key of an id; returns the one it had. Both keys must be known to the check. */
  long put(byte[] id, long key) {
    long hash = hash(id);
    Stripe stripe = stripe(hash);
    long present = stripe.keys.get(hash);
    long other = stripe.other(id);
    if (other != MetadataStore.NO_KEY
        || (present != MetadataStore.NO_KEY && !check.belongs(present, id))) {
      stripe.setOther(id, key);
      return other;
    }
    stripe.set(hash, key);
    return present;
  }

  /** Removes an id. */
  void remove(byte[] id) {
    long hash = hash(id);
    Stripe stripe = stripe(hash);
    long present = stripe.keys.get(hash);
    if (present != MetadataStore.NO_KEY && check.belongs(present, id)) {
      stripe.keys.remove(hash);
    } else {
      stripe.removeOther(id);
    }
  }

  /** Removes everything. */
  void clear() {
    for (Stripe stripe : stripes) {
      stripe.keys = PlaceTable.withRoomFor(0);
      stripe.others = Map.of();
    }
  }

  private Stripe stripe(long hash) {
    return stripes[(int) (hash >>> 58)];
  }

  /** Multiply-and-fold over 8 bytes a step; good mixing, and nobody outside knows the seed. */
  long hash(byte[] id) {
    long h = seed ^ (id.length * 0x9E3779B97F4A7C15L);
    int i = 0;
    for (; i + 8 <= id.length; i += 8) {
      h = fold(h ^ (long) WORD.get(id, i), 0xA0761D6478BD642FL ^ seed);
    }
    long tail = 0;
    for (; i < id.length; i++) {
      tail = (tail << 8) | (id[i] & 0xFF);
    }
    return fold(fold(h ^ tail, 0xE7037ED1A0B428DBL ^ seed), 0x8EBC6AF09C88C6E3L);
  }

  private static long fold(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b) ^ (a * b);
  }
}
