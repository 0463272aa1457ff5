package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.flat.IndexFlatL2;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HnswFilterTest {
  private static final int N = 4000;
  private static final int D = 12;
  private static final int QUERIES = 60;
  private static final int K = 10;

  private static final IndexHNSWFlat GRAPH = new IndexHNSWFlat(D, 16);
  private static final IndexFlatL2 FLAT = new IndexFlatL2(D);
  private static float[] x = new float[0];
  private static Vectors queries = Vectors.of(new float[0], D);

  @BeforeAll
  static void build() {
    Random r = new Random(2);
    x = new float[N * D];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) r.nextGaussian();
    }
    float[] q = new float[QUERIES * D];
    for (int i = 0; i < q.length; i++) {
      // Queries lie to one side, so that "far" selectors are far from all of them.
      q[i] = (float) r.nextGaussian() * 0.5f + (i % D == 0 ? 1 : 0);
    }
    queries = Vectors.of(q, D);
    GRAPH.add(x);
    FLAT.add(x);
  }

  @AfterAll
  static void close() {
    GRAPH.close();
    FLAT.close();
  }

  private static List<BitSet> selections() {
    Random r = new Random(3);
    List<BitSet> all = new ArrayList<>();
    for (double share : new double[] {0.0005, 0.001, 0.01, 0.1, 0.3, 0.6, 1}) {
      BitSet random = new BitSet();
      BitSet near = new BitSet();
      BitSet far = new BitSet();
      int wanted = Math.max(1, (int) (share * N));
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < N; i++) {
        order.add(i);
      }
      order.sort((a, b) -> Float.compare(x[a * D], x[b * D]));
      for (int i = 0; i < wanted; i++) {
        random.set(r.nextInt(N));
        far.set(order.get(i));
        near.set(order.get(N - 1 - i));
      }
      all.addAll(List.of(random, near, far));
    }
    return all;
  }

  private static SearchParameters with(String strategy, IDSelector selector) {
    return SearchParameters.builder()
        .efSearch(60)
        .set(SearchKey.FILTER_STRATEGY, strategy)
        .selector(selector)
        .build();
  }

  @Test
  void findsKMembersWhateverPasses() {
    for (BitSet pass : selections()) {
      IDSelector selector = id -> pass.get((int) id);
      KnnResult truth = FLAT.search(queries, K, SearchParameters.of(selector));
      for (String strategy : new String[] {"auto", "scan"}) {
        KnnResult found = GRAPH.search(queries, K, with(strategy, selector));
        int hits = 0;
        int all = 0;
        for (int q = 0; q < QUERIES; q++) {
          assertThat(found.count(q)).isEqualTo(Math.min(K, pass.cardinality()));
          all += truth.count(q);
          for (int i = 0; i < found.count(q); i++) {
            assertThat(pass.get((int) found.id(q, i))).isTrue();
            for (int j = 0; j < truth.count(q); j++) {
              hits += found.id(q, i) == truth.id(q, j) ? 1 : 0;
            }
          }
        }
        assertThat((double) hits / all)
            .as(strategy + " with " + pass.cardinality())
            .isGreaterThanOrEqualTo(strategy.equals("scan") ? 1 : 0.95);
      }
    }
  }

  @Test
  void asksAtMostOncePerId() {
    for (BitSet pass : selections()) {
      for (String strategy : new String[] {"auto", "graph", "scan", "faiss"}) {
        Set<Long> asked = new HashSet<>();
        IDSelector selector =
            id -> {
              assertThat(asked.add(id)).as("id %d asked again", id).isTrue();
              return pass.get((int) id);
            };
        GRAPH.search(queries.slice(0, 1), K, with(strategy, selector));
      }
    }
  }

  @Test
  void saysWhichStrategyRan() {
    HnswStatistics s = new HnswStatistics();
    KnnResult out = new KnnResult();
    GRAPH.searchInto(queries, K, with("auto", id -> true), out, s);
    assertThat(s.ranBy(FilterStrategy.GRAPH)).isEqualTo(QUERIES);
    assertThat(s.distances()).isPositive();
    assertThat(s.hops()).isPositive();
    assertThat(s.asked()).isPositive();
    s.reset();
    GRAPH.searchInto(queries, K, with("auto", new IDSelectorRange(5, 9)), out, s);
    assertThat(s.ranBy(FilterStrategy.SCAN)).isEqualTo(QUERIES);
    assertThat(s.asked()).isEqualTo(4L * QUERIES);
    assertThat(out.count(0)).isEqualTo(4);
    s.reset();
    GRAPH.searchInto(queries, K, with("faiss", id -> id == 3), out, s);
    assertThat(s.ranBy(FilterStrategy.FAISS)).isEqualTo(QUERIES);
    assertThatThrownBy(() -> GRAPH.search(queries, K, with("quick", id -> true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quick");
  }

  @Test
  void nothingPasses() {
    for (String strategy : new String[] {"auto", "graph", "scan", "faiss"}) {
      KnnResult r = GRAPH.search(queries, K, with(strategy, id -> false));
      for (int q = 0; q < QUERIES; q++) {
        assertThat(r.count(q)).isZero();
      }
    }
  }
}
