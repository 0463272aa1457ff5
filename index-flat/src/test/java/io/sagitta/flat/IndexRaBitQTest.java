package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The flat RaBitQ index: recall grows with bits, parameters act, files come back. */
class IndexRaBitQTest {
  private static final int D = 64;
  private static final int N = 3000;

  private final Random random = new Random(21);
  private final float[] x = IndexFlatPanoramaTest.gaussian(random, N * D);
  private final float[] queries = IndexFlatPanoramaTest.gaussian(random, 30 * D);

  @Test
  void recallGrowsWithBits() {
    double last = 0.15;
    for (int bits : new int[] {1, 3, 5, 9}) {
      for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
        double recall = recall(bits, metric);
        assertThat(recall).as("%d bits, %s", bits, metric).isGreaterThan(last);
      }
      last = recall(bits, MetricType.L2) - 0.02;
    }
    assertThat(last).isGreaterThan(0.95);
  }

  private double recall(int bits, MetricType metric) {
    try (Index index = new IndexRaBitQ(D, metric, bits);
        Index flat = new IndexFlat(D, metric)) {
      index.train(x);
      index.add(x);
      flat.add(x);
      long[] got = index.search(queries, 10).labels();
      long[] truth = flat.search(queries, 10).labels();
      int hits = 0;
      for (int q = 0; q < 30; q++) {
        for (int i = 0; i < 10; i++) {
          for (int j = 0; j < 10; j++) {
            hits += got[q * 10 + i] == truth[q * 10 + j] ? 1 : 0;
          }
        }
      }
      return hits / 300.0;
    }
  }

  @Test
  void parametersSelectorsAndFiles() throws IOException {
    try (IndexRaBitQ index = (IndexRaBitQ) IndexFactory.create(D, "RaBitQ4")) {
      assertThatIllegalStateException().isThrownBy(() -> index.add(x));
      index.train(x);
      index.add(x);
      SearchParameters fine =
          SearchParameters.builder().set(SearchKey.QB, 8).set(SearchKey.CENTERED, true).build();
      assertThat(index.search(queries, 3, fine).nq()).isEqualTo(30);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  index.search(queries, 3, SearchParameters.builder().set(SearchKey.QB, 9).build()))
          .withMessageContaining("9");
      IDSelectorRange some = new IDSelectorRange(100, 105);
      for (long id : index.search(queries, 5, SearchParameters.of(some)).labels()) {
        assertThat(some.isMember(id)).isTrue();
      }
      index.setQb(6);
      byte[] bytes = IndexIO.toBytes(index);
      try (Index read = IndexIO.fromBytes(bytes)) {
        assertThat(((IndexRaBitQ) read).qb()).isEqualTo(6);
        assertThat(IndexIO.toBytes(read)).isEqualTo(bytes);
        assertThat(read.search(queries, 5).labels()).isEqualTo(index.search(queries, 5).labels());
      }
    }
  }
}
