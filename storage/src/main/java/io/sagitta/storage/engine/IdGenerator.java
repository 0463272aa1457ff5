package io.sagitta.storage.engine;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, 12 bits that count within one, 62 random
 * bits. The ids of one generator ascend, also within a millisecond and when the clock steps back.
 *
 * <p>The random bits come from a fast generator that is seeded securely: ids are unique, not
 * secret. Safe for all threads.
 */
final class IdGenerator {
  private static final int COUNTER_MAX = 0xFFF;

  private final ReentrantLock lock = new ReentrantLock();
  private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
  private long millis;
  private int counter;

  /** The next id in its usual form of 36 characters. */
  String next() {
    long high;
    long low;
    lock.lock();
    try {
      long now = System.currentTimeMillis();
      if (now > millis) {
        millis = now;
        counter = random.nextInt(256);
      } else if (++counter > COUNTER_MAX) {
        millis++;
        counter = 0;
      }
      high = (millis << 16) | 0x7000 | counter;
      low = (random.nextLong() >>> 2) | 0x8000000000000000L;
    } finally {
      lock.unlock();
    }
    HexFormat hex = HexFormat.of();
    StringBuilder text = new StringBuilder(36);
    text.append(hex.toHexDigits((int) (high >>> 32))).append('-');
    text.append(hex.toHexDigits((short) (high >>> 16))).append('-');
    text.append(hex.toHexDigits((short) high)).append('-');
    text.append(hex.toHexDigits((short) (low >>> 48))).append('-');
    text.append(hex.toHexDigits(low), 4, 16);
    return text.toString();
  }
}
