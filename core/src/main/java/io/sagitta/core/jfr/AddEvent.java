package io.sagitta.core.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One call of {@code add}. */
@Name("io.sagitta.Add")
@Label("Vectors added")
@Category("Sagitta")
@StackTrace(false)
public final class AddEvent extends Event {
  @Label("Index class")
  String index = "";

  @Label("Vectors")
  long vectors;

  @Label("Bytes of the vectors")
  long bytes;

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
