package io.sagitta.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.codec.ScalarQuantizer;
import io.sagitta.core.random.RandomData;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("simd")
class ClusteringTest {
  @Test
  void threadsDoNotChangeTheResult() {
    Vectors x = Vectors.of(RandomData.normal(3000 * 33, 3), 33);
    Clustering one = new Clustering(33, 40);
    Clustering three = new Clustering(33, 40);
    Parallelism.of(1).run(() -> one.train(x));
    Parallelism.of(3).run(() -> three.train(x));
    assertThat(three.centroids()).isEqualTo(one.centroids());
  }

  @Test
  void aListenerStopsItAndNothingIsChanged() {
    Vectors x = Vectors.of(RandomData.normal(500 * 4, 3), 4);
    Clustering clustering = new Clustering(4, 5);
    clustering.train(x);
    float[] before = clustering.centroids();
    List<Long> seen = new ArrayList<>();
    ProgressListener stopAtThree =
        (stage, done, total) -> {
          seen.add(done);
          return done < 3;
        };
    Vectors other = Vectors.of(RandomData.normal(500 * 4, 4), 4);
    assertThatThrownBy(() -> clustering.train(other, MetricType.L2, null, stopAtThree))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("k-means");
    assertThat(seen).containsExactly(0L, 1L, 2L, 3L);
    assertThat(clustering.centroids()).isEqualTo(before);
  }

  @Test
  void badInputIsNamed() {
    Clustering clustering = new Clustering(4, 5);
    assertThatThrownBy(() -> clustering.train(Vectors.of(new float[16], 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 training rows")
        .hasMessageContaining("5 clusters");
    assertThatThrownBy(() -> clustering.train(Vectors.of(new float[60], 3)))
        .hasMessageContaining("dimension 3");
    float[] poisoned = RandomData.normal(400, 1);
    poisoned[123] = Float.NaN;
    assertThatThrownBy(() -> clustering.train(Vectors.of(poisoned, 4)))
        .hasMessageContaining("row 30 ");
    poisoned[123] = Float.NEGATIVE_INFINITY;
    assertThatThrownBy(() -> clustering.train(Vectors.of(poisoned, 4)))
        .hasMessageContaining("infinity");
    assertThatThrownBy(() -> new Clustering(0, 5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ClusteringParameters.DEFAULTS.withNredo(0))
        .hasMessageContaining("nredo = 0");
    assertThatThrownBy(
            () ->
                clustering.train(
                    Vectors.of(RandomData.normal(400, 1), 4),
                    MetricType.L1,
                    null,
                    ProgressListener.NONE))
        .hasMessageContaining("L1");
  }

  @ParameterizedTest
  @EnumSource(InitMethod.class)
  void everySeedingSeparatesClearClusters(InitMethod method) {
    int groups = 6;
    float[] x = RandomData.normal(groups * 50 * 3, 9);
    for (int i = 0; i < groups * 50; i++) {
      x[3 * i + i % 3] += 60f * (i % groups);
    }
    Clustering clustering =
        new Clustering(
            3, groups, ClusteringParameters.DEFAULTS.withInitMethod(method).withNredo(6));
    clustering.train(Vectors.of(x, 3));
    // Tight clusters of variance 1 in 3 dimensions: the sum of squares is about 3 a row.
    assertThat(clustering.iterationStats().getLast().obj()).isBetween(600f, 1200f);
  }

  @Test
  void kmeansAssignsToTheNearest() {
    float[] x = RandomData.normal(1000 * 7, 21);
    Kmeans kmeans = new Kmeans(7, 12, ClusteringParameters.DEFAULTS.withNiter(6));
    assertThatThrownBy(() -> kmeans.assign(Vectors.of(x, 7)))
        .isInstanceOf(IllegalStateException.class);
    float objective = kmeans.train(Vectors.of(x, 7));
    assertThat(kmeans.objectives()).hasSize(6);
    assertThat(objective).isEqualTo(kmeans.objectives()[5]);
    Kmeans.Assignment found = kmeans.assign(Vectors.of(x, 7));
    float[] centroids = kmeans.centroids();
    for (int i = 0; i < 1000; i++) {
      double best = Double.POSITIVE_INFINITY;
      int nearest = -1;
      for (int c = 0; c < 12; c++) {
        double distance = distance(x, i, centroids, c, 7);
        if (distance < best) {
          best = distance;
          nearest = c;
        }
      }
      assertThat(found.labels()[i]).isEqualTo(nearest);
      assertThat((double) found.distances()[i])
          .isCloseTo(best, org.assertj.core.api.Assertions.within(1e-4));
    }
  }

  @Test
  void encodedRowsTrainLikeTheirDecodedForm() {
    int d = 6;
    int n = 900;
    float[] x = RandomData.normal(n * d, 33);
    ScalarQuantizer codec = new ScalarQuantizer(d, QuantizerType.QT_6BIT);
    codec.train(Vectors.of(x, d), ProgressListener.NONE);
    MemorySegment codes = MemorySegment.ofArray(new byte[n * codec.codeSize()]);
    codec.encode(Vectors.of(x, d), codes, 0);
    float[] decoded = new float[n * d];
    codec.decode(n, codes, 0, MemorySegment.ofArray(decoded), 0);
    for (int most : new int[] {10, 200}) {
      for (int block : new int[] {100, 32768}) {
        ClusteringParameters settings =
            ClusteringParameters.DEFAULTS
                .withNiter(5)
                .withMaxPointsPerCentroid(most)
                .withDecodeBlockSize(block);
        Clustering plain = new Clustering(d, 20, settings);
        plain.train(Vectors.of(decoded, d));
        Clustering encoded = new Clustering(d, 20, settings);
        encoded.trainEncoded(codes, n, codec);
        assertThat(encoded.centroids()).isEqualTo(plain.centroids());
        assertThat(encoded.iterationStats()).hasSize(5);
      }
    }
    Clustering clustering = new Clustering(d, 20);
    assertThatThrownBy(() -> clustering.trainEncoded(codes, n + 1, codec))
        .hasMessageContaining("901 codes of 5 bytes exceed 4500");
    assertThatThrownBy(() -> clustering.trainEncoded(codes, 19, codec))
        .hasMessageContaining("19 training rows");
    ScalarQuantizer other = new ScalarQuantizer(5, QuantizerType.QT_FP16);
    assertThatThrownBy(() -> clustering.trainEncoded(codes, 30, other))
        .hasMessageContaining("dimension 5");
  }

  @Test
  void everyKernelFindsTheSameNearest() {
    for (int d : new int[] {1, 2, 4, 5, 8, 16, 31, 32, 33, 100, 300}) {
      int k = 1 + (d * 7) % 90;
      int n = 100;
      // Whole numbers: every sum is exact, so ties are real and go to the lowest centroid.
      float[] x = whole(RandomData.normal(n * d, d));
      float[] c = whole(RandomData.normal(k * d, d + 1));
      int[] expected = new int[n];
      for (int i = 0; i < n; i++) {
        double best = Double.POSITIVE_INFINITY;
        for (int j = 0; j < k; j++) {
          double distance = distance(x, i, c, j, d);
          if (distance < best) {
            best = distance;
            expected[i] = j;
          }
        }
      }
      int[] labels = new int[n];
      float[] distances = new float[n];
      NearestCentroids.of(c, 0, k, d, MetricType.L2).assign(Vectors.of(x, d), labels, distances);
      assertThat(labels).as("d = %d through products", d).isEqualTo(expected);
      Arrays.fill(labels, -2);
      NearestCentroids.direct(c, 0, k, d).assign(Vectors.of(x, d), labels, distances);
      assertThat(labels).as("d = %d from differences", d).isEqualTo(expected);
    }
  }

  private static float[] whole(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.round(x[i] * 2);
    }
    return x;
  }

  private static double distance(float[] x, int i, float[] c, int j, int d) {
    double sum = 0;
    for (int t = 0; t < d; t++) {
      double diff = (double) x[i * d + t] - c[j * d + t];
      sum += diff * diff;
    }
    return sum;
  }
}
