package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexRefinePanoramaTest {
  private static final int D = 12;

  @ParameterizedTest
  @CsvSource({"L2,4,1", "L2,3,16", "INNER_PRODUCT,4,1", "INNER_PRODUCT,5,64"})
  void answersAsRefinementByFlatDoes(MetricType metric, int levels, int batch) throws IOException {
    String kind = metric == MetricType.L2 ? "L2" : "IP";
    String text = "SQ4,RefinePanorama(Flat%sPanorama%d_%d)".formatted(kind, levels, batch);
    Random r = new Random(3);
    float[] x = new float[800 * D];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) r.nextGaussian();
    }
    SearchParameters wide = SearchParameters.builder().set(SearchKey.K_FACTOR_RF, 6f).build();
    try (Index panorama = IndexFactory.create(D, text, metric);
        Index flat = IndexFactory.create(D, "SQ4,RFlat", metric)) {
      assertThat(panorama).isInstanceOf(IndexRefinePanorama.class);
      for (Index i : new Index[] {panorama, flat}) {
        i.train(x);
        i.add(x);
      }
      KnnResult expected = flat.search(x, 5, wide);
      KnnResult got = panorama.search(x, 5, wide);
      assertThat(got.labels()).isEqualTo(expected.labels());
      for (int i = 0; i < got.distances().length; i++) {
        assertThat(got.distances()[i]).isCloseTo(expected.distances()[i], within(1e-4f));
      }
      byte[] bytes = IndexIO.toBytes(panorama);
      try (Index read = IndexIO.fromBytes(bytes);
          Index copy = panorama.copy()) {
        assertThat(read).isInstanceOf(IndexRefinePanorama.class);
        assertThat(copy).isInstanceOf(IndexRefinePanorama.class);
        assertThat(IndexIO.toBytes(read)).isEqualTo(bytes);
        try (Index again = IndexFactory.create(D, IndexFactory.describe(read), metric)) {
          assertThat(again).isInstanceOf(IndexRefinePanorama.class);
        }
      }
      bytes[3] = 'F';
      assertThatThrownBy(() -> IndexIO.fromBytes(bytes).close())
          .isInstanceOf(IndexFormatException.class)
          .hasMessageContaining("Panorama");
    }
  }
}
