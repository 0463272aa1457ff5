package io.sagitta.core.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One call of {@code add}. Nothing is allocated while the event is off. */
@Name("io.sagitta.Add")
@Label("Vectors added")
@Category("Sagitta")
@Registered(false)
@StackTrace(false)
public final class AddEvent extends Event {
  /** Asked whether anybody records, so that asking makes no object. */
  private static final AddEvent PROBE = new AddEvent();

  static {
    EventRegistry.registerSoon();
  }

  @Label("Index class")
  String index = "";

  @Label("Vectors")
  long vectors;

  @Label("Bytes of the vectors")
  long bytes;

  /** A started event, or null while nobody records it. */
  public static @Nullable AddEvent start() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    AddEvent e = new AddEvent();
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
