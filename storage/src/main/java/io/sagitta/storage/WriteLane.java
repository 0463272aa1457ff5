package io.sagitta.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Runs writes one after the other on a thread of its own, which lives while there are some. */
final class WriteLane {
  private final ReentrantLock lock = new ReentrantLock();
  private List<Runnable> waiting = new ArrayList<>();
  private boolean running;
  private boolean closed;

  boolean offer(Runnable write) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      waiting.add(write);
      if (!running) {
        running = true;
        Thread.ofVirtual().name("sagitta-write-lane").start(this::drain);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void drain() {
    while (true) {
      List<Runnable> batch;
      lock.lock();
      try {
        if (waiting.isEmpty()) {
          running = false;
          return;
        }
        batch = waiting;
        waiting = new ArrayList<>();
      } finally {
        lock.unlock();
      }
      batch.forEach(Runnable::run);
    }
  }

  void close() {
    lock.lock();
    closed = true;
    lock.unlock();
  }
}
