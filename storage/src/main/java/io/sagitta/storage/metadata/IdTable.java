package io.sagitta.storage.metadata;

import com.carrotsearch.hppc.LongLongHashMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.StampedLock;

/**
 * From ids to keys: 64 stripes, each a map from a 64-bit hash of the id to the key.
 *
 * <p>Two ids of one hash are rare (about one chance in 370,000 among 10 million), and told apart by
 * the caller, who compares the id kept under the key: the second goes to a plain map of its stripe.
 * The hash is seeded per table, so that nobody can prepare ids that collide.
 *
 * <p>One thread writes, any number read; stripes are guarded by {@link StampedLock}, which keeps
 * nothing per thread. On heap, 21 to 43 bytes an id.
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
    final StampedLock lock = new StampedLock();
    final LongLongHashMap keys = new LongLongHashMap();
    final Map<String, Long> others = new HashMap<>();
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
    long stamp = stripe.lock.readLock();
    try {
      return find(stripe, hash, id);
    } finally {
      stripe.lock.unlockRead(stamp);
    }
  }

  private long find(Stripe stripe, long hash, byte[] id) {
    long key = stripe.keys.getOrDefault(hash, MetadataStore.NO_KEY);
    if (key == MetadataStore.NO_KEY || check.belongs(key, id)) {
      if (key != MetadataStore.NO_KEY || stripe.others.isEmpty()) {
        return key;
      }
    }
    Long other =
        stripe.others.isEmpty() ? null : stripe.others.get(new String(id, StandardCharsets.UTF_8));
    return other == null ? MetadataStore.NO_KEY : other;
  }

  /** Sets the key of an id; returns the one it had. Both keys must be known to the check. */
  long put(byte[] id, long key) {
    long hash = hash(id);
    Stripe stripe = stripe(hash);
    long stamp = stripe.lock.writeLock();
    try {
      long present = stripe.keys.getOrDefault(hash, MetadataStore.NO_KEY);
      if (present == MetadataStore.NO_KEY || check.belongs(present, id)) {
        String text =
            present == MetadataStore.NO_KEY && !stripe.others.isEmpty()
                ? new String(id, StandardCharsets.UTF_8)
                : null;
        if (text != null && stripe.others.containsKey(text)) {
          Long old = stripe.others.put(text, key);
          return old == null ? MetadataStore.NO_KEY : old;
        }
        stripe.keys.put(hash, key);
        return present;
      }
      Long old = stripe.others.put(new String(id, StandardCharsets.UTF_8), key);
      return old == null ? MetadataStore.NO_KEY : old;
    } finally {
      stripe.lock.unlockWrite(stamp);
    }
  }

  /** Removes an id. */
  void remove(byte[] id) {
    long hash = hash(id);
    Stripe stripe = stripe(hash);
    long stamp = stripe.lock.writeLock();
    try {
      long present = stripe.keys.getOrDefault(hash, MetadataStore.NO_KEY);
      if (present != MetadataStore.NO_KEY && check.belongs(present, id)) {
        stripe.keys.remove(hash);
      } else if (!stripe.others.isEmpty()) {
        stripe.others.remove(new String(id, StandardCharsets.UTF_8));
      }
    } finally {
      stripe.lock.unlockWrite(stamp);
    }
  }

  /** Removes everything. */
  void clear() {
    for (Stripe stripe : stripes) {
      long stamp = stripe.lock.writeLock();
      try {
        stripe.keys.release();
        stripe.others.clear();
      } finally {
        stripe.lock.unlockWrite(stamp);
      }
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
