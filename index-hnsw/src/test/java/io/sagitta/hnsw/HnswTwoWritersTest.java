package io.sagitta.hnsw;

import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two writers and a reader of one graph at once, on real threads: Lincheck draws scenarios of adds,
 * removals and searches, runs each many times, and looks for a sequential order of the same calls
 * that explains every answer. Its model checker cannot do this ({@link HnswModelCheckTest}): it
 * takes the spinning of {@link java.util.concurrent.locks.ReentrantLock} for a hanging thread.
 *
 * <p>Answers hold distances in full, so an answer that mixes two states, a lost add and a removal
 * of a vector that was never published have no sequential order.
 */
@Param(name = "value", gen = IntGen.class, conf = "0:9")
public class HnswTwoWritersTest {
  private final IndexHNSWFlat index = new IndexHNSWFlat(2, 2);

  private static float[] vector(int value) {
    return new float[] {value, value * value % 7};
  }

  /** Adds a vector. */
  @Operation
  public void add(@Param(name = "value") int value) {
    index.add(vector(value));
  }

  /** Removes the first vector; how many were removed. */
  @Operation
  public long removeFirst() {
    return index.removeIds(id -> id == 0);
  }

  /** The three nearest: ids and distances. */
  @Operation
  public String search(@Param(name = "value") int value) {
    KnnResult out = new KnnResult();
    index.searchInto(Vectors.one(vector(value)), 3, SearchParameters.NONE, out);
    return Arrays.toString(out.labels()) + Arrays.toString(out.distances());
  }

  private static void check(int scenarios, int runs) {
    new StressOptions()
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(4)
        .actorsAfter(1)
        .iterations(scenarios)
        .invocationsPerIteration(runs)
        .minimizeFailedScenario(false)
        .check(HnswTwoWritersTest.class);
  }

  @Test
  void everyRunIsSomeSequence() {
    check(5, 1000);
  }

  @Test
  @Tag("long")
  void everyOneOfManyRunsIsSomeSequence() {
    check(50, 10_000);
  }
}
