package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.IDSelectorBitmap;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.flat.IndexFlatL2;
import java.util.ArrayList;
import java.util.Arrays;
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
      for (String strategy : new String[] {"auto", "walk", "scan"}) {
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
      for (String strategy : new String[] {"auto", "graph", "walk", "scan", "faiss"}) {
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

  /**
   * A predicate that lets few pass costs a scan that asks about each id, and no traversal before.
   */
  @Test
  void rarePredicatesAreScannedAtOnce() {
    HnswStatistics s = new HnswStatistics();
    KnnResult out = new KnnResult();
    GRAPH.searchInto(queries, K, with("auto", id -> id % 100 == 7), out, s);
    assertThat(s.ranBy(FilterStrategy.SCAN)).isEqualTo(QUERIES);
    assertThat(s.asked()).isEqualTo((long) N * QUERIES);
    HnswStatistics scan = new HnswStatistics();
    GRAPH.searchInto(queries, K, with("scan", id -> id % 100 == 7), out, scan);
    assertThat(s.distances()).isEqualTo(scan.distances());
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
    assertThat(s.asked()).as("a range says which ids are its members").isZero();
    assertThat(out.count(0)).isEqualTo(4);
    s.reset();
    GRAPH.searchInto(queries, K, with("scan", id -> id >= 5 && id < 9), out, s);
    assertThat(s.asked()).isEqualTo((long) N * QUERIES);
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
    for (String strategy : new String[] {"auto", "graph", "walk", "scan", "faiss"}) {
      KnnResult r = GRAPH.search(queries, K, with(strategy, id -> false));
      for (int q = 0; q < QUERIES; q++) {
        assertThat(r.count(q)).isZero();
      }
    }
  }

  /** A selector that lets half or more through may not narrow the search. */
  @Test
  void recallIsNotBelowTheUnfilteredSearch() {
    Random r = new Random(9);
    for (double share : new double[] {0.5, 0.8, 0.97, 1}) {
      BitSet pass = new BitSet();
      for (int i = 0; i < N; i++) {
        pass.set(i, r.nextDouble() < share);
      }
      for (int ef : new int[] {12, 20, 30, 45}) {
        SearchParameters plain = SearchParameters.builder().efSearch(ef).build();
        double unfiltered =
            recall(GRAPH.search(queries, K, plain), FLAT.search(queries, K, SearchParameters.NONE));
        IDSelector selector = id -> pass.get((int) id);
        SearchParameters filtered =
            SearchParameters.builder().efSearch(ef).selector(selector).build();
        double found =
            recall(
                GRAPH.search(queries, K, filtered),
                FLAT.search(queries, K, SearchParameters.of(selector)));
        assertThat(found).as("share %s, efSearch %d", share, ef).isGreaterThanOrEqualTo(unfiltered);
      }
    }
  }

  @Test
  void everySelectorThatKnowsItsMembersScansThemAlone() {
    long[] ids = {3, 70, 71, 3999, 5000, -2};
    byte[] bits = new byte[700];
    for (int id : new int[] {3, 70, 71, 3999, 5000}) {
      bits[id >> 3] |= (byte) (1 << (id & 7));
    }
    for (IDSelector selector :
        List.of(new IDSelectorArray(ids), new IDSelectorBatch(ids), new IDSelectorBitmap(bits))) {
      HnswStatistics s = new HnswStatistics();
      KnnResult out = new KnnResult();
      GRAPH.searchInto(queries, K, with("scan", selector), out, s);
      assertThat(out.count(0)).isEqualTo(4);
      assertThat(s.asked()).isZero();
      assertThat(Arrays.stream(out.labels()).limit(4).sorted())
          .containsExactly(3L, 70L, 71L, 3999L);
    }
    KnnResult none = GRAPH.search(queries, K, with("scan", new IDSelectorArray()));
    assertThat(none.count(0)).isZero();
  }

  /** A count of members that can be had up front decides for the scan before the graph is read. */
  @Test
  void fewKnownMembersAreScannedAtOnce() {
    BitSet pass = new BitSet();
    for (int i = 0; i < N; i += 3) {
      pass.set(i);
    }
    byte[] bits = pass.toByteArray();
    HnswStatistics s = new HnswStatistics();
    KnnResult out = new KnnResult();
    GRAPH.searchInto(queries, K, with("auto", new IDSelectorBitmap(bits)), out, s);
    assertThat(s.ranBy(FilterStrategy.SCAN)).isEqualTo(QUERIES);
    long scanned = s.distances();
    s.reset();
    GRAPH.searchInto(queries, K, with("scan", new IDSelectorBitmap(bits)), out, s);
    assertThat(scanned).isEqualTo(s.distances());
    s.reset();
    GRAPH.searchInto(queries, K, with("auto", new IDSelectorRange(0, N)), out, s);
    assertThat(s.ranBy(FilterStrategy.GRAPH)).isEqualTo(QUERIES);
  }

  /** Members on the other side, together or as a shell: found by walks, or by the scan. */
  @Test
  void membersFarFromTheQuery() {
    int n = 60_000;
    int d = 6;
    Random r = new Random(4);
    float[] many = new float[n * d];
    for (int i = 0; i < many.length; i++) {
      many[i] = (float) r.nextGaussian();
    }
    Integer[] byFirst = new Integer[n];
    Integer[] byNorm = new Integer[n];
    double[] norms = new double[n];
    for (int i = 0; i < n; i++) {
      byFirst[i] = i;
      byNorm[i] = i;
      for (int j = 0; j < d; j++) {
        norms[i] += many[i * d + j] * many[i * d + j];
      }
    }
    Arrays.sort(byFirst, (a, b) -> Float.compare(many[b * d], many[a * d]));
    Arrays.sort(byNorm, (a, b) -> Double.compare(norms[b], norms[a]));
    BitSet side = new BitSet();
    BitSet shell = new BitSet();
    for (int i = 0; i < n / 2; i++) {
      side.set(byFirst[i]);
      shell.set(byNorm[i]);
    }
    float[] q = new float[40 * d];
    for (int i = 0; i < q.length; i++) {
      q[i] = (float) r.nextGaussian() * 0.05f;
    }
    float[] left = q.clone();
    for (int i = 0; i < left.length; i += d) {
      left[i] -= 2.5f;
    }
    try (IndexHNSWFlat graph = new IndexHNSWFlat(d, 12);
        IndexFlatL2 flat = new IndexFlatL2(d)) {
      graph.setEfConstruction(24);
      graph.add(many);
      flat.add(many);
      HnswStatistics fromTheLeft = far(graph, flat, Vectors.of(left, d), side);
      assertThat(fromTheLeft.ranBy(FilterStrategy.WALK)).isGreaterThan(4);
      far(graph, flat, Vectors.of(q, d), shell);
    }
  }

  private static HnswStatistics far(Index graph, Index flat, Vectors x, BitSet pass) {
    KnnResult out = new KnnResult();
    HnswStatistics s = new HnswStatistics();
    Set<Long> asked = new HashSet<>();
    for (long i = 0; i < x.n(); i++) {
      asked.clear();
      SearchParameters once =
          SearchParameters.builder()
              .efSearch(16)
              .selector(
                  id -> {
                    assertThat(asked.add(id)).as("id %d asked again", id).isTrue();
                    return pass.get((int) id);
                  })
              .build();
      ((IndexHNSW) graph).searchInto(x.slice(i, 1), K, once, out, s);
      Set<Long> distinct = new HashSet<>();
      for (int j = 0; j < out.count(0); j++) {
        assertThat(distinct.add(out.id(0, j))).isTrue();
      }
    }
    SearchParameters p =
        SearchParameters.builder().efSearch(16).selector(id -> pass.get((int) id)).build();
    SearchParameters exact = SearchParameters.of(id -> pass.get((int) id));
    assertThat(recall(graph.search(x, K, p), flat.search(x, K, exact)))
        .isGreaterThanOrEqualTo(0.95);
    return s;
  }

  private static double recall(KnnResult found, KnnResult truth) {
    int hits = 0;
    int all = 0;
    for (int q = 0; q < truth.labels().length / K; q++) {
      all += truth.count(q);
      for (int i = 0; i < found.count(q); i++) {
        for (int j = 0; j < truth.count(q); j++) {
          hits += found.id(q, i) == truth.id(q, j) ? 1 : 0;
        }
      }
    }
    return (double) hits / all;
  }
}
