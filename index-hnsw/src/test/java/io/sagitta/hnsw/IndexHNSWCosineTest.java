package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexHNSWCosineTest {
  private static final int D = 24;

  @TempDir Path directory;

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

  @Test
  void findsWhatTheExactCosineFinds() {
    float[] x = vectors(2_000, 1);
    float[] q = vectors(50, 2);
    try (Index graph = IndexFactory.create(D, "HNSW16,Cosine", MetricType.INNER_PRODUCT);
        Index exact = IndexFactory.create(D, "Cosine", MetricType.INNER_PRODUCT)) {
      assertThat(IndexFactory.describe(graph)).isEqualTo("HNSW16,Cosine");
      graph.add(x);
      exact.add(x);
      ((IndexHNSW) graph).setParameter("efSearch", 200);
      KnnResult found = graph.search(q, 10);
      KnnResult expected = exact.search(q, 10);
      int hits = 0;
      for (int i = 0; i < 50; i++) {
        for (int r = 0; r < 10; r++) {
          long id = found.id(i, r);
          for (int e = 0; e < 10; e++) {
            if (expected.id(i, e) == id) {
              hits++;
              assertThat(Math.abs(found.distance(i, r) - expected.distance(i, e)))
                  .isLessThan(2e-6f);
            }
          }
        }
      }
      assertThat(hits).isGreaterThan(490);
      assertThat(graph.reconstruct(1_999)).isEqualTo(Arrays.copyOfRange(x, 1_999 * D, 2_000 * D));
    }
  }

  @Test
  void filesComeBackAsTheyWere() throws IOException {
    float[] x = vectors(500, 3);
    float[] q = vectors(10, 4);
    try (Index graph = new IndexHNSWCosine(D, 8)) {
      graph.add(x);
      byte[] bytes = IndexIO.toBytes(graph);
      Path file = directory.resolve("graph");
      Files.write(file, bytes);
      try (Index read = IndexIO.fromBytes(bytes);
          Index mapped = IndexIO.open(file);
          Index copy = graph.copy()) {
        for (Index other : new Index[] {read, mapped, copy}) {
          assertThat(other.search(q, 5).labels()).isEqualTo(graph.search(q, 5).labels());
          assertThat(other.search(q, 5).distances()).isEqualTo(graph.search(q, 5).distances());
          assertThat(other.reconstructN(0, 500)).isEqualTo(x);
        }
        assertThat(IndexIO.toBytes(read)).isEqualTo(bytes);
        read.add(vectors(10, 5));
        assertThat(read.ntotal()).isEqualTo(510);
        assertThatThrownBy(() -> mapped.add(q)).isInstanceOf(UnsupportedOperationException.class);
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
    assertThatThrownBy(() -> IndexFactory.create(D, "HNSW32,Cosine", MetricType.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("INNER_PRODUCT");
  }
}
