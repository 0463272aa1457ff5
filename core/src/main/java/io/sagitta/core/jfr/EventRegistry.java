package io.sagitta.core.jfr;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;

/**
 * Makes Sagitta's events known to Flight Recorder, without delaying a program's first answers.
 *
 * <p>An event class that registers itself starts Flight Recorder's machinery when it is first used,
 * recorded or not: some 120 classes, about half of the time in which a mapped index file is opened
 * in a fresh JVM. So the events are {@code @Registered(false)} and registered here: at once where a
 * recording runs when the first event could begin ({@code -XX:StartFlightRecording}, a recording
 * made before), otherwise by a daemon thread that lives for {@link #DELAY_NANOS} and the
 * registration. Until then a recording started in between misses them; {@link #registerNow} ends
 * that.
 *
 * <p>Whether a recording runs is told by the recorder's thread: every call that would ask Flight
 * Recorder itself starts it.
 *
 * <p>Safe for all threads.
 */
public final class EventRegistry {
  /** Long after the first answer, soon enough for a person who starts a recording. */
  static final long DELAY_NANOS = 2_000_000_000L;

  private static final String RECORDER_THREAD = "JFR Recorder Thread";

  private static final List<Class<? extends Event>> EVENTS =
      List.of(OpenEvent.class, SearchEvent.class, AddEvent.class, TrainEvent.class);

  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private EventRegistry() {}

  /** Called by each event class when it is first used. */
  static void registerSoon() {
    if (BEGUN.get() || !BEGUN.compareAndSet(false, true)) {
      return;
    }
    if (isRecorderRunning()) {
      registerNow();
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("sagitta-flight-recorder-events")
        .start(
            () -> {
              long until = System.nanoTime() + DELAY_NANOS;
              for (long left = DELAY_NANOS; left > 0; left = until - System.nanoTime()) {
                LockSupport.parkNanos(left);
              }
              registerNow();
            });
  }

  /** Registers all events; does nothing for those that are registered. */
  public static void registerNow() {
    for (Class<? extends Event> e : EVENTS) {
      FlightRecorder.register(e);
    }
  }

  private static boolean isRecorderRunning() {
    ThreadGroup top = Thread.currentThread().getThreadGroup();
    if (top == null) {
      return false;
    }
    while (top.getParent() != null) {
      top = top.getParent();
    }
    Thread[] threads = new Thread[top.activeCount() + 16];
    int n = top.enumerate(threads);
    return Arrays.stream(threads, 0, n).anyMatch(t -> t.getName().equals(RECORDER_THREAD));
  }
}
