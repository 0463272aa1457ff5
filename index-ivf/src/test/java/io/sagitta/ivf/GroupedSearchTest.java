package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches by lists, whatever the number of queries a list, and what lists keep for them. */
@Tag("simd")
class GroupedSearchTest {
  private static final int K = 6;

  /** Batches with 1 to many queries a list, against single queries. */
  private static void batchesAnswerLikeSingles(IndexIVF index, float[] q, SearchParameters p) {
    int d = index.d();
    for (int nq : new int[] {2, 9, 40, 150, q.length / d}) {
      Vectors queries = Vectors.of(q, d).slice(0, nq);
      KnnResult batch = index.search(queries, K, p);
      for (int i = 0; i < nq; i++) {
        KnnResult one = index.search(queries.slice(i, 1), K, p);
        assertThat(batch.count(i)).isEqualTo(one.count(0));
        for (int j = 0; j < one.count(0); j++) {
          assertThat(batch.id(i, j)).isEqualTo(one.id(0, j));
          assertThat(batch.distance(i, j)).isEqualTo(one.distance(0, j));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"L2, 8", "L2, 21", "INNER_PRODUCT, 8", "INNER_PRODUCT, 40"})
  void flatBatchesAfterEveryChange(MetricType metric, int d) {
    float[] x = IvfData.clustered(4000, d, 1);
    float[] q = IvfData.clustered(500, d, 2);
    SearchParameters p = SearchParameters.builder().nprobe(3).build();
    SearchParameters some = p.toBuilder().selector(IDSelector.of(id -> id % 3 != 1)).build();
    try (IndexIVF index = IvfData.index("IVF12,Flat", d, metric, x)) {
      batchesAnswerLikeSingles(index, q, p);
      for (int i = 0; i < 5; i++) {
        float[] more = IvfData.clustered(37, d, 10 + i);
        for (int j = 0; j < more.length; j++) {
          more[j] *= 1 + i;
        }
        index.add(more);
        batchesAnswerLikeSingles(index, q, p);
      }
      batchesAnswerLikeSingles(index, q, some);
      index.removeIds(IDSelector.of(id -> id % 5 == 0));
      batchesAnswerLikeSingles(index, q, p);
      index.reset();
      batchesAnswerLikeSingles(index, q, p);
      index.add(x);
      batchesAnswerLikeSingles(index, q, p);
    }
  }

  @Test
  void normsAreKeptOnceAndGrow() {
    int d = 16;
    float[] x = IvfData.clustered(1000, d, 1);
    float[] q = IvfData.clustered(60, d, 2);
    SearchParameters p = SearchParameters.builder().nprobe(4).build();
    try (IndexIVF index = IvfData.index("IVF4,Flat", d, MetricType.L2, x)) {
      float[] scratch = new float[RowNorms.scratchSize(d)];
      index.search(q, 3, p);
      index.readingState(
          s -> {
            for (int l = 0; l < 4; l++) {
              InvertedList list = s.lists.get(l);
              RowNorms norms = RowNorms.of(s, list, false, scratch);
              assertThat(RowNorms.of(s, list, false, scratch)).isSameAs(norms);
              assertThat(norms.rows()).isEqualTo(list.size());
              assertThat(norms.halves()[list.size() - 1]).isNegative();
            }
          });
    }
  }
}
