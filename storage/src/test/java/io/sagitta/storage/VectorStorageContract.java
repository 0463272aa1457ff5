package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.storage.filter.Filter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store must do, over any metadata store. */
public abstract class VectorStorageContract {
  private static final int D = 32;
  private static final SearchOptions ALL = SearchOptions.DEFAULT.withThreshold(-1e30);

  @TempDir protected Path directory;

  /** The name of the metadata store. */
  protected abstract String metadataStore();

  private VectorStorageConfig.Builder config(String indexType) {
    return VectorStorageConfig.builder(D).indexType(indexType).metadataStore(metadataStore());
  }

  private VectorStorageConfig onDisk(String indexType) {
    return config(indexType).path(directory.resolve("store")).build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat", "hnsw", "ivf"})
  void whatIsAddedIsFoundAndComesBackBitForBit(String indexType) {
    try (VectorStorage storage = VectorStorage.open(config(indexType).build())) {
      float[] x = Embeddings.vectors(500, D, 1);
      Embeddings.fill(storage, x, 0, 500);
      assertThat(storage.size()).isEqualTo(500);
      for (int i = 0; i < 500; i += 61) {
        float[] row = Arrays.copyOfRange(x, i * D, (i + 1) * D);
        StoredEmbedding stored = storage.getEmbedding("e" + i);
        assertThat(stored.vector()).isEqualTo(row);
        assertThat(stored.metadata()).isEqualTo(Embeddings.metadata(i));
        SearchResult best = storage.searchSimilar(row, 1).getFirst();
        assertThat(best.id()).isEqualTo("e" + i);
        assertThat(best.similarity()).isCloseTo(1f, within(1e-6f));
        assertThat(best.metadata()).isEqualTo(Embeddings.metadata(i));
        assertThat(best.vector()).isNull();
        assertThat(
                storage
                    .searchSimilar(row, 1, SearchOptions.DEFAULT.withVectors())
                    .getFirst()
                    .vector())
            .isEqualTo(row);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SimilarityMetric.class)
  void resultsAreTheTrueNearestInOrder(SimilarityMetric metric) {
    try (VectorStorage storage =
        VectorStorage.open(config("flat").metric(metric).similarityThreshold(0).build())) {
      float[] x = Embeddings.vectors(400, D, 2);
      Embeddings.fill(storage, x, 0, 400);
      for (int q = 0; q < 10; q++) {
        float[] query = Embeddings.vector(D, 1000 + q);
        List<SearchResult> results = storage.searchSimilar(query, 25, ALL);
        List<Integer> expected =
            IntStream.range(0, 400)
                .boxed()
                .sorted(
                    Comparator.comparingDouble(i -> -Embeddings.similarity(metric, query, x, i)))
                .toList();
        assertThat(results).hasSize(25);
        for (int r = 0; r < 25; r++) {
          double best = Embeddings.similarity(metric, query, x, expected.get(r));
          assertThat((double) results.get(r).similarity())
              .isCloseTo(best, within(1e-4 * Math.max(1, Math.abs(best))));
          if (r > 0) {
            assertThat(results.get(r).similarity())
                .isLessThanOrEqualTo(results.get(r - 1).similarity());
            assertThat(results.get(r).distance())
                .isGreaterThanOrEqualTo(results.get(r - 1).distance());
          }
        }
        float middle = results.get(10).similarity();
        assertThat(storage.searchSimilar(query, 25, middle)).hasSize(11);
      }
    }
  }

  @Test
  void theStoresThresholdHoldsUnlessASearchHasItsOwn() {
    try (VectorStorage storage =
        VectorStorage.open(config("flat").similarityThreshold(0.9).build())) {
      float[] x = Embeddings.vectors(200, D, 3);
      Embeddings.fill(storage, x, 0, 200);
      float[] query = Arrays.copyOf(x, D);
      assertThat(storage.searchSimilar(query, 200))
          .isNotEmpty()
          .allSatisfy(r -> assertThat(r.similarity()).isGreaterThanOrEqualTo(0.9f))
          .hasSizeLessThan(200);
      assertThat(storage.searchSimilar(query, 200, -1.0)).hasSize(200);
      assertThat(storage.searchSimilar(query, 1_000, -1.0)).hasSize(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"flat,1000", "flat,10", "hnsw,1000", "hnsw,10", "hnsw,1", "ivf,10", "ivf,1"})
  void aFilteredSearchFindsKWheneverKPass(String indexType, int groups) {
    try (VectorStorage storage = VectorStorage.open(config(indexType).build())) {
      int n = 2_000;
      float[] x = Embeddings.vectors(n, D, 4);
      Embeddings.fill(storage, x, 0, n);
      storage.optimizeIndex();
      Filter filter = Filter.lt("group", groups);
      int passing = groups == 1_000 ? n : 2 * groups;
      for (int q = 0; q < 5; q++) {
        float[] query = Embeddings.vector(D, 2000 + q);
        List<SearchResult> results = storage.searchSimilar(query, 10, ALL.withFilter(filter));
        assertThat(results).hasSize(Math.min(10, passing));
        assertThat(results)
            .allSatisfy(
                r -> assertThat((Long) r.metadata().extra().get("group")).isLessThan(groups));
        assertThat(results).extracting(SearchResult::id).doesNotHaveDuplicates();
        if (passing <= 20) {
          double best =
              IntStream.range(0, n)
                  .filter(i -> i % 1_000 < groups)
                  .mapToDouble(i -> Embeddings.similarity(SimilarityMetric.COSINE, query, x, i))
                  .max()
                  .orElseThrow();
          assertThat((double) results.getFirst().similarity()).isCloseTo(best, within(1e-5));
        }
      }
      assertThat(
              storage.searchSimilar(
                  Embeddings.vector(D, 1), 10, ALL.withFilter("group = 5 and sourceFrame < 1000")))
          .extracting(SearchResult::id)
          .containsExactly("e5");
      assertThat(
              storage.searchSimilar(
                  Embeddings.vector(D, 1),
                  3,
                  ALL.withFilter(Filter.where(m -> m.type().equals("scene")))))
          .hasSize(3)
          .allSatisfy(r -> assertThat(r.metadata().type()).isEqualTo("scene"));
      assertThat(storage.searchSimilar(Embeddings.vector(D, 1), 3, ALL.withFilter("type = 'none'")))
          .isEmpty();
    }
  }

  @Test
  void aBatchOfQueriesGetsWhatEachGetsAlone() {
    try (VectorStorage storage = VectorStorage.open(config("flat").build())) {
      float[] x = Embeddings.vectors(300, D, 5);
      Embeddings.fill(storage, x, 0, 300);
      float[] q = Embeddings.vectors(20, D, 6);
      SearchOptions options = ALL.withFilter("type = 'shot'");
      List<List<SearchResult>> batch = storage.searchSimilar(Vectors.of(q, D), 5, options);
      for (int i = 0; i < 20; i++) {
        assertThat(batch.get(i))
            .extracting(SearchResult::id)
            .isEqualTo(
                storage
                    .searchSimilar(Arrays.copyOfRange(q, i * D, (i + 1) * D), 5, options)
                    .stream()
                    .map(SearchResult::id)
                    .toList());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat", "hnsw"})
  void embeddingsAreReplacedChangedAndRemoved(String indexType) {
    try (VectorStorage storage = VectorStorage.open(config(indexType).build())) {
      float[] x = Embeddings.vectors(100, D, 7);
      Embeddings.fill(storage, x, 0, 100);
      float[] other = Embeddings.vector(D, 70);
      storage.upsert(other, Embeddings.metadata(500), "e3");
      assertThat(storage.size()).isEqualTo(100);
      assertThat(storage.getEmbedding("e3").vector()).isEqualTo(other);
      assertThat(storage.searchSimilar(other, 1).getFirst().id()).isEqualTo("e3");
      assertThat(
              storage.searchSimilar(Arrays.copyOfRange(x, 3 * D, 4 * D), 100, -1.0).stream()
                  .filter(r -> r.id().equals("e3")))
          .hasSize(1);
      storage.updateMetadata("e4", Embeddings.metadata(777));
      assertThat(storage.getMetadata("e4")).isEqualTo(Embeddings.metadata(777));
      assertThat(storage.getEmbedding("e4").vector())
          .isEqualTo(Arrays.copyOfRange(x, 4 * D, 5 * D));
      storage.deleteEmbedding("e5");
      storage.deleteEmbeddings(List.of("e6", "e7", "e6"));
      assertThat(storage.size()).isEqualTo(97);
      assertThat(storage.contains("e6")).isFalse();
      assertThat(storage.deleteEmbeddings(Filter.lt("sourceFrame", 20))).isEqualTo(15);
      assertThat(storage.size()).isEqualTo(82);
      assertThat(storage.ids(Filter.ge("sourceFrame", 95)))
          .containsExactly("e4", "e95", "e96", "e97", "e98", "e99", "e3");
      storage.clear();
      assertThat(storage.size()).isZero();
      assertThat(storage.searchSimilar(other, 5, -1.0)).isEmpty();
      Embeddings.fill(storage, x, 0, 10);
      assertThat(storage.searchSimilar(other, 50, -1.0)).hasSize(10);
    }
  }

  @Test
  void idsAreGivenWhenNoneAre() {
    try (VectorStorage storage = VectorStorage.open(config("flat").build())) {
      float[] x = Embeddings.vectors(50, D, 8);
      List<String> ids = storage.batchAddEmbeddings(Vectors.of(x, D), Embeddings.metadata(0, 50));
      String one = storage.addEmbedding(Arrays.copyOf(x, D), Embeddings.metadata(0));
      assertThat(new HashSet<>(ids)).hasSize(50).doesNotContain(one);
      assertThat(ids).isSorted();
      assertThat(one)
          .isGreaterThan(ids.getLast())
          .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }
  }

  @Test
  void whatMakesNoSenseIsRefusedAndChangesNothing() {
    try (VectorStorage storage = VectorStorage.open(config("flat").maxVectors(5).build())) {
      VectorMetadata m = Embeddings.metadata(0);
      float[] good = Embeddings.vector(D, 9);
      storage.addEmbedding(good, m, "a");
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        float[] x = good.clone();
        x[D - 1] = bad;
        assertThatThrownBy(() -> storage.addEmbedding(x, m, "b"))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("NaN or an infinity");
        assertThatThrownBy(() -> storage.searchSimilar(x, 1))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> storage.addEmbedding(new float[D], m, "b"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("all zero");
      assertThatThrownBy(() -> storage.addEmbedding(new float[] {1, 2}, m, "b"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dimension 2");
      assertThatThrownBy(() -> storage.addEmbedding(good, m, "a"))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("a already");
      assertThatThrownBy(() -> storage.addEmbedding(good, m, ""))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> storage.addEmbedding(good, m, "\ud800"))
          .isInstanceOf(IllegalArgumentException.class);
      List<VectorMetadata> two = List.of(m, m);
      Vectors rows = Vectors.of(Embeddings.vectors(2, D, 10), D);
      List<String> twice = List.of("b", "b");
      List<String> oneId = List.of("b");
      List<String> oneKnown = List.of("b", "a");
      assertThatThrownBy(() -> storage.batchAddEmbeddings(rows, two, twice))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("twice");
      assertThatThrownBy(() -> storage.batchAddEmbeddings(rows, two, oneId))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> storage.batchAddEmbeddings(rows, two, oneKnown))
          .isInstanceOf(StorageOperationError.class);
      assertThatThrownBy(
              () ->
                  storage.batchAddEmbeddings(
                      Vectors.of(Embeddings.vectors(5, D, 11), D), Embeddings.metadata(0, 5)))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("at most 5");
      assertThatThrownBy(() -> storage.searchSimilar(good, 0))
          .isInstanceOf(IllegalArgumentException.class);
      for (String unknown : List.of("b", "z")) {
        assertThatThrownBy(() -> storage.getEmbedding(unknown))
            .isInstanceOf(StorageOperationError.class)
            .hasMessageContaining(unknown);
        assertThatThrownBy(() -> storage.deleteEmbedding(unknown))
            .isInstanceOf(StorageOperationError.class)
            .hasMessageContaining(unknown);
        assertThatThrownBy(() -> storage.updateMetadata(unknown, m))
            .isInstanceOf(StorageOperationError.class)
            .hasMessageContaining(unknown);
      }
      List<String> oneUnknown = List.of("a", "z");
      assertThatThrownBy(() -> storage.deleteEmbeddings(oneUnknown))
          .isInstanceOf(StorageOperationError.class);
      assertThat(storage.size()).isEqualTo(1);
      assertThat(storage.getEmbedding("a").vector()).isEqualTo(good);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "flat,true",
    "flat,false",
    "hnsw,true",
    "hnsw,false",
    "ivf,true",
    "'HNSW16,Flat',true"
  })
  void aStoreOnDiskIsThereAgain(String indexType, boolean autoSave) {
    VectorStorageConfig config = onDisk(indexType).toBuilder().autoSave(autoSave).build();
    float[] x = Embeddings.vectors(400, D, 12);
    Map<String, float[]> expected = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      try (VectorStorage storage = VectorStorage.open(config)) {
        assertThat(storage.size()).isEqualTo(expected.size());
        expected.forEach(
            (id, vector) -> assertThat(storage.getEmbedding(id).vector()).isEqualTo(vector));
        assertThat(storage.recovery().tornBytes()).isZero();
        if (round == 1) {
          assertThat(storage.recovery().replayedRecords() == 0).isEqualTo(autoSave);
        }
        int from = round * 100;
        Embeddings.fill(storage, x, from, 100);
        for (int i = from; i < from + 100; i++) {
          expected.put("e" + i, Arrays.copyOfRange(x, i * D, (i + 1) * D));
        }
        float[] other = Embeddings.vector(D, 50 + round);
        storage.upsert(other, Embeddings.metadata(1), "e" + (from + 1));
        expected.put("e" + (from + 1), other);
        storage.deleteEmbedding("e" + (from + 2));
        expected.remove("e" + (from + 2));
        storage.updateMetadata("e" + from, Embeddings.metadata(9_999));
        if (round == 1) {
          storage.optimizeIndex();
        }
      }
    }
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThat(storage.size()).isEqualTo(297);
      assertThat(storage.getMetadata("e200")).isEqualTo(Embeddings.metadata(9_999));
      assertThat(storage.getMetadata("e199")).isEqualTo(Embeddings.metadata(199));
      float[] query = expected.get("e150");
      assertThat(storage.searchSimilar(query, 1).getFirst().id()).isEqualTo("e150");
      assertThat(storage.searchSimilar(query, 400, -1.0)).hasSize(297);
      storage.clear();
      storage.addEmbedding(query, Embeddings.metadata(0), "last");
    }
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThat(storage.ids(null)).containsExactly("last");
    }
  }

  @Test
  void aSecondWriterIsRefusedAndReadersSeeTheSnapshot() {
    VectorStorageConfig config = onDisk("hnsw");
    float[] x = Embeddings.vectors(200, D, 13);
    try (VectorStorage writer = VectorStorage.open(config)) {
      assertThatThrownBy(() -> VectorStorage.open(config))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("open for writing already")
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
      assertThatThrownBy(() -> VectorStorage.openReadOnly(config))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("no snapshot");
      Embeddings.fill(writer, x, 0, 100);
      writer.save();
      Embeddings.fill(writer, x, 100, 100);
      try (VectorStorage one = VectorStorage.openReadOnly(config);
          VectorStorage two = VectorStorage.openReadOnly(config)) {
        writer.save();
        assertThat(one.size()).isEqualTo(100);
        assertThat(two.searchSimilar(Arrays.copyOf(x, D), 1).getFirst().id()).isEqualTo("e0");
        assertThatThrownBy(() -> one.deleteEmbedding("e1"))
            .isInstanceOf(StorageOperationError.class)
            .hasMessageContaining("reading only");
        assertThatThrownBy(one::save).isInstanceOf(StorageOperationError.class);
      }
      try (VectorStorage reader = VectorStorage.openReadOnly(config)) {
        assertThat(reader.size()).isEqualTo(200);
      }
    }
  }

  @Test
  void aConfigurationOfAnotherKindIsRefused() {
    VectorStorageConfig config = onDisk("flat");
    VectorStorage.open(config).close();
    for (VectorStorageConfig other :
        List.of(
            onDisk("hnsw"),
            config.toBuilder().metric(SimilarityMetric.L2).build(),
            VectorStorageConfig.builder(D + 1)
                .indexType("flat")
                .metadataStore(metadataStore())
                .path(config.path())
                .build())) {
      assertThatThrownBy(() -> VectorStorage.open(other))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("the configuration says");
    }
    assertThatThrownBy(() -> VectorStorage.open(config("spiral").build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spiral");
    assertThatThrownBy(() -> VectorStorage.open(config("flat").metadataStore("papyrus").build()))
        .isInstanceOf(StorageOperationError.class)
        .hasMessageContaining("papyrus");
  }

  @Test
  void aClosedStoreSaysSo() {
    VectorStorage storage = VectorStorage.open(config("flat").build());
    storage.close();
    storage.close();
    assertThatThrownBy(storage::size)
        .isInstanceOf(StorageOperationError.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> storage.addEmbedding(Embeddings.vector(D, 1), Embeddings.metadata(1)))
        .isInstanceOf(StorageOperationError.class);
  }

  @ParameterizedTest
  @EnumSource(SimilarityMetric.class)
  void anExportIsReadByFaissAndComesBackBitForBit(SimilarityMetric metric) throws IOException {
    float[] x = Embeddings.vectors(1_100, D, 14);
    Path export = directory.resolve("export");
    VectorStorageConfig config = config("flat").metric(metric).similarityThreshold(0).build();
    try (VectorStorage storage = VectorStorage.open(config)) {
      Embeddings.fill(storage, x, 0, 1_100);
      storage.deleteEmbedding("e7");
      storage.exportTo(export);
    }
    try (var index = IndexIO.read(export.resolve("index.faiss"))) {
      assertThat(index.ntotal()).isEqualTo(1_099);
      float[] first = index.reconstruct(0);
      double length = 0;
      for (float v : first) {
        length += (double) v * v;
      }
      if (metric == SimilarityMetric.COSINE) {
        assertThat(length).isCloseTo(1, within(1e-6));
      } else {
        assertThat(first).isEqualTo(Arrays.copyOf(x, D));
      }
    }
    assertThat(Files.readAllLines(export.resolve("embeddings.jsonl"))).hasSize(1_099);
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThat(storage.importFrom(export)).isEqualTo(1_099);
      for (int i = 0; i < 1_100; i += 13) {
        if (i != 7) {
          assertThat(storage.getEmbedding("e" + i).vector())
              .isEqualTo(Arrays.copyOfRange(x, i * D, (i + 1) * D));
          assertThat(storage.getMetadata("e" + i).extra())
              .isEqualTo(Embeddings.metadata(i).extra());
        }
      }
      assertThatThrownBy(() -> storage.importFrom(export))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("already");
      assertThat(storage.size()).isEqualTo(1_099);
    }
    Files.writeString(export.resolve("embeddings.jsonl"), "{\"id\":\"x\"}\n");
    try (VectorStorage storage = VectorStorage.open(config)) {
      assertThatThrownBy(() -> storage.importFrom(export))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("line 1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF8,SQ8", "SQ8"})
  void lossyCodesKeepTheOriginalsAndExactSimilarities(String factory) {
    try (VectorStorage storage = VectorStorage.open(config(factory).build())) {
      float[] x = Embeddings.vectors(1_000, D, 15);
      Embeddings.fill(storage, x, 0, 1_000);
      storage.optimizeIndex();
      assertThat(storage.indexDescription()).isEqualTo(factory);
      storage.upsert(Embeddings.vector(D, 151), Embeddings.metadata(3), "e3");
      storage.deleteEmbedding("e4");
      float[] query = Arrays.copyOfRange(x, 50 * D, 51 * D);
      List<SearchResult> results =
          storage.searchSimilar(
              query,
              10,
              factory.startsWith("IVF")
                  ? ALL.withParameters(SearchParameters.builder().nprobe(8).build())
                  : ALL);
      assertThat(results.getFirst().id()).isEqualTo("e50");
      for (SearchResult r : results) {
        int i = Integer.parseInt(r.id().substring(1));
        assertThat((double) r.similarity())
            .isCloseTo(Embeddings.similarity(SimilarityMetric.COSINE, query, x, i), within(1e-6));
      }
      assertThat(storage.getEmbedding("e50").vector()).isEqualTo(query);
      assertThat(storage.searchSimilar(query, 1_000, ALL)).hasSize(999);
    }
  }

  @Test
  void aRandomHistoryEndsLikeAPlainMap() {
    VectorStorageConfig config =
        onDisk("flat").toBuilder().logSegmentBytes(1 << 16).snapshotLogBytes(200_000).build();
    Random random = new Random(16);
    Map<String, float[]> vectors = new HashMap<>();
    Map<String, VectorMetadata> metadata = new HashMap<>();
    for (int round = 0; round < 4; round++) {
      try (VectorStorage storage = VectorStorage.open(config)) {
        for (int i = 0; i < 300; i++) {
          String id = "r" + random.nextInt(80);
          int what = random.nextInt(10);
          if (!vectors.containsKey(id) || what < 5) {
            float[] v = Embeddings.vector(D, random.nextLong());
            storage.upsert(v, Embeddings.metadata(i), id);
            vectors.put(id, v);
            metadata.put(id, Embeddings.metadata(i));
          } else if (what < 7) {
            storage.updateMetadata(id, Embeddings.metadata(1_000 + i));
            metadata.put(id, Embeddings.metadata(1_000 + i));
          } else {
            storage.deleteEmbedding(id);
            vectors.remove(id);
            metadata.remove(id);
          }
        }
      }
      try (VectorStorage storage = VectorStorage.open(config)) {
        assertThat(new HashSet<>(storage.ids(null))).isEqualTo(vectors.keySet());
        vectors.forEach(
            (id, v) -> {
              assertThat(storage.getEmbedding(id).vector()).isEqualTo(v);
              assertThat(storage.getMetadata(id)).isEqualTo(metadata.get(id));
            });
        assertThat(storage.searchSimilar(Embeddings.vector(D, 3), 500, ALL))
            .hasSize(vectors.size());
      }
    }
  }
}
