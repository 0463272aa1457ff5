package io.sagitta.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.concurrent.VersionedState.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VersionedStateTest {
  /** A thing in memory that can be freed: a read of it afterwards is seen. */
  private static final class Thing {
    final int number;
    final AtomicInteger freed = new AtomicInteger();
    // Not volatile: only publication may make it visible.
    int payload;

    Thing(int number) {
      this.number = number;
      payload = ~number;
    }
  }

  /** Holds, releases and publishes in any order, against a model of what may be freed when. */
  @Property
  void freesWhenNobodyCanSeeAnyMore(@ForAll long seed) {
    Random r = new Random(seed);
    List<Thing> things = new ArrayList<>();
    things.add(new Thing(0));
    VersionedState<Thing> state = new VersionedState<>("Test", things.getFirst());
    List<Version<Thing>> held = new ArrayList<>();
    for (int step = 0; step < 200; step++) {
      switch (r.nextInt(3)) {
        case 0 -> held.add(state.pin());
        case 1 -> {
          if (!held.isEmpty()) {
            state.unpin(held.remove(r.nextInt(held.size())));
          }
        }
        default -> {
          Thing old = state.current();
          Thing next = new Thing(things.size());
          things.add(next);
          state.publish(next, old.freed::incrementAndGet);
        }
      }
      int oldest = things.size() - 1;
      for (Version<Thing> v : held) {
        oldest = Math.min(oldest, v.value().number);
      }
      for (Thing t : things) {
        assertThat(t.freed.get()).as("thing %d", t.number).isEqualTo(t.number < oldest ? 1 : 0);
      }
    }
    Thing last = state.current();
    state.close(last.freed::incrementAndGet);
    assertThatThrownBy(state::acquire)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Test is closed");
    for (Version<Thing> v : held) {
      assertThat(v.value().freed.get()).isZero();
    }
    held.forEach(state::unpin);
    for (Thing t : things) {
      assertThat(t.freed.get()).isEqualTo(1);
    }
  }

  /** Readers, holders of snapshots, a writer and in the end a close, all at once. */
  @Test
  void nobodySeesAnythingFreedOrHalfWritten() throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      List<Thing> things = new ArrayList<>();
      things.add(new Thing(0));
      VersionedState<Thing> state = new VersionedState<>("Test", things.getFirst());
      AtomicReference<String> fault = new AtomicReference<>();
      CountDownLatch ready = new CountDownLatch(3);
      List<Thread> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        boolean snapshots = i == 2;
        readers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      ready.countDown();
                      int last = 0;
                      while (true) {
                        Version<Thing> v;
                        try {
                          v = snapshots ? state.pin() : state.acquire();
                        } catch (IllegalStateException closed) {
                          return;
                        }
                        Thing t = v.value();
                        for (int n = 0; n < 5; n++) {
                          if (t.freed.get() != 0 || t.payload != ~t.number || t.number < last) {
                            fault.compareAndSet(null, "thing " + t.number + " after " + last);
                          }
                          Thread.onSpinWait();
                        }
                        last = t.number;
                        if (snapshots) {
                          state.unpin(v);
                        } else {
                          state.release(v);
                        }
                      }
                    }));
      }
      ready.await();
      for (int i = 1; i <= 2_000; i++) {
        Thing old = state.current();
        Thing next = new Thing(i);
        things.add(next);
        state.publish(next, old.freed::incrementAndGet);
      }
      Thing last = state.current();
      state.close(last.freed::incrementAndGet);
      for (Thread t : readers) {
        t.join();
      }
      assertThat(fault.get()).isNull();
      for (Thing t : things) {
        assertThat(t.freed.get()).as("thing %d", t.number).isEqualTo(1);
      }
    }
  }
}
