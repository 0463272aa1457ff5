package io.sagitta.conformance.quirks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.factory.TunableIndex;
import io.sagitta.ivf.MultiIndexQuantizer;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** FAISS's quirks one by one: what Sagitta keeps, and what it mends on purpose. */
class QuirksTest {
  private static final int D = 8;

  private static float[] whole(int n, long seed) {
    SplittableRandom r = new SplittableRandom(seed);
    float[] x = new float[n * D];
    for (int i = 0; i < x.length; i++) {
      x[i] = r.nextInt(16);
    }
    return x;
  }

  private static Index made(String factory, MetricType metric, int n) {
    Index index = IndexFactory.create(D, factory, metric);
    index.train(whole(Math.max(600, n), 3));
    index.add(whole(n, 1));
    return index;
  }

  @Test
  void paddingIsTheWorstFiniteValue() {
    for (String factory : new String[] {"Flat", "HNSW4", "IVF2,Flat", "PQ4x4fs"}) {
      for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
        try (Index index = made(factory, metric, 3)) {
          KnnResult result = index.search(whole(1, 9), 5);
          assertThat(result.labels()[4]).as(factory).isEqualTo(-1);
          assertThat(result.distances()[4])
              .as(factory)
              .isEqualTo(metric == MetricType.L2 ? Float.MAX_VALUE : -Float.MAX_VALUE);
        }
      }
    }
  }

  @Test
  void equalProductsComeBackWithDescendingIds() {
    float[] same = new float[3 * D];
    java.util.Arrays.fill(same, 1);
    try (Index ip = IndexFactory.create(D, "Flat", MetricType.INNER_PRODUCT);
        Index l2 = IndexFactory.create(D, "Flat")) {
      ip.add(same);
      l2.add(same);
      float[] query = java.util.Arrays.copyOf(same, D);
      assertThat(ip.search(query, 3).labels()).containsExactly(2, 1, 0);
      assertThat(l2.search(query, 3).labels()).containsExactly(0, 1, 2);
    }
  }

  @Test
  void rangeSearchIsStrict() {
    float[] x = new float[2 * D];
    x[0] = 2;
    x[D] = 1;
    try (Index l2 = IndexFactory.create(D, "Flat");
        Index ip = IndexFactory.create(D, "Flat", MetricType.INNER_PRODUCT)) {
      l2.add(x);
      ip.add(x);
      float[] query = new float[D];
      assertThat(l2.rangeSearch(query, 4).ids()).containsExactly(1);
      query[0] = 1;
      assertThat(ip.rangeSearch(query, 1).ids()).containsExactly(0);
    }
  }

  @Test
  void unsetParametersMeanTheIndexsOwn() {
    try (Index index = made("IVF8,Flat", MetricType.L2, 200)) {
      ((TunableIndex) index).setParameter("nprobe", 8);
      float[] queries = whole(5, 9);
      SearchParameters selectorOnly = SearchParameters.of(new IDSelectorRange(0, 200));
      assertThat(index.search(queries, 10, selectorOnly).labels())
          .isEqualTo(
              index.search(queries, 10, SearchParameters.builder().nprobe(8).build()).labels())
          .isNotEqualTo(
              index.search(queries, 10, SearchParameters.builder().nprobe(1).build()).labels());
    }
  }

  @Test
  void unknownParametersAreRefused() {
    try (Index flat = made("Flat", MetricType.L2, 20);
        Index ivf = made("IVF2,Flat", MetricType.L2, 20)) {
      assertThatThrownBy(
              () -> flat.search(whole(1, 9), 1, SearchParameters.builder().nprobe(2).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nprobe");
      SearchParameters polysemous =
          SearchParameters.builder().set(SearchKey.POLYSEMOUS_HT, 3).build();
      assertThatThrownBy(() -> ivf.search(whole(1, 9), 1, polysemous))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("polysemous_ht");
    }
  }

  @Test
  void polysemousParametersAreHonoured() {
    try (Index pq = made("IVF2,PQ4x4np", MetricType.L2, 300)) {
      float[] query = whole(1, 9);
      SearchParameters all = SearchParameters.builder().nprobe(2).build();
      SearchParameters near = all.toBuilder().set(SearchKey.POLYSEMOUS_HT, 6).build();
      int passing = pq.search(query, 300, near).count(0);
      assertThat(pq.search(query, 300, all).count(0)).isEqualTo(300);
      assertThat(passing).isBetween(1, 299);
      SearchParameters table =
          SearchParameters.builder().set(SearchKey.SCAN_TABLE_THRESHOLD, 3L).build();
      assertThatThrownBy(() -> pq.search(query, 1, table))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("scan_table_threshold");
    }
  }

  @Test
  void generalizedHammingCountsEveryByte() {
    try (Index pq = made("PQ4x6np", MetricType.L2, 300)) {
      KnnResult found = pq.search(whole(1, 9), 300, SearchParameters.parse("search_type=2"));
      byte[] query = new byte[3];
      pq.saEncode(Vectors.of(whole(1, 9), pq.d()), MemorySegment.ofArray(query));
      for (int i = 0; i < found.count(0); i++) {
        byte[] code = new byte[3];
        float[] stored = pq.reconstruct(found.id(0, i));
        pq.saEncode(Vectors.one(stored), MemorySegment.ofArray(code));
        int differ = 0;
        for (int b = 0; b < 3; b++) {
          differ += code[b] == query[b] ? 0 : 1;
        }
        assertThat(found.distance(0, i)).isEqualTo(differ);
      }
      assertThat(found.distance(0, 299)).isEqualTo(3);
    }
  }

  @Test
  void theMultiIndexNamesACombinationOnce() {
    // Both halves of every vector are equal, so both tables of sums are, and a pair costs as much
    // as its mirror image. FAISS 1.15.1 repeats a combination in 45 of 50 such queries at k = 40.
    float[] x = new float[400 * 4];
    SplittableRandom r = new SplittableRandom(1);
    for (int i = 0; i < 400; i++) {
      x[4 * i] = x[4 * i + 2] = r.nextInt(9);
      x[4 * i + 1] = x[4 * i + 3] = r.nextInt(9);
    }
    try (MultiIndexQuantizer index = new MultiIndexQuantizer(4, 2, 3)) {
      index.train(x);
      float[] centroids = index.reconstructN(0, 64);
      for (int k : new int[] {16, 40, 64}) {
        KnnResult found = index.search(Arrays.copyOf(x, 50 * 4), k);
        for (int q = 0; q < 50; q++) {
          long[] labels = Arrays.copyOfRange(found.labels(), q * k, (q + 1) * k);
          assertThat(labels).doesNotHaveDuplicates();
          float[] exact = new float[64];
          for (int c = 0; c < 64; c++) {
            for (int j = 0; j < 4; j++) {
              float t = x[4 * q + j] - centroids[4 * c + j];
              exact[c] += t * t;
            }
          }
          float worst = exact[(int) labels[k - 1]];
          Arrays.sort(exact);
          assertThat(worst).isCloseTo(exact[k - 1], within(1e-4f * (1 + worst)));
        }
      }
    }
  }

  @Test
  void theUnboundedQueueHonoursSelectors() {
    try (Index index = made("HNSW8", MetricType.L2, 300)) {
      SearchParameters parameters =
          SearchParameters.builder()
              .set(SearchKey.BOUNDED_QUEUE, false)
              .efSearch(64)
              .selector(new IDSelectorRange(100, 110))
              .build();
      KnnResult result = index.search(whole(6, 9), 5, parameters);
      for (int q = 0; q < result.nq(); q++) {
        assertThat(result.count(q)).isPositive();
        for (int i = 0; i < result.count(q); i++) {
          assertThat(result.id(q, i)).isBetween(100L, 109L);
        }
      }
    }
  }

  @Test
  void vectorsWithoutAListAreCounted() {
    try (Index index = made("IVF2,Flat", MetricType.L2, 10)) {
      float[] nan = new float[D];
      java.util.Arrays.fill(nan, Float.NaN);
      index.add(nan);
      assertThat(index.ntotal()).isEqualTo(11);
      assertThat(
              index.search(whole(1, 9), 11, SearchParameters.builder().nprobe(2).build()).count(0))
          .isEqualTo(10);
    }
  }

  @Test
  void anIdMapRefusesVectorsWithoutIds() {
    try (Index index = IndexFactory.create(D, "IDMap,Flat")) {
      assertThatThrownBy(() -> index.add(whole(1, 1)))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void fastScanSurvivesRemovalAndAdding() {
    for (String factory : new String[] {"PQ4x4fs", "PQ4x4fs_64"}) {
      try (Index index = made(factory, MetricType.L2, 90);
          Index fresh = IndexFactory.create(D, factory)) {
        fresh.train(whole(600, 3));
        float[] all = whole(90, 1);
        index.removeIds(new IDSelectorRange(10, 40));
        float[] rest = new float[60 * D];
        System.arraycopy(all, 0, rest, 0, 10 * D);
        System.arraycopy(all, 40 * D, rest, 10 * D, 50 * D);
        index.add(whole(7, 5));
        fresh.add(rest);
        fresh.add(whole(7, 5));
        for (int i = 0; i < 67; i++) {
          assertThat(index.reconstruct(i))
              .as(factory + ", vector " + i)
              .isEqualTo(fresh.reconstruct(i));
        }
        float[] queries = whole(4, 9);
        assertThat(index.search(queries, 67).labels())
            .isEqualTo(fresh.search(queries, 67).labels());
      }
    }
  }

  @Test
  void batchesAndSingleQueriesAreEqualBitForBit() {
    SplittableRandom r = new SplittableRandom(5);
    float[] base = new float[3000 * 96];
    float[] queries = new float[40 * 96];
    for (int i = 0; i < base.length; i++) {
      base[i] = (float) r.nextGaussian();
    }
    for (int i = 0; i < queries.length; i++) {
      queries[i] = (float) r.nextGaussian();
    }
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      try (Index index = IndexFactory.create(96, "Flat", metric)) {
        index.add(base);
        Vectors view = Vectors.of(queries, 96);
        KnnResult batch = index.search(view, 20);
        KnnResult two = Parallelism.of(2).call(() -> index.search(view, 20));
        assertThat(two.distances()).isEqualTo(batch.distances());
        for (int q = 0; q < 40; q++) {
          KnnResult one = index.search(view.slice(q, 1), 20);
          assertThat(one.labels())
              .isEqualTo(java.util.Arrays.copyOfRange(batch.labels(), q * 20, q * 20 + 20));
          assertThat(one.distances())
              .isEqualTo(java.util.Arrays.copyOfRange(batch.distances(), q * 20, q * 20 + 20));
        }
      }
    }
  }

  @Test
  void jaccardIsASimilarity() {
    float[] x = new float[2 * D];
    java.util.Arrays.fill(x, 0, D, 0.5f);
    java.util.Arrays.fill(x, D, 2 * D, 0.1f);
    try (Index index = IndexFactory.create(D, "Flat", MetricType.JACCARD)) {
      index.add(x);
      KnnResult result = index.search(java.util.Arrays.copyOf(x, D), 2);
      assertThat(result.labels()).containsExactly(0, 1);
      assertThat(result.distance(0, 0)).isEqualTo(1);
      assertThat(result.distance(0, 1)).isLessThan(1);
    }
  }

  @Test
  void oneParameterTypeServesEveryIndex() {
    SearchParameters selector = SearchParameters.of(new IDSelectorRange(0, 5));
    for (String factory : new String[] {"Flat", "HNSW4", "IVF2,Flat", "SQ8"}) {
      try (Index index = made(factory, MetricType.L2, 50)) {
        KnnResult result = index.search(whole(3, 9), 3, selector);
        for (int q = 0; q < 3; q++) {
          for (int i = 0; i < result.count(q); i++) {
            assertThat(result.id(q, i)).as(factory).isBetween(0L, 4L);
          }
        }
      }
    }
  }

  @Test
  void idMinusOneIsRefused() {
    try (Index index = IndexFactory.create(D, "IDMap,Flat")) {
      assertThatThrownBy(() -> index.addWithIds(whole(3, 1), new long[] {5, -1, 9}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("position 1");
      assertThat(index.ntotal()).isZero();
    }
  }

  @Test
  void aGraphOverProductCodesIsAlwaysL2() {
    try (Index index = IndexFactory.create(D, "HNSW4,PQ4x4np", MetricType.INNER_PRODUCT)) {
      assertThat(index.metricType()).isEqualTo(MetricType.L2);
    }
  }

  @Test
  void rabitqEstimatesAreNeverNegative() {
    try (Index index = made("RaBitQ", MetricType.L2, 200)) {
      for (float distance : index.search(whole(20, 1), 20).distances()) {
        assertThat(distance).isNotNegative();
      }
    }
  }

  @Test
  void searchAndReconstructTakesTheSameParameters() {
    try (Index index = made("IVF8,Flat", MetricType.L2, 200)) {
      Vectors queries = Vectors.of(whole(4, 9), D);
      for (int nprobe : new int[] {1, 8}) {
        SearchParameters parameters = SearchParameters.builder().nprobe(nprobe).build();
        assertThat(index.searchAndReconstruct(queries, 5, parameters).result().labels())
            .isEqualTo(index.search(queries, 5, parameters).labels());
      }
    }
  }

  @Test
  void anIdArrayIsASet() {
    float[] same = new float[6 * D];
    try (Index index = IndexFactory.create(D, "Flat")) {
      index.add(same);
      SearchParameters listed = SearchParameters.of(new IDSelectorArray(4, 77, 2, 2, 1));
      assertThat(index.search(new float[D], 3, listed).labels()).containsExactly(1, 2, 4);
      assertThat(index.search(new float[D], 2, listed).labels()).containsExactly(1, 2);
    }
  }

  @Test
  void aRangeOutsideTheIndexPassesNothing() {
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      try (Index index = made("Flat", metric, 100)) {
        for (int nq : new int[] {1, 30}) {
          for (long[] ends : new long[][] {{101, 102}, {-2, -1}, {100, 103}, {50, 50}}) {
            SearchParameters parameters =
                SearchParameters.of(new IDSelectorRange(ends[0], ends[1]));
            assertThat(index.search(whole(nq, 7), 3, parameters).labels())
                .as("%s, %d queries, [%d, %d)", metric, nq, ends[0], ends[1])
                .hasSize(3 * nq)
                .containsOnly(-1L);
          }
        }
      }
    }
  }

  @Test
  void fastScanBatchesAnswerEveryQuery() {
    for (String factory : new String[] {"PQ8x4fs", "PQ4x4fs", "IVF1,PQ8x4fs"}) {
      try (Index index = made(factory, MetricType.L2, 271)) {
        for (int nq = 1; nq <= 33; nq++) {
          float[] queries = whole(nq, nq);
          KnnResult batch = index.search(queries, 13);
          for (int q = 0; q < nq; q++) {
            float[] one = java.util.Arrays.copyOfRange(queries, q * D, q * D + D);
            assertThat(java.util.Arrays.copyOfRange(batch.labels(), 13 * q, 13 * q + 13))
                .as("%s, query %d of %d", factory, q, nq)
                .isEqualTo(index.search(one, 13).labels())
                .doesNotContain(-1L);
          }
        }
      }
    }
  }

  @Test
  void halvesRoundTiesAway() {
    float[] x = new float[D];
    // Half a unit above 1: the even neighbour is 1 itself, in both formats.
    x[0] = 1 + 0x1p-11f;
    x[1] = -x[0];
    x[2] = 1 + 0x1p-8f;
    x[3] = -x[2];
    try (Index half = IndexFactory.create(D, "SQfp16");
        Index brain = IndexFactory.create(D, "SQbf16")) {
      half.train(new float[D]);
      brain.train(new float[D]);
      half.add(x);
      brain.add(x);
      assertThat(half.reconstruct(0)).startsWith(1 + 0x1p-10f, -1 - 0x1p-10f);
      assertThat(brain.reconstruct(0)).contains(1 + 0x1p-7f, -1 - 0x1p-7f);
    }
  }
}
