package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.random.RandomData;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A search of one query into a result that is there allocates nothing once it is warm: flat codes,
 * and everything wrapped around them.
 */
@Tag("simd")
class WarmSearchTest {
  private static final int D = 64;
  private static final int ROUNDS = 4_000;
  private static final int SEARCHES = 20;

  private static Index filled(String factory, MetricType metric) {
    Index index = IndexFactory.create(D, factory, metric);
    Vectors x = Vectors.of(RandomData.normal(1_000 * D, 3), D);
    index.train(x);
    if (factory.startsWith("IDMap")) {
      long[] ids = new long[1_000];
      java.util.Arrays.setAll(ids, i -> 3L * i);
      index.addWithIds(x, ids);
    } else {
      index.add(x);
    }
    return index;
  }

  private static void check(Index index, SearchParameters p) {
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Vectors[] queries = new Vectors[8];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = Vectors.one(RandomData.normal(D, 70 + i));
    }
    KnnResult out = new KnnResult();
    long least = Long.MAX_VALUE;
    // The compiler comes to the last level in its own time: it is given some 80,000 searches.
    for (int round = 0; round < ROUNDS && least > 0; round++) {
      long before = bean.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < SEARCHES; i++) {
        index.searchInto(queries[i & 7], 10, p, out);
      }
      least = Math.min(least, bean.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).as("bytes of %d searches", SEARCHES).isZero();
    assertThat(out.count(0)).isPositive();
  }

  static List<Object[]> cases() {
    List<Object[]> cases = new ArrayList<>();
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      for (String factory :
          new String[] {
            "SQ8",
            "SQ6",
            "SQ4",
            "SQfp16",
            "SQbf16",
            "PQ16np",
            "PQ8np",
            "PQ4np",
            "PQ16x4np",
            "PQ8x6np",
            "PQ4x4fs",
            "RaBitQ",
            "RaBitQ4",
            "RaBitQfs",
            "SQ8,RFlat",
            "PQ8np,RFlat",
            "SQ4,Refine(SQ8)",
            "PCA16,Flat",
            "PCA32,SQ8",
            "OPQ8,PQ8np",
            "RR,SQ4",
            "HR,SQ8",
            "L2norm,SQ8",
            "ITQ,SQ8",
            "Pad80,SQ8",
            "IDMap,SQ8",
            "IDMap2,PQ8np",
            "IDMap,PCA16,SQ8"
          }) {
        cases.add(new Object[] {factory, metric});
      }
      cases.add(
          new Object[] {metric == MetricType.L2 ? "FlatL2Panorama4" : "FlatIPPanorama4", metric});
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allocatesNothing(String factory, MetricType metric) {
    try (Index index = filled(factory, metric)) {
      check(index, SearchParameters.NONE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void comparingCodesAllocatesNothing(int type) {
    try (Index index = filled("PQ8np", MetricType.L2)) {
      check(index, SearchParameters.parse("search_type=" + type + ",polysemous_ht=28"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQ8", "PQ8np"})
  void shardsAndReplicasAllocateNothing(String factory) {
    Vectors x = Vectors.of(RandomData.normal(1_000 * D, 3), D);
    for (boolean shards : new boolean[] {true, false}) {
      List<Index> two = List.of(IndexFactory.create(D, factory), IndexFactory.create(D, factory));
      try (Index index = shards ? new IndexShards(two, true) : new IndexReplicas(two)) {
        index.train(x);
        index.add(x);
        check(index, SearchParameters.NONE);
      }
    }
  }
}
