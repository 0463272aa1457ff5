package io.sagitta.storage.engine;

import io.sagitta.storage.StorageOperationError;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the operations that are running, and closes: new ones are refused from then on, and
 * closing returns when the last one has left. An operation may enter again within itself.
 */
final class OperationGate {
  private final String name;
  private final AtomicInteger running = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();
  private volatile boolean closed;

  OperationGate(String name) {
    this.name = name;
  }

  /** Begins an operation, to be ended by {@link #leave} in a finally block. */
  void enter() {
    running.incrementAndGet();
    if (closed) {
      leave();
      throw new StorageOperationError(name + " is closed");
    }
  }

  void leave() {
    if (running.decrementAndGet() == 0 && closed) {
      lock.lock();
      try {
        empty.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Closes; returns whether this call was the one that did. */
  boolean close() {
    lock.lock();
    try {
      boolean first = !closed;
      closed = true;
      while (running.get() > 0) {
        empty.awaitUninterruptibly();
      }
      return first;
    } finally {
      lock.unlock();
    }
  }
}
