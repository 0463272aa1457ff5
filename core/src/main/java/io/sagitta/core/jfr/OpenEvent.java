package io.sagitta.core.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One index file read or mapped. Nothing is allocated while the event is off. */
@Name("io.sagitta.Open")
@Label("Index file opened")
@Category("Sagitta")
@Registered(false)
@StackTrace(false)
public final class OpenEvent extends Event {
  /** Asked whether anybody records, so that asking makes no object. */
  private static final OpenEvent PROBE = new OpenEvent();

  static {
    EventRegistry.registerSoon();
  }

  @Label("File")
  String file = "";

  @Label("Index class")
  String index = "";

  @Label("Vectors")
  long vectors;

  @Label("Bytes of the file that were parsed")
  @DataAmount
  long bytes;

  @Label("Mapped instead of copied")
  boolean mapped;

  /** A started event, or null while nobody records it. */
  public static @Nullable OpenEvent start() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    OpenEvent e = new OpenEvent();
    e.begin();
    return e;
  }

  /** Ends and records the event. */
  public void finish(String path, String indexClass, long ntotal, long parsed, boolean isMapped) {
    end();
    if (shouldCommit()) {
      file = path;
      index = indexClass;
      vectors = ntotal;
      bytes = parsed;
      mapped = isMapped;
      commit();
    }
  }
}
