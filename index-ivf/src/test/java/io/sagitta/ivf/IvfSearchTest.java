package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelector;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.flat.IndexFlatL2;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searching inverted files: batches, single queries, threads, filters, budgets, exact mode. */
class IvfSearchTest {
  private static SearchParameters nprobe(int n) {
    return SearchParameters.builder().nprobe(n).build();
  }

  private static KnnResult oneByOne(IndexIVF index, float[] q, int k, SearchParameters p) {
    int d = index.d();
    int nq = q.length / d;
    KnnResult all = new KnnResult(nq, k);
    for (int i = 0; i < nq; i++) {
      KnnResult one = index.search(Vectors.of(q, d).slice(i, 1), k, p);
      System.arraycopy(one.rawLabels(), 0, all.rawLabels(), i * k, k);
      System.arraycopy(one.rawDistances(), 0, all.rawDistances(), i * k, k);
      all.finish(i, one.count(0), index.metricType().worst());
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "L2, 7, 1",
    "L2, 16, 10",
    "L2, 33, 100",
    "INNER_PRODUCT, 7, 1",
    "INNER_PRODUCT, 32, 10",
    "INNER_PRODUCT, 5, 100"
  })
  void batchAndSingleAreTheNaiveRuleTiesIncluded(MetricType metric, int d, int k) {
    for (boolean whole : new boolean[] {false, true}) {
      float[] x = whole ? IvfData.whole(3000, d, 1) : IvfData.clustered(3000, d, 1);
      float[] q = whole ? IvfData.whole(90, d, 2) : IvfData.clustered(90, d, 2);
      try (IndexIVF index = IvfData.index("IVF20,Flat", d, metric, x)) {
        long[] expected = IvfData.naive(index, q, k, 6);
        KnnResult single = oneByOne(index, q, k, nprobe(6));
        assertThat(single.labels()).isEqualTo(expected);
        for (int threads = 1; threads <= 3; threads++) {
          KnnResult batch = Parallelism.of(threads).call(() -> index.search(q, k, nprobe(6)));
          assertThat(batch.labels()).isEqualTo(expected);
          assertThat(batch.distances()).isEqualTo(single.distances());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"IVF20,SQ8", "IVF20,SQ4", "IVF20,SQfp16", "IVF20,SQ0", "IVF20,PQ6x4", "IVF20,PQ8"})
  void codedListsAnswerAlikeInBatchAndOneByOne(String factory) {
    int d = 24;
    float[] x = IvfData.clustered(3000, d, 1);
    float[] q = IvfData.clustered(80, d, 2);
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      try (IndexIVF index = IvfData.index(factory, d, metric, x)) {
        KnnResult batch = index.search(q, 10, nprobe(5));
        KnnResult single = oneByOne(index, q, 10, nprobe(5));
        for (int i = 0; i < batch.nq(); i++) {
          for (int j = 0; j < 10; j++) {
            float a = batch.distance(i, j);
            float b = single.distance(i, j);
            assertThat(Math.abs(a - b)).isLessThanOrEqualTo(1e-5f * (Math.abs(a) + 100));
          }
        }
      }
    }
  }

  @Test
  void selectorsLetOnlyMembersIn() {
    int d = 16;
    float[] x = IvfData.clustered(2000, d, 1);
    float[] q = IvfData.clustered(70, d, 2);
    try (IndexIVF index = IvfData.index("IVF10,Flat", d, MetricType.L2, x)) {
      IDSelector odd = IDSelector.of(id -> id % 7 == 3);
      SearchParameters p = nprobe(4).toBuilder().selector(odd).build();
      KnnResult batch = index.search(q, 5, p);
      KnnResult single = oneByOne(index, q, 5, p);
      assertThat(batch.labels()).isEqualTo(single.labels());
      assertThat(Arrays.stream(batch.labels()).allMatch(id -> id % 7 == 3)).isTrue();
      // The same as searching an index that holds the members alone.
      index.removeIds(IDSelector.of(id -> id % 7 != 3));
      assertThat(index.search(q, 5, nprobe(4)).distances()).isEqualTo(batch.distances());
    }
  }

  @Test
  void exactModeIsTheFullSearchWithFewerLists() {
    int d = 4;
    float[] x = IvfData.clustered(4000, d, 1);
    float[] q = IvfData.clustered(50, d, 2);
    for (String factory : new String[] {"IVF50,Flat", "IVF50,SQ8"}) {
      for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
        try (IndexIVF index = IvfData.index(factory, d, metric, x)) {
          KnnResult full = oneByOne(index, q, 10, nprobe(50));
          KnnResult exact = new KnnResult();
          int[] lists = index.searchExact(Vectors.of(q, d), 10, SearchParameters.NONE, exact);
          for (int i = 0; i < 50; i++) {
            for (int j = 0; j < 10; j++) {
              assertThat(exact.distance(i, j))
                  .isCloseTo(full.distance(i, j), org.assertj.core.data.Offset.offset(1e-3f));
            }
          }
          if (factory.endsWith("Flat")) {
            assertThat(exact.labels()).isEqualTo(full.labels());
          }
          assertThat(Arrays.stream(lists).sum()).isLessThan(50 * 50);
          SearchParameters p = SearchParameters.builder().set(SearchKey.EXACT, true).build();
          assertThat(index.search(q, 10, p).labels()).isEqualTo(exact.labels());
        }
      }
    }
  }

  @Test
  void budgetCutsTheLastList() {
    int d = 8;
    float[] x = IvfData.clustered(1000, d, 1);
    try (IndexIVF index = IvfData.index("IVF10,Flat", d, MetricType.L2, x)) {
      float[] q = IvfData.clustered(1, d, 2);
      index.stats().reset();
      index.search(q, 3, SearchParameters.builder().nprobe(10).maxCodes(137).build());
      assertThat(index.stats().codes()).isEqualTo(137);
      index.stats().reset();
      SearchParameters ensure =
          SearchParameters.builder()
              .nprobe(10)
              .maxCodes(1)
              .set(SearchKey.ENSURE_TOPK_FULL, true)
              .build();
      KnnResult r = index.search(q, 300, ensure);
      assertThat(r.count(0)).isEqualTo(300);
    }
  }

  @Test
  void rangeSearchFindsWhatIsStrictlyInside() {
    int d = 8;
    float[] x = IvfData.clustered(2000, d, 1);
    float[] q = IvfData.clustered(30, d, 2);
    try (IndexIVF index = IvfData.index("IVF16,Flat", d, MetricType.L2, x)) {
      index.setNprobe(16);
      KnnResult all = index.search(q, 2000);
      float radius = all.distance(0, 40);
      RangeResult r = index.rangeSearch(Vectors.of(q, d), radius, SearchParameters.NONE);
      for (int i = 0; i < 30; i++) {
        long[] ids = Arrays.copyOfRange(r.ids(), (int) r.lims()[i], (int) r.lims()[i + 1]);
        int n = 0;
        while (n < all.count(i) && all.distance(i, n) < radius) {
          n++;
        }
        long[] expected = Arrays.copyOfRange(all.labels(), i * 2000, i * 2000 + n);
        Arrays.sort(ids);
        Arrays.sort(expected);
        assertThat(ids).isEqualTo(expected);
      }
      assertThat(r.count(0)).isEqualTo(40);
    }
  }

  @Test
  void preassignedListsAndPairs() {
    int d = 8;
    float[] x = IvfData.clustered(1000, d, 1);
    float[] q = IvfData.clustered(20, d, 2);
    try (IndexIVF index = IvfData.index("IVF10,Flat", d, MetricType.L2, x)) {
      KnnResult coarse = index.quantizer().search(q, 3);
      KnnResult out = new KnnResult();
      index.searchPreassigned(
          Vectors.of(q, d), 5, coarse.labels(), coarse.distances(), false, nprobe(1), out);
      assertThat(out.labels()).isEqualTo(index.search(q, 5, nprobe(3)).labels());
      KnnResult pairs = new KnnResult();
      index.searchPreassigned(
          Vectors.of(q, d), 5, coarse.labels(), coarse.distances(), true, nprobe(1), pairs);
      for (int i = 0; i < 20; i++) {
        long pair = pairs.id(i, 0);
        assertThat(index.listIds((int) (pair >>> 32))[(int) pair]).isEqualTo(out.id(i, 0));
      }
      assertThatThrownBy(
              () ->
                  index.searchPreassigned(
                      Vectors.of(q, d),
                      5,
                      new long[20],
                      new float[19],
                      false,
                      nprobe(1),
                      new KnnResult()))
          .isInstanceOf(IllegalArgumentException.class);
      long[] bad = coarse.labels();
      bad[4] = 10;
      assertThatThrownBy(
              () ->
                  index.searchPreassigned(
                      Vectors.of(q, d), 5, bad, coarse.distances(), false, nprobe(1), out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("list 10");
    }
  }

  @Test
  void badUseIsRefused() {
    int d = 4;
    float[] x = IvfData.clustered(400, d, 1);
    try (IndexIVF index = (IndexIVF) IndexFactory.create(d, "IVF8,Flat")) {
      assertThatThrownBy(() -> index.add(x)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> index.search(x, 1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> index.train(new float[4 * d]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(index.isTrained()).isFalse();
      index.train(x);
      index.add(x);
      assertThatThrownBy(() -> index.search(x, 1, nprobe(0)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.setNprobe(0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.search(x, 1, SearchParameters.builder().efSearch(4).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("efSearch");
      assertThat(index.search(x, 1, nprobe(1000)).labels())
          .isEqualTo(index.search(x, 1, nprobe(8)).labels());
    }
    try (IndexFlatL2 wrong = new IndexFlatL2(5)) {
      assertThatThrownBy(() -> new IndexIVFFlat(wrong, 4, 8))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> IndexFactory.create(4, "IVF0,Flat"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nanIsCountedAndStoredNowhere() {
    int d = 4;
    float[] x = IvfData.clustered(400, d, 1);
    try (IndexIVF index = IvfData.index("IVF8,Flat", d, MetricType.L2, x)) {
      float[] bad = new float[d];
      Arrays.fill(bad, Float.NaN);
      index.add(bad);
      assertThat(index.ntotal()).isEqualTo(401);
      long stored = 0;
      for (int l = 0; l < 8; l++) {
        stored += index.listSize(l);
      }
      assertThat(stored).isEqualTo(400);
      assertThat(index.search(bad, 3).count(0)).isZero();
      // A batch with one NaN query answers the others.
      float[] q = Arrays.copyOf(x, 40 * d);
      long[] clean = index.search(q, 1, nprobe(8)).labels();
      Arrays.fill(q, 5 * d, 6 * d, Float.NaN);
      KnnResult r = index.search(q, 1, nprobe(8));
      assertThat(r.count(5)).isZero();
      clean[5] = -1;
      assertThat(r.labels()).isEqualTo(clean);
    }
  }
}
