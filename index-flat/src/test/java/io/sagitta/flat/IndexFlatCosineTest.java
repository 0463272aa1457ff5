package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IndexFlatCosineTest {
  private static float[] vectors(int n, int d, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n * d];
    for (int i = 0; i < n; i++) {
      float length = (float) Math.exp(4 * random.nextGaussian());
      for (int j = 0; j < d; j++) {
        x[i * d + j] = length * (float) random.nextGaussian();
      }
    }
    return x;
  }

  private static double cosine(float[] x, int i, float[] q, int k, int d) {
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int j = 0; j < d; j++) {
      xy += (double) x[i * d + j] * q[k * d + j];
      xx += (double) x[i * d + j] * x[i * d + j];
      yy += (double) q[k * d + j] * q[k * d + j];
    }
    return xy / Math.sqrt(xx * yy);
  }

  @Test
  void findsTheLargestCosinesWhateverTheLengths() {
    for (int d : new int[] {1, 2, 7, 33, 128}) {
      int n = 500;
      float[] x = vectors(n, d, d);
      float[] q = vectors(20, d, d + 1000);
      try (Index index = new IndexFlatCosine(d)) {
        index.add(x);
        KnnResult one = index.search(q, 10);
        for (int k = 0; k < 20; k++) {
          int query = k;
          double[] expected = new double[n];
          Arrays.setAll(expected, i -> cosine(x, i, q, query, d));
          double[] sorted = expected.clone();
          Arrays.sort(sorted);
          for (int r = 0; r < 10; r++) {
            double found = expected[(int) one.id(k, r)];
            assertThat((double) one.distance(k, r)).isCloseTo(found, within(1e-5));
            assertThat(found).isCloseTo(sorted[n - 1 - r], within(1e-5));
          }
        }
      }
    }
  }

  @Test
  void originalsComeBackBitForBit() throws IOException {
    int d = 19;
    float[] x = vectors(300, d, 3);
    try (Index index = IndexFactory.create(d, "Cosine", MetricType.INNER_PRODUCT)) {
      assertThat(IndexFactory.describe(index)).isEqualTo("Cosine");
      index.add(x);
      assertThat(index.reconstructN(0, 300)).isEqualTo(x);
      index.removeIds(new IDSelectorBatch(0, 299, 77));
      assertThat(index.reconstruct(0)).isEqualTo(Arrays.copyOfRange(x, d, 2 * d));
      byte[] bytes = IndexIO.toBytes(index);
      try (Index read = IndexIO.fromBytes(bytes);
          Index copy = index.copy()) {
        assertThat(read).isInstanceOf(IndexFlatCosine.class);
        assertThat(IndexIO.toBytes(read)).isEqualTo(bytes);
        assertThat(IndexIO.toBytes(copy)).isEqualTo(bytes);
        assertThat(read.reconstructN(0, 297)).isEqualTo(index.reconstructN(0, 297));
        float[] q = vectors(3, d, 4);
        assertThat(read.search(q, 5).labels()).isEqualTo(index.search(q, 5).labels());
      }
      for (int cut = 4; cut < bytes.length; cut += 997) {
        byte[] damaged = Arrays.copyOf(bytes, cut);
        assertThatThrownBy(() -> IndexIO.fromBytes(damaged))
            .isInstanceOf(IndexFormatException.class);
      }
    }
  }

  @Test
  void onlyGoesWithTheInnerProduct() {
    assertThatThrownBy(() -> IndexFactory.create(4, "Cosine", MetricType.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("INNER_PRODUCT");
  }

  @Test
  void aQueryOfAnyLengthGetsTheSameAnswer() {
    float[] x = vectors(100, 8, 5);
    float[] q = vectors(1, 8, 6);
    float[] larger = q.clone();
    for (int j = 0; j < 8; j++) {
      larger[j] *= 1024;
    }
    try (Index index = new IndexFlatCosine(8)) {
      index.add(x);
      assertThat(index.search(Vectors.one(q), 5).distances())
          .isEqualTo(index.search(Vectors.one(larger), 5).distances());
    }
  }
}
