package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.memory.MemoryBlock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexReplicasTest {
  private static final int D = 6;
  private final float[] x = gaussian(1, 300);
  private final float[] queries = gaussian(2, 11);

  private static float[] gaussian(long seed, int n) {
    Random r = new Random(seed);
    float[] out = new float[n * D];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) r.nextGaussian();
    }
    return out;
  }

  private static List<Index> three(String factory) {
    return List.of(
        IndexFactory.create(D, factory),
        IndexFactory.create(D, factory),
        IndexFactory.create(D, factory));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "SQ8", "IDMap,Flat"})
  void threeAnswerAsOne(String factory) {
    long before = MemoryBlock.allocatedBytes();
    try (IndexReplicas index = new IndexReplicas(three(factory));
        Index one = IndexFactory.create(D, factory)) {
      long[] ids = new long[300];
      java.util.Arrays.setAll(ids, i -> 3L * i);
      for (Index i : List.of(index, one)) {
        i.train(x);
        if (factory.startsWith("IDMap")) {
          i.addWithIds(x, ids);
        } else {
          i.add(x);
        }
        i.removeIds(new IDSelectorRange(10, 40));
      }
      assertThat(index.ntotal()).isEqualTo(one.ntotal());
      // One query, fewer than replicas, and a number that three does not divide.
      for (int nq : new int[] {1, 2, 11}) {
        Vectors q = Vectors.of(queries, D).slice(0, nq);
        KnnResult expected = one.search(q, 400, SearchParameters.NONE);
        KnnResult got = index.search(q, 400, SearchParameters.NONE);
        assertThat(got.labels()).isEqualTo(expected.labels());
        assertThat(got.distances()).isEqualTo(expected.distances());
        assertThat(got.count(nq - 1)).isEqualTo(expected.count(nq - 1));
        assertThat(index.rangeSearch(q, 3f, SearchParameters.NONE).ids())
            .isEqualTo(one.rangeSearch(q, 3f, SearchParameters.NONE).ids());
      }
      try (Index copy = index.copy()) {
        assertThat(copy.search(queries, 3).labels()).isEqualTo(one.search(queries, 3).labels());
      }
      index.reset();
      assertThat(index.ntotal()).isZero();
    }
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
  }

  @Test
  void anAdditionStoppedHalfWayLeavesNoTrace() {
    long before = MemoryBlock.allocatedBytes();
    try (IndexReplicas index = new IndexReplicas(three("Flat"))) {
      index.add(x);
      AtomicInteger reports = new AtomicInteger();
      // Stops in the second replica: each reports at least once.
      ProgressListener stop = (phase, done, total) -> reports.incrementAndGet() < 2;
      assertThatThrownBy(() -> index.add(Vectors.of(queries, D), stop))
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("stopped by its listener during add");
      assertThat(reports).hasValue(2);
      assertThat(index.ntotal()).isEqualTo(300);
      for (Index r : index.replicas()) {
        assertThat(r.ntotal()).isEqualTo(300);
      }
      index.add(queries);
      assertThat(index.search(queries, 1).id(4, 0)).isEqualTo(304);
    }
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
  }

  @Test
  void replicasThatDifferAreRefused() {
    try (Index a = IndexFactory.create(D, "Flat");
        Index b = IndexFactory.create(D, "Flat", MetricType.INNER_PRODUCT);
        Index c = IndexFactory.create(D, "Flat")) {
      c.add(x);
      assertThatIllegalArgumentException().isThrownBy(() -> new IndexReplicas(List.of(a, b)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new IndexReplicas(List.of(a, c)))
          .withMessageContaining("300");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new IndexReplicas(List.of()))
          .withMessageContaining("got 0");
    }
  }
}
