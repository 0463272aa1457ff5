package io.sagitta.core.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One call of {@code train}. Nothing is allocated while the event is off. */
@Name("io.sagitta.Train")
@Label("Vectors trained")
@Category("Sagitta")
@StackTrace(false)
public final class TrainEvent extends Event {
  private static final EventType TYPE = EventType.getEventType(TrainEvent.class);

  @Label("Index class")
  String index = "";

  @Label("Vectors")
  long vectors;

  @Label("Bytes of the vectors")
  long bytes;

  /** A started event, or null while nobody records it. */
  public static @Nullable TrainEvent start() {
    if (!TYPE.isEnabled()) {
      return null;
    }
    TrainEvent e = new TrainEvent();
    e.begin();
    return e;
  }

  /** Ends and records the event. */
  public void finish(String indexClass, long n, int d) {
    end();
    if (shouldCommit()) {
      index = indexClass;
      vectors = n;
      bytes = n * d * 4;
      commit();
    }
  }
}
