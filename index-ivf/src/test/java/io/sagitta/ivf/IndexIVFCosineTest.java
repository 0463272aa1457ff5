package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class IndexIVFCosineTest {
  private static final int D = 16;

  private static float[] vectors(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n * D];
    for (int i = 0; i < n; i++) {
      float length = (float) Math.exp(2 * random.nextGaussian());
      for (int j = 0; j < D; j++) {
        x[i * D + j] = length * (float) random.nextGaussian();
      }
    }
    return x;
  }

  private static Index index(float[] x) {
    Index index = IndexFactory.create(D, "IVF16,Cosine", MetricType.INNER_PRODUCT);
    index.train(x);
    index.addWithIds(
        Vectors.of(x, D), LongStream.range(0, x.length / D).map(i -> 7 * i + 3).toArray());
    return index;
  }

  @Test
  void withAllListsItFindsWhatTheExactCosineFinds() {
    float[] x = vectors(1_000, 1);
    float[] q = vectors(30, 2);
    try (Index ivf = index(x);
        Index exact = IndexFactory.create(D, "Cosine", MetricType.INNER_PRODUCT)) {
      assertThat(IndexFactory.describe(ivf)).isEqualTo("IVF16,Cosine");
      exact.add(x);
      SearchParameters all = SearchParameters.builder().nprobe(16).build();
      KnnResult found = ivf.search(q, 10, all);
      KnnResult one = ivf.search(Arrays.copyOf(q, D), 10, all);
      KnnResult expected = exact.search(q, 10);
      for (int i = 0; i < 30; i++) {
        for (int r = 0; r < 10; r++) {
          assertThat(Math.abs(found.distance(i, r) - expected.distance(i, r))).isLessThan(2e-6f);
          assertThat(found.id(i, r)).isEqualTo(7 * expected.id(i, r) + 3);
        }
      }
      for (int r = 0; r < 10; r++) {
        assertThat(one.id(0, r)).isEqualTo(found.id(0, r));
      }
    }
  }

  @Test
  void filesComeBackAsTheyWere() throws IOException {
    float[] x = vectors(400, 3);
    float[] q = vectors(5, 4);
    try (Index ivf = index(x)) {
      byte[] bytes = IndexIO.toBytes(ivf);
      try (Index read = IndexIO.fromBytes(bytes)) {
        assertThat(read.search(q, 5).labels()).isEqualTo(ivf.search(q, 5).labels());
        assertThat(IndexIO.toBytes(read)).isEqualTo(bytes);
      }
      for (int cut = 4; cut < bytes.length; cut += 1_009) {
        byte[] damaged = Arrays.copyOf(bytes, cut);
        assertThatThrownBy(() -> IndexIO.fromBytes(damaged))
            .isInstanceOf(IndexFormatException.class);
      }
    }
  }

  @Test
  void onlyGoesWithTheInnerProduct() {
    assertThatThrownBy(() -> IndexFactory.create(D, "IVF4,Cosine", MetricType.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("INNER_PRODUCT");
  }
}
