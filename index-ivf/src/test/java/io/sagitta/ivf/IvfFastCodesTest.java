package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inverted lists in blocks: fast-scan and RaBitQ, with every verb that moves codes. */
class IvfFastCodesTest {
  private static final int D = 16;
  private static final int N = 3000;
  private static final int NQ = 20;
  private static final SearchParameters ALL = SearchParameters.builder().nprobe(8).build();

  private final Random random = new Random(77);
  private final float[] x = clustered(N);
  private final float[] queries = clustered(NQ);

  @ParameterizedTest
  @CsvSource({
    "'IVF8,PQ8x4fs',0.25",
    "'IVF8,PQ8x4fsr',0.3",
    "'IVF8,RaBitQ',0.1",
    "'IVF8,RaBitQfs',0.1",
    "'IVF8,RaBitQ4',0.75",
    "'IVF8,RaBitQfs4',0.75",
    "'IVF8,RaBitQ9',0.97",
    "'IVF8,RaBitQfs9',0.97",
    "'IVF8,FlatPanorama4',0.99",
    "'IVF8,FlatPanorama5_96',0.99"
  })
  void answersAreNearTheTruth(String factory, double least) {
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      try (Index index = filled(factory, metric);
          Index flat = IndexFactory.create(D, "Flat", metric)) {
        flat.add(x);
        KnnResult got = index.search(queries, 10, ALL);
        KnnResult truth = flat.search(queries, 10);
        int hits = 0;
        for (int q = 0; q < NQ; q++) {
          assertThat(got.count(q)).isEqualTo(10);
          for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 10; j++) {
              hits += got.id(q, i) == truth.id(q, j) ? 1 : 0;
            }
          }
        }
        assertThat(hits / (10.0 * NQ)).as("%s %s", factory, metric).isGreaterThan(least);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IVF8,PQ8x4fs",
        "IVF8,PQ8x4fsr_64",
        "IVF8,PQ16x4fs_96",
        "IVF8,RaBitQ3",
        "IVF8,RaBitQfs",
        "IVF8,RaBitQfs3_64",
        "IVF8,FlatPanorama4",
        "IVF8,FlatPanorama5_96",
        "IVF8,FlatPanorama16_1"
      })
  void everyVerbMovesCodesWhole(String factory) throws IOException {
    try (Index once = filled(factory, MetricType.L2);
        Index parts = once.copy()) {
      parts.reset();
      for (int from = 0; from < N; from += 700) {
        parts.add(Vectors.of(x, D).slice(from, Math.min(700, N - from)));
      }
      same(once, parts);
      byte[] bytes = IndexIO.toBytes(once);
      try (Index read = IndexIO.fromBytes(bytes);
          Index copy = once.copy()) {
        assertThat(IndexIO.toBytes(read)).isEqualTo(bytes);
        assertThat(IndexFactory.describe(read)).isEqualTo(factory);
        same(once, read);
        same(once, copy);
      }
      // Remove some and put them back under their ids: as a set, nothing has changed.
      IDSelectorRange gone = new IDSelectorRange(500, 1200);
      assertThat(once.removeIds(gone)).isEqualTo(700);
      for (long id : once.search(queries, 20, ALL).labels()) {
        assertThat(gone.isMember(id)).isFalse();
      }
      long[] ids = new long[700];
      Arrays.setAll(ids, i -> 500 + i);
      once.addWithIds(Vectors.of(x, D).slice(500, 700), ids);
      KnnResult a = once.search(queries, 10, ALL);
      KnnResult b = parts.search(queries, 10, ALL);
      int equal = 0;
      for (int i = 0; i < a.distances().length; i++) {
        equal += a.distances()[i] == b.distances()[i] ? 1 : 0;
      }
      // Which multi-bit codes are refined hangs on the bound met on the way, so on the order in a
      // list.
      assertThat(equal).isGreaterThanOrEqualTo(factory.matches(".*RaBitQ.*[2-9].*") ? 190 : 200);
      assertThat(once.reconstructN(0, N)).isEqualTo(parts.reconstructN(0, N));
      // Merging a copy doubles every vector.
      try (Index other = parts.copy()) {
        parts.mergeFrom(other, N);
        assertThat(parts.ntotal()).isEqualTo(2L * N);
        assertThat(parts.reconstructN(N, N)).isEqualTo(parts.reconstructN(0, N));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IVF8,PQ8x4fs",
        "IVF8,PQ8x4fsr",
        "IVF8,RaBitQfs2",
        "IVF8,RaBitQ2",
        "IVF8,FlatPanorama4"
      })
  void selectorsRangesAndBudgets(String factory) {
    try (Index index = filled(factory, MetricType.L2)) {
      IDSelectorRange some = new IDSelectorRange(100, 110);
      KnnResult got =
          index.search(queries, 15, SearchParameters.builder().nprobe(8).selector(some).build());
      for (int q = 0; q < NQ; q++) {
        assertThat(got.count(q)).isEqualTo(10);
        for (int i = 0; i < 10; i++) {
          assertThat(some.isMember(got.id(q, i))).isTrue();
        }
      }
      float radius = index.search(queries, 30, ALL).distance(0, 20);
      RangeResult range = index.rangeSearch(Vectors.of(queries, D), radius, ALL);
      for (float v : range.distances()) {
        assertThat(v).isLessThan(radius);
      }
      assertThat(range.count(0)).isBetween(10, 40);
      KnnResult budget =
          index.search(
              queries,
              5,
              SearchParameters.builder().nprobe(8).set(SearchKey.MAX_CODES, 50L).build());
      assertThat(budget.count(0)).isEqualTo(5);
    }
  }

  @Test
  void parametersActOrAreRefused() {
    try (Index pq = filled("IVF8,PQ8x4fs", MetricType.L2);
        Index rabitq = filled("IVF8,RaBitQfs", MetricType.L2)) {
      SearchParameters qb = SearchParameters.builder().nprobe(8).set(SearchKey.QB, 3).build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> pq.search(queries, 5, qb))
          .withMessageContaining("qb");
      KnnResult coarse = rabitq.search(queries, 5, qb);
      KnnResult fine = rabitq.search(queries, 5, ALL);
      assertThat(coarse.distances()).isNotEqualTo(fine.distances());
      assertThat(coarse.distance(0, 0)).isCloseTo(fine.distance(0, 0), within(20f));
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  rabitq.search(
                      queries, 5, SearchParameters.builder().set(SearchKey.QB, 0).build()))
          .withMessageContaining("0");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"L2", "INNER_PRODUCT"})
  void panoramaAnswersAsFlatDoes(MetricType metric) {
    try (Index flat = filled("IVF8,Flat", metric);
        Index panorama = filled("IVF8,FlatPanorama6", metric)) {
      SearchParameters three = SearchParameters.builder().nprobe(3).build();
      KnnResult expected = flat.search(queries, 10, three);
      KnnResult got = panorama.search(queries, 10, three);
      for (int i = 0; i < NQ * 10; i++) {
        assertThat(got.distances()[i]).isCloseTo(expected.distances()[i], within(2e-3f));
      }
      // Stand-alone codes are those of the flat lists; what comes back has its norms again.
      byte[] codes = new byte[Math.toIntExact(N * panorama.saCodeSize())];
      assertThat(panorama.saCodeSize()).isEqualTo(flat.saCodeSize());
      panorama.saEncode(Vectors.of(x, D), MemorySegment.ofArray(codes));
      try (Index again = panorama.copy()) {
        again.reset();
        again.addSaCodes(N, MemorySegment.ofArray(codes), new long[0]);
        same(panorama, again);
        float[] decoded = new float[N * D];
        again.saDecode(N, MemorySegment.ofArray(codes), MemorySegment.ofArray(decoded));
        assertThat(decoded).isEqualTo(x);
      }
    }
  }

  private Index filled(String factory, MetricType metric) {
    Index index = IndexFactory.create(D, factory, metric);
    index.train(x);
    index.add(x);
    return index;
  }

  private void same(Index a, Index b) {
    KnnResult x1 = a.search(queries, 12, ALL);
    KnnResult x2 = b.search(queries, 12, ALL);
    assertThat(x2.labels()).isEqualTo(x1.labels());
    assertThat(x2.distances()).isEqualTo(x1.distances());
  }

  private float[] clustered(int n) {
    float[] out = new float[n * D];
    for (int i = 0; i < n; i++) {
      int c = random.nextInt(12);
      for (int j = 0; j < D; j++) {
        out[i * D + j] = (float) (((c * 31 + j * 7) % 11) + 2 * random.nextGaussian());
      }
    }
    return out;
  }
}
