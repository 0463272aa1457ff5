package io.sagitta.core.jfr;

import io.sagitta.core.KnnResult;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One call of {@code search}. Nothing is allocated while the event is off. */
@Name("io.sagitta.Search")
@Label("Vector search")
@Category("Sagitta")
@Registered(false)
@StackTrace(false)
public final class SearchEvent extends Event {
  /** Asked whether anybody records, so that asking makes no object. */
  private static final SearchEvent PROBE = new SearchEvent();

  static {
    EventRegistry.registerSoon();
  }

  @Label("Index class")
  String index = "";

  @Label("Queries")
  long queries;

  @Label("k")
  int k;

  @Label("Vectors in the index")
  long ntotal;

  /** A started event, or null while nobody records it. */
  public static @Nullable SearchEvent start() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    SearchEvent e = new SearchEvent();
    e.begin();
    return e;
  }

  @Label("Vectors compared with a query")
  long visited;

  @Label("Bytes of codes read")
  @DataAmount
  long visitedBytes;

  /** Ends and records the event. */
  public void finish(String indexClass, KnnResult result, long total) {
    end();
    if (shouldCommit()) {
      index = indexClass;
      queries = result.nq();
      k = result.k();
      ntotal = total;
      visited = result.visited();
      visitedBytes = result.visitedBytes();
      commit();
    }
  }
}
