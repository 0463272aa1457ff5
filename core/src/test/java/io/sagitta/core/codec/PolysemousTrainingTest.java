package io.sagitta.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.RandomData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against the permutations of FAISS 1.15.1 ({@code polysemous.txt}) of seeded centroids of whole
 * numbers, whose distances are exact on either side.
 */
@Tag("simd")
class PolysemousTrainingTest {
  record Case(int[] header, List<int[]> orders) {
    @Override
    public String toString() {
      return Arrays.toString(header);
    }
  }

  static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    PolysemousTrainingTest.class.getResourceAsStream("polysemous.txt")),
                StandardCharsets.UTF_8))) {
      for (String line : in.lines().toList()) {
        if (line.startsWith("case ")) {
          cases.add(new Case(numbers(line.substring(5)), new ArrayList<>()));
        } else {
          cases.getLast().orders().add(numbers(line));
        }
      }
    }
    return cases;
  }

  private static int[] numbers(String line) {
    return Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static float[] whole(int n, int seed) {
    float[] x = RandomData.normal(n, seed);
    for (int i = 0; i < n; i++) {
      x[i] = (float) Math.rint(x[i] * 20);
    }
    return x;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void permutationsAreFaiss(Case c) {
    int[] h = c.header();
    int m = h[1];
    int nbits = h[2];
    int dsub = h[0] / m;
    PolysemousTraining faiss = PolysemousTraining.DEFAULTS;
    PolysemousTraining training =
        new PolysemousTraining(
            faiss.initTemperature(),
            faiss.temperatureDecay(),
            h[4],
            h[5],
            faiss.seed(),
            h[6] == 1,
            h[7] == 1,
            faiss.distanceWeight(),
            faiss.maxMemory());
    float[] centroids = whole(h[0] << nbits, h[3]);
    float[] got = training.reorder(centroids, m, nbits, dsub, ProgressListener.NONE);
    for (int i = 0; i < m; i++) {
      int[] order = c.orders().get(i);
      for (int k = 0; k < order.length; k++) {
        int from = ((i << nbits) + k) * dsub;
        int to = ((i << nbits) + order[k]) * dsub;
        assertThat(Arrays.copyOfRange(got, to, to + dsub))
            .as("sub-quantizer %d, centroid %d", i, k)
            .isEqualTo(Arrays.copyOfRange(centroids, from, from + dsub));
      }
    }
  }

  @Test
  void theChangeOfASwapIsTheDifferenceOfTheCosts() {
    for (int nbits : new int[] {1, 2, 3, 4, 6, 8}) {
      int n = 1 << nbits;
      HammingCost cost =
          new HammingCost(
              RandomData.normal(3 * n, nbits), 0, nbits, 3, PolysemousTraining.DEFAULTS);
      Random random = new Random(nbits);
      int[] order = new int[n];
      Arrays.setAll(order, i -> i);
      for (int step = 0; step < 40; step++) {
        int i = random.nextInt(n);
        int j = (i + 1 + random.nextInt(n - 1)) % n;
        double before = cost.cost(order);
        double change = cost.change(order, i, j);
        int t = order[i];
        order[i] = order[j];
        order[j] = t;
        assertThat(change).isCloseTo(cost.cost(order) - before, within(1e-11 * (before + 1)));
      }
    }
  }

  @Test
  void distancesStayAndHammingDistancesFollowThem() {
    int d = 16;
    float[] x = RandomData.normal(4000 * d, 8);
    ProductQuantizer plain = new ProductQuantizer(d, 4, 6);
    plain.train(Vectors.of(x, d), ProgressListener.NONE);
    ProductQuantizer numbered = new ProductQuantizer(d, 4, 6);
    numbered.setPolysemousTraining(PolysemousTraining.DEFAULTS.withIterations(50_000));
    assertThat(numbered.copy().polysemousTraining())
        .isEqualTo(PolysemousTraining.DEFAULTS.withIterations(50_000));
    numbered.train(Vectors.of(x, d), ProgressListener.NONE);
    int size = plain.centroids().length / 4;
    for (int i = 0; i < 4; i++) {
      float[] a = Arrays.copyOfRange(plain.centroids(), i * size, (i + 1) * size);
      float[] b = Arrays.copyOfRange(numbered.centroids(), i * size, (i + 1) * size);
      assertThat(correlation(b)).isGreaterThan(correlation(a) + 0.3);
      Arrays.sort(a);
      Arrays.sort(b);
      assertThat(b).isEqualTo(a);
    }
  }

  /** Of squared distances between 64 centroids of 4 components with the bits they differ in. */
  private static double correlation(float[] c) {
    double[] s = new double[5];
    for (int i = 0; i < 64; i++) {
      for (int j = 0; j < 64; j++) {
        double x = 0;
        for (int k = 0; k < 4; k++) {
          double t = c[i * 4 + k] - c[j * 4 + k];
          x += t * t;
        }
        double y = Integer.bitCount(i ^ j);
        s[0] += x;
        s[1] += y;
        s[2] += x * x;
        s[3] += y * y;
        s[4] += x * y;
      }
    }
    double n = 64 * 64;
    return (n * s[4] - s[0] * s[1])
        / Math.sqrt((n * s[2] - s[0] * s[0]) * (n * s[3] - s[1] * s[1]));
  }

  @Test
  void tooMuchMemoryIsRefusedByNameAndAListenerStopsIt() {
    ProductQuantizer pq = new ProductQuantizer(2, 1, 14);
    PolysemousTraining small =
        new PolysemousTraining(0.7, 0.99, 10, 1, 1, false, false, 1, 1 << 20);
    assertThatThrownBy(() -> small.reorder(new float[2 << 14], 1, 14, 2, ProgressListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("14-bit")
        .hasMessageContaining("1048576")
        .hasMessageContaining("np");
    assertThat(pq.isTrained()).isFalse();
    assertThatThrownBy(() -> PolysemousTraining.DEFAULTS.withIterations(-1))
        .hasMessageContaining("iterations = -1");
    ProductQuantizer stopped = new ProductQuantizer(8, 2, 4);
    stopped.setPolysemousTraining(PolysemousTraining.DEFAULTS);
    assertThatThrownBy(
            () ->
                stopped.train(
                    Vectors.of(RandomData.normal(800, 1), 8),
                    (stage, done, total) -> !stage.startsWith("polysemous")))
        .isInstanceOf(CancellationException.class);
    assertThat(stopped.isTrained()).isFalse();
  }
}
