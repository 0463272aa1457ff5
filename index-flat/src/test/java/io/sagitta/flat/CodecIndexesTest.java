package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.factory.TunableIndex;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.random.RandomData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantized indexes and wrappers; agreement with FAISS's own answers is the golden files' part. */
class CodecIndexesTest {
  private static final int D = 16;
  private static final int N = 700;
  private static final float[] X = RandomData.normal(N * D, 1);
  private static final float[] Q = RandomData.normal(5 * D, 2);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SQ8",
        "SQ4",
        "SQ6",
        "SQfp16",
        "SQbf16",
        "SQtqmse4",
        "SQtq3",
        "PQ4",
        "PQ8x4",
        "PQ2x6",
        "PCA8,SQ8",
        "PCAWR8,Flat",
        "PCAR8,Flat",
        "RR,SQ8",
        "RR8,PQ2x4",
        "HR,SQ4",
        "L2norm,Flat",
        "ITQ,Flat",
        "ITQ8,Flat",
        "OPQ4_8,PQ4x4",
        "Pad20,SQ8",
        "L2norm,PCA8,PQ4x4",
        "PQ4x4,RFlat",
        "SQ4,Refine(SQ8)",
        "IDMap2,PCA8,SQ8,RFlat",
        "PCA8,PQ4x4,Refine(PQ8x4)"
      })
  void whatTheFactoryBuildsAnswersAlikeAfterAFileRoundTrip(String description) throws IOException {
    try (Index index = IndexFactory.create(D, description)) {
      index.train(X);
      if (description.startsWith("IDMap")) {
        long[] ids = new long[N];
        Arrays.setAll(ids, i -> 10L * i);
        index.addWithIds(X, ids);
      } else {
        index.add(X);
      }
      assertThat(index.ntotal()).isEqualTo(N);
      KnnResult before = index.search(Q, 7);
      KnnResult filtered = index.search(Q, 7, SearchParameters.of(new IDSelectorRange(100, 300)));
      for (int q = 0; q < 5; q++) {
        assertThat(filtered.count(q)).isPositive();
        for (int i = 0; i < filtered.count(q); i++) {
          assertThat(filtered.id(q, i)).isBetween(100L, 299L);
        }
      }
      Path file = folder.resolve("index.faiss");
      IndexIO.write(index, file);
      try (Index read = IndexIO.read(file)) {
        assertSame(read.search(Q, 7), before);
        Path again = folder.resolve("again.faiss");
        IndexIO.write(read, again);
        assertThat(Files.mismatch(file, again)).isEqualTo(-1);
      }
      try (Index copy = index.copy()) {
        index.reset();
        assertThat(index.ntotal()).isZero();
        assertSame(copy.search(Q, 7), before);
      }
    }
  }

  private static void assertSame(KnnResult a, KnnResult b) {
    assertThat(a.labels()).isEqualTo(b.labels());
    assertThat(a.distances()).isEqualTo(b.distances());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQ8", "PQ4x8", "RR,SQ8", "PQ4x4,RFlat", "SQ4,Refine(SQ8)"})
  void batchesAndSingleQueriesFindTheSame(String description) {
    for (MetricType metric : List.of(MetricType.L2, MetricType.INNER_PRODUCT)) {
      try (Index index = IndexFactory.create(D, description, metric)) {
        index.train(X);
        index.add(X);
        float[] many = RandomData.normal(50 * D, 8);
        KnnResult batch = index.search(many, 4);
        for (int q = 0; q < 50; q++) {
          KnnResult one = index.search(Arrays.copyOfRange(many, q * D, (q + 1) * D), 4);
          for (int i = 0; i < 4; i++) {
            assertThat(batch.id(q, i)).isEqualTo(one.id(0, i));
            float e = one.distance(0, i);
            assertThat(batch.distance(q, i))
                .isCloseTo(
                    e, org.assertj.core.api.Assertions.within(1e-4f * Math.max(1, Math.abs(e))));
          }
        }
      }
    }
  }

  @Test
  void untrainedIndexesRefuse() {
    for (String description : List.of("SQ8", "PQ4", "PCA8,Flat", "PQ4,RFlat", "OPQ4,PQ4")) {
      try (Index index = IndexFactory.create(D, description)) {
        assertThat(index.isTrained()).isFalse();
        assertThatThrownBy(() -> index.add(X)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> index.search(Q, 1)).isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void badDescriptionsAreNamed() {
    assertThatThrownBy(() -> IndexFactory.create(D, "PQ5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("d = 16")
        .hasMessageContaining("M = 5");
    assertThatThrownBy(() -> IndexFactory.create(D, "PQ4x17")).hasMessageContaining("nbits = 17");
    assertThatThrownBy(() -> IndexFactory.create(D, "SQ8", MetricType.L1))
        .hasMessageContaining("L1");
    assertThatThrownBy(() -> IndexFactory.create(D, "SQ0")).hasMessageContaining("IVF");
    assertThatThrownBy(() -> IndexFactory.create(D, "SQ9")).hasMessageContaining("SQ");
    for (String absent :
        List.of("LSH", "NSG32,Flat", "RQ4x8", "LSQ4x8", "ZnLattice3x10_4", "EDEN4", "MinMax,SQ8")) {
      assertThatThrownBy(() -> IndexFactory.create(D, absent))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not part of Sagitta");
    }
  }

  @Test
  void theSearchTypesOfAProductQuantizer() {
    try (IndexPQ index = new IndexPQ(D, 4, 8, MetricType.L2)) {
      index.train(X);
      index.add(X);
      float[] self = Arrays.copyOf(X, D);
      KnnResult table = index.search(self, N);
      KnnResult open =
          index.search(
              self,
              N,
              SearchParameters.builder()
                  .set(SearchKey.SEARCH_TYPE, 4)
                  .set(SearchKey.POLYSEMOUS_HT, 33)
                  .build());
      assertSame(open, table);
      KnnResult hamming =
          index.search(self, N, SearchParameters.builder().set(SearchKey.SEARCH_TYPE, 1).build());
      assertThat(hamming.distance(0, 0)).isZero();
      KnnResult near =
          index.search(
              self,
              N,
              SearchParameters.builder()
                  .set(SearchKey.SEARCH_TYPE, 4)
                  .set(SearchKey.POLYSEMOUS_HT, 10)
                  .build());
      int within = 0;
      for (int i = 0; i < hamming.count(0); i++) {
        within += hamming.distance(0, i) < 10 ? 1 : 0;
      }
      assertThat(near.count(0)).isEqualTo(within).isLessThan(N);
      KnnResult bytes =
          index.search(self, 3, SearchParameters.builder().set(SearchKey.SEARCH_TYPE, 2).build());
      assertThat(bytes.distance(0, 0)).isZero();
      float[] decoded = index.reconstruct(0);
      KnnResult symmetric =
          index.search(self, N, SearchParameters.builder().set(SearchKey.SEARCH_TYPE, 3).build());
      KnnResult fromDecoded = index.search(decoded, N);
      for (int i = 0; i < 20; i++) {
        assertThat(symmetric.distance(0, i))
            .isCloseTo(fromDecoded.distance(0, i), org.assertj.core.api.Assertions.within(1e-3f));
      }
      index.setParameter("ht", 10);
      assertSame(index.search(self, N), near);
      index.setParameter("ht", 32);
      assertSame(index.search(self, N), table);
      assertThatThrownBy(() -> index.setParameter("nprobe", 1)).hasMessageContaining("nprobe");
    }
  }

  @Test
  void refinementOrdersByTheBetterDistances() {
    try (Index index = IndexFactory.create(D, "PQ4x4,RFlat");
        Index exact = IndexFactory.create(D, "Flat")) {
      index.train(X);
      index.add(X);
      exact.add(X);
      SearchParameters all = SearchParameters.builder().kFactorRf(100).build();
      assertSame(index.search(Q, 7, all), exact.search(Q, 7));
      ((TunableIndex) index).setParameter("k_factor_rf", 100);
      assertSame(index.search(Q, 7), exact.search(Q, 7));
      assertThatThrownBy(() -> ((TunableIndex) index).setParameter("k_factor_rf", 0.5))
          .hasMessageContaining("0.5");
      assertThat(index.removeIds(new IDSelectorRange(0, 100))).isEqualTo(100);
      exact.removeIds(new IDSelectorRange(0, 100));
      assertSame(index.search(Q, 7), exact.search(Q, 7));
      assertThat(index.reconstruct(3)).isEqualTo(Arrays.copyOfRange(X, 103 * D, 104 * D));
    }
  }

  @Test
  void shardsAnswerLikeOneIndex() {
    for (MetricType metric : List.of(MetricType.L2, MetricType.INNER_PRODUCT)) {
      List<Index> parts =
          List.of(new IndexFlat(D, metric), new IndexFlat(D, metric), new IndexFlat(D, metric));
      try (IndexShards shards = new IndexShards(parts, true);
          IndexFlat one = new IndexFlat(D, metric)) {
        shards.add(X);
        one.add(X);
        assertThat(shards.search(Q, 9).labels()).isEqualTo(one.search(Q, 9).labels());
        SearchParameters some = SearchParameters.of(new IDSelectorRange(200, 500));
        assertThat(shards.search(Q, 9, some).labels()).isEqualTo(one.search(Q, 9, some).labels());
        assertThat(shards.reconstruct(600)).isEqualTo(one.reconstruct(600));
        float radius = metric == MetricType.L2 ? 16 : 4;
        assertThat(shards.rangeSearch(Q, radius).total())
            .isEqualTo(one.rangeSearch(Q, radius).total())
            .isPositive();
        assertThatThrownBy(() -> shards.addWithIds(X, new long[N]))
            .isInstanceOf(UnsupportedOperationException.class);
      }
    }
    assertThatThrownBy(() -> new IndexShards(List.of(), true)).hasMessageContaining("got 0");
  }

  @Test
  void mergingNeedsTheSameCodes() {
    try (Index a = IndexFactory.create(D, "PCA8,SQ8");
        Index b = IndexFactory.create(D, "PCA8,SQ8")) {
      a.train(X);
      b.train(Arrays.copyOf(X, 400 * D));
      b.add(X);
      assertThatThrownBy(() -> a.mergeFrom(b, 0)).hasMessageContaining("same transforms");
      try (Index c = a.copy()) {
        a.add(Arrays.copyOf(X, 10 * D));
        c.add(Vectors.of(X, D));
        a.mergeFrom(c, 0);
        assertThat(a.ntotal()).isEqualTo(N + 10);
        assertThat(c.ntotal()).isZero();
      }
    }
    try (IndexScalarQuantizer sq =
        new IndexScalarQuantizer(D, QuantizerType.QT_FP16, MetricType.L2)) {
      assertThat(sq.isTrained()).isTrue();
    }
  }
}
