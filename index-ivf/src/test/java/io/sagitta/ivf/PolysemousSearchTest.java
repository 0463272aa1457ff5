package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.PolysemousTraining;
import io.sagitta.core.codec.PqQueryCode;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.ParameterSpace;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.random.RandomData;
import io.sagitta.flat.IndexFlat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Hamming filter of {@link IndexIVFPQ} against one written out by hand. */
class PolysemousSearchTest {
  private static final int D = 16;
  private static final int N = 900;
  private static final int LISTS = 6;
  private static final float[] BASE = RandomData.normal(N * D, 31);
  private static final float[] QUERIES = RandomData.normal(9 * D, 32);

  private static IndexIVFPQ made(int m, int nbits, MetricType metric, boolean residual) {
    IndexIVFPQ index =
        new IndexIVFPQ(new IndexFlat(D, metric), D, LISTS, m, nbits, metric, residual);
    index.setPolysemousTraining(PolysemousTraining.DEFAULTS.withIterations(2000));
    index.train(Vectors.of(BASE, D));
    index.add(Vectors.of(BASE, D));
    index.setNprobe(LISTS);
    return index;
  }

  private static SearchParameters ht(int threshold) {
    return SearchParameters.builder().set(SearchKey.POLYSEMOUS_HT, threshold).build();
  }

  /** Ids of the vectors whose code differs in fewer bits from that of query q. */
  private static Set<Long> passing(IndexIVFPQ index, int q, int threshold) {
    ProductQuantizer pq = index.productQuantizer();
    PqQueryCode code = new PqQueryCode(pq);
    Set<Long> passing = new TreeSet<>();
    float[] x = new float[D];
    for (int l = 0; l < LISTS; l++) {
      float[] centroid = index.quantizer().reconstruct(l);
      for (int j = 0; j < D; j++) {
        x[j] = QUERIES[q * D + j] - (index.byResidual() ? centroid[j] : 0);
      }
      code.set(x, 0);
      byte[] mine = new byte[pq.codeSize()];
      pq.encode(Vectors.one(x), MemorySegment.ofArray(mine), 0);
      MemorySegment codes = MemorySegment.ofArray(index.listCodes(l));
      long[] ids = index.listIds(l);
      for (int i = 0; i < ids.length; i++) {
        int bits = 0;
        for (int b = 0; b < mine.length; b++) {
          int other =
              codes.get(java.lang.foreign.ValueLayout.JAVA_BYTE, (long) i * mine.length + b);
          bits += Integer.bitCount((other ^ mine[b]) & 0xff);
        }
        assertThat(code.bits(codes, (long) i * mine.length)).isEqualTo(bits);
        if (bits < threshold) {
          passing.add(ids[i]);
        }
      }
    }
    return passing;
  }

  @ParameterizedTest
  @CsvSource({
    "8, 8, L2, true", "8, 8, L2, false", "8, 8, INNER_PRODUCT, true", "16, 8, INNER_PRODUCT, false",
    "16, 8, L2, true", "4, 5, L2, true", "4, 5, L2, false", "1, 3, INNER_PRODUCT, true"
  })
  void onlyCodesNearInBitsAreMeasured(int m, int nbits, MetricType metric, boolean residual) {
    try (IndexIVFPQ index = made(m, nbits, metric, residual)) {
      Vectors queries = Vectors.of(QUERIES, D);
      int threshold = Math.max(1, (m * nbits + 1) / 2);
      index.stats().reset();
      KnnResult batch = index.search(queries, N, ht(threshold));
      long measured = index.stats().codes();
      long expected = 0;
      for (int q = 0; q < batch.nq(); q++) {
        Set<Long> passing = passing(index, q, threshold);
        expected += passing.size();
        assertThat(passing).hasSizeBetween(1, N - 1);
        // One by one, because batches without a threshold round in another order.
        KnnResult all = index.search(queries.slice(q, 1), N, SearchParameters.NONE);
        int at = 0;
        for (int i = 0; i < all.count(0); i++) {
          if (passing.contains(all.id(0, i))) {
            assertThat(batch.id(q, at)).isEqualTo(all.id(0, i));
            assertThat(batch.distance(q, at++)).isEqualTo(all.distance(0, i));
          }
        }
        KnnResult everything = index.search(queries.slice(q, 1), N, ht(m * nbits + 1));
        assertThat(everything.labels()).isEqualTo(all.labels());
        assertThat(everything.distances()).isEqualTo(all.distances());
        assertThat(batch.count(q)).isEqualTo(at).isEqualTo(passing.size());
        KnnResult single = index.search(queries.slice(q, 1), N, ht(threshold));
        assertThat(single.count(0)).isEqualTo(at);
        assertThat(single.id(0, 0)).isEqualTo(batch.id(q, 0));
      }
      assertThat(measured).isEqualTo(expected);

      index.setPolysemousHt(threshold);
      assertThat(index.search(queries, N, SearchParameters.NONE).labels())
          .isEqualTo(batch.labels());
      assertThat(index.search(queries.slice(0, 1), N, ht(0)).count(0)).isEqualTo(N);
    }
  }

  @Test
  void itGoesWithSelectorsRangesAndBudgets() {
    try (IndexIVFPQ index = made(8, 8, MetricType.L2, true)) {
      Vectors queries = Vectors.of(QUERIES, D);
      SearchParameters selected =
          ht(30).toBuilder().selector(new IDSelectorRange(100, 500)).build();
      KnnResult found = index.search(queries, N, selected);
      RangeResult range = index.rangeSearch(queries, Float.MAX_VALUE, selected);
      for (int q = 0; q < found.nq(); q++) {
        Set<Long> passing = passing(index, q, 30);
        passing.removeIf(id -> id < 100 || id >= 500);
        assertThat(found.count(q)).isEqualTo(passing.size());
        assertThat(range.count(q)).isEqualTo(passing.size());
      }
      // FAISS counts what passes the filter, and cuts a list at what is left of the budget.
      index.stats().reset();
      index.search(queries, 5, ht(30).toBuilder().maxCodes(40).build());
      assertThat(index.stats().codes()).isBetween(1L, 40L * found.nq());
    }
  }

  @Test
  void itIsASettingToo() throws IOException {
    try (IndexIVFPQ index = made(8, 8, MetricType.L2, true)) {
      ParameterRange range = index.parameterRanges().getLast();
      assertThat(range.name()).isEqualTo("ht");
      assertThat(range.values()).startsWith(2.0, 4.0).endsWith(32.0, 64.0).hasSize(17);
      ParameterSpace.setParameters(index, "nprobe=3,ht=28");
      assertThat(index.polysemousHt()).isEqualTo(28);
      try (Index copy = index.copy();
          Index read = IndexIO.fromBytes(IndexIO.toBytes(index))) {
        assertThat(((IndexIVFPQ) copy).polysemousHt()).isEqualTo(28);
        // FAISS's files have no place for it.
        assertThat(((IndexIVFPQ) read).polysemousHt()).isZero();
      }
      ParameterSpace.setParameters(index, "ht=64");
      assertThat(index.polysemousHt()).isZero();
      SearchParameters exact = ht(9).toBuilder().set(SearchKey.EXACT, true).build();
      assertThatThrownBy(() -> index.search(Vectors.of(QUERIES, D), 1, exact))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("polysemous_ht = 9");
    }
  }
}
