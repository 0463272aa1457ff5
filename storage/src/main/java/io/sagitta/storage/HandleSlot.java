package io.sagitta.storage;

import java.time.Duration;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;

/** A place in a pool: what Commons Pool hands out and takes back. */
final class HandleSlot {
  private final long made = System.nanoTime();

  /** Time since it was made. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - made);
  }

  /** Makes places, and lets them grow old. */
  static final class Factory extends BasePooledObjectFactory<HandleSlot> {
    private final Duration maxLifetime;

    Factory(Duration maxLifetime) {
      this.maxLifetime = maxLifetime;
    }

    @Override
    public HandleSlot create() {
      return new HandleSlot();
    }

    @Override
    public PooledObject<HandleSlot> wrap(HandleSlot slot) {
      return new DefaultPooledObject<>(slot);
    }

    @Override
    public boolean validateObject(PooledObject<HandleSlot> slot) {
      return slot.getObject().age().compareTo(maxLifetime) <= 0;
    }
  }
}
