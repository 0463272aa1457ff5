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
import java.lang.foreign.MemorySegment;
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
 * Against the permutations of FAISS 1.15.1 ({@code polysemous.txt}, by {@code make_polysemous.py})
 * of seeded centroids of whole numbers, whose distances are exact on either side.
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
    return read("polysemous.txt");
  }

  static List<Case> rankings() throws IOException {
    return read("polysemous_ranking.txt");
  }

  private static List<Case> read(String name) throws IOException {
    List<Case> cases = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(PolysemousTrainingTest.class.getResourceAsStream(name)),
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
    check(
        c, PolysemousObjective.REPRODUCE_DISTANCES, whole(c.header[0] << c.header[2], c.header[3]));
  }

  @ParameterizedTest
  @MethodSource("rankings")
  void rankedPermutationsAreFaiss(Case c) {
    check(
        c, PolysemousObjective.RANKING, RandomData.normal(c.header[0] << c.header[2], c.header[3]));
  }

  private static Vectors none(int d) {
    return Vectors.of(new float[0], d);
  }

  private static void check(Case c, PolysemousObjective objective, float[] centroids) {
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
            faiss.maxMemory(),
            objective,
            0);
    ProductQuantizer pq = ProductQuantizer.of(h[0], m, nbits, centroids);
    float[] got = training.reorder(pq, none(h[0]), ProgressListener.NONE);
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
      float[] x = RandomData.normal(3 * n, nbits);
      checkChanges(new HammingCost(x, 0, nbits, 3, PolysemousTraining.DEFAULTS), nbits);
      if (nbits <= 6) {
        int[] codes = new int[5 * n];
        Random random = new Random(nbits);
        Arrays.setAll(codes, i -> random.nextInt(n));
        int[] queries = Arrays.copyOf(codes, n);
        checkChanges(
            new RankingCost(
                nbits,
                queries,
                codes,
                (q, row) -> {
                  for (int v = 0; v < row.length; v++) {
                    row[v] = Math.abs((float) Math.sin(q * 7919 + v));
                  }
                }),
            nbits);
      }
    }
  }

  private static void checkChanges(PermutationCost cost, int seed) {
    int n = cost.size();
    Random random = new Random(seed);
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
      assertThat(change)
          .isCloseTo(cost.cost(order) - before, within(1e-11 * (Math.abs(before) + 1)));
    }
  }

  /** Ranked by centroids and by vectors; a quarter of the vectors at most is kept from k-means. */
  @Test
  void rankingLowersItsCostAndKeepsVectorsBack() {
    int d = 4;
    Vectors x = Vectors.of(RandomData.normal(6000 * d, 8), d);
    PolysemousTraining cold =
        new PolysemousTraining(
            0, 1, 600, 1, 5, false, false, 1, 1L << 30, PolysemousObjective.RANKING, 400);
    ProductQuantizer pq = new ProductQuantizer(d, 1, 8);
    pq.setPolysemousTraining(cold);
    pq.train(x, ProgressListener.NONE);
    ProductQuantizer plain = new ProductQuantizer(d, 1, 8);
    plain.train(x.slice(0, 5600), ProgressListener.NONE);
    float[] numbered = pq.centroids();
    float[] unnumbered = plain.centroids();
    assertThat(numbered).isNotEqualTo(unnumbered);
    Arrays.sort(numbered);
    Arrays.sort(unnumbered);
    assertThat(numbered).isEqualTo(unnumbered);
    for (int ranked : new int[] {0, 400}) {
      Vectors rows = x.slice(5600, ranked);
      byte[] codes = new byte[ranked];
      plain.encode(rows, MemorySegment.ofArray(codes), 0);
      RankingCost cost = RankedRows.cost(plain, 0, rows, codes);
      int[] order = new int[256];
      Arrays.setAll(order, i -> i);
      assertThat(cost.cost(cold.anneal(cost))).isLessThan(1.002 * cost.cost(order));
    }
    assertThat(PolysemousTraining.DEFAULTS.keptBack(10_000)).isZero();
    PolysemousTraining many =
        PolysemousTraining.DEFAULTS.withObjective(PolysemousObjective.RANKING, 3000);
    assertThat(many.keptBack(8000)).isEqualTo(2000);
    assertThat(many.keptBack(20_000)).isEqualTo(3000);
  }

  @Test
  void rankingNeedsEightBits() {
    ProductQuantizer pq = ProductQuantizer.of(4, 2, 4, RandomData.normal(64, 1));
    PolysemousTraining ranking =
        PolysemousTraining.DEFAULTS.withObjective(PolysemousObjective.RANKING, 0);
    assertThatThrownBy(() -> ranking.reorder(pq, none(4), ProgressListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 bits, these have 4");
    assertThatThrownBy(() -> ranking.withObjective(PolysemousObjective.RANKING, -1))
        .hasMessageContaining("rankedVectors = -1");
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

  /** Of squared distances between centroids of 4 components with the bits they differ in. */
  private static double correlation(float[] c) {
    double[] s = new double[5];
    int count = c.length / 4;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
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
    double n = (double) count * count;
    return (n * s[4] - s[0] * s[1])
        / Math.sqrt((n * s[2] - s[0] * s[0]) * (n * s[3] - s[1] * s[1]));
  }

  @Test
  void tooMuchMemoryIsRefusedByNameAndAListenerStopsIt() {
    ProductQuantizer pq = ProductQuantizer.of(2, 1, 14, new float[2 << 14]);
    PolysemousTraining small =
        new PolysemousTraining(
            0.7,
            0.99,
            10,
            1,
            1,
            false,
            false,
            1,
            1 << 20,
            PolysemousObjective.REPRODUCE_DISTANCES,
            0);
    assertThatThrownBy(() -> small.reorder(pq, none(2), ProgressListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("14-bit")
        .hasMessageContaining("1048576")
        .hasMessageContaining("np");
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
