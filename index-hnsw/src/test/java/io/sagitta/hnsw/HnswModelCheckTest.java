package io.sagitta.hnsw;

import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * Lincheck's model checker over the protocol of {@link OwnedGraph}: adds, removals and searches of
 * a graph with M = 2, switched between at every shared access (up to a bound on the number of
 * interleavings), must give answers that some sequential order of the same calls gives. Writers
 * exclude each other by a lock, so they run in one thread here; what is checked is a reader against
 * a writer. Two writers are checked by {@link HnswTwoWritersTest}.
 */
@Param(name = "value", gen = IntGen.class, conf = "0:9")
public class HnswModelCheckTest {
  private final IndexHNSWFlat index = new IndexHNSWFlat(2, 2);

  private static float[] vector(int value) {
    return new float[] {value, value * value % 7};
  }

  /** Adds a vector. */
  @Operation(nonParallelGroup = "writer")
  public void add(@Param(name = "value") int value) {
    index.add(vector(value));
  }

  /** Removes the first vector; how many were removed. */
  @Operation(nonParallelGroup = "writer")
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

  @Test
  void everyInterleavingIsSomeSequence() {
    new ModelCheckingOptions()
        .hangingDetectionThreshold(10_000)
        .addGuarantee(
            ManagedStrategyGuaranteeKt.forClasses("io.sagitta.core.random.FaissRandom")
                .allMethods()
                .ignore())
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(5)
        .actorsAfter(1)
        .iterations(3)
        .invocationsPerIteration(100)
        .minimizeFailedScenario(false)
        .check(HnswModelCheckTest.class);
  }
}
