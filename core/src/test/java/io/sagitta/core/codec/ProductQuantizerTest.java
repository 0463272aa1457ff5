package io.sagitta.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.cluster.ClusteringParameters;
import io.sagitta.core.random.RandomData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against codes, distances and centroids of FAISS 1.15.1 on seeded data ({@code pq.txt}). */
@Tag("simd")
class ProductQuantizerTest {
  private static final int ROWS = 12;
  private static final int QUERIES = 2;

  record Case(List<String> lines) {
    String field(int i) {
      return lines.get(i).substring(lines.get(i).indexOf(' ') + 1);
    }

    @Override
    public String toString() {
      return field(0);
    }
  }

  static List<Case> given() throws IOException {
    return cases("given");
  }

  static List<Case> trained() throws IOException {
    return cases("trained");
  }

  private static List<Case> cases(String kind) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(ProductQuantizerTest.class.getResourceAsStream("pq.txt")),
                StandardCharsets.UTF_8))) {
      List<String> lines = in.lines().toList();
      List<Case> cases = new ArrayList<>();
      for (int i = 0; i < lines.size(); i += 4) {
        if (lines.get(i).startsWith("case " + kind)) {
          cases.add(new Case(lines.subList(i, i + 4)));
        }
      }
      return cases;
    }
  }

  @ParameterizedTest
  @MethodSource("given")
  void withFaissCentroidsCodesAndDistancesAreFaiss(Case c) {
    String[] words = c.field(0).split(" ");
    int d = Integer.parseInt(words[1]);
    int nbits = Integer.parseInt(words[3]);
    ProductQuantizer pq =
        ProductQuantizer.of(
            d, Integer.parseInt(words[2]), nbits, RandomData.normal(d << nbits, 11));
    byte[] expected = HexFormat.of().parseHex(c.field(1));
    byte[] codes = new byte[ROWS * pq.codeSize()];
    Vectors x = Vectors.of(RandomData.normal(ROWS * d, 12), d);
    pq.encode(x, MemorySegment.ofArray(codes), 0);
    assertThat(codes).isEqualTo(expected);

    float[] decoded = new float[ROWS * d];
    pq.decode(ROWS, MemorySegment.ofArray(codes), 0, MemorySegment.ofArray(decoded), 0);
    byte[] again = new byte[codes.length];
    pq.encode(Vectors.of(decoded, d), MemorySegment.ofArray(again), 0);
    assertThat(again).isEqualTo(codes);

    float[] queries = RandomData.normal(QUERIES * d, 13);
    checkScores(pq, MetricType.L2, queries, codes, decoded, floats(c.field(2)));
    checkScores(pq, MetricType.INNER_PRODUCT, queries, codes, decoded, floats(c.field(3)));
  }

  private static void checkScores(
      ProductQuantizer pq,
      MetricType metric,
      float[] queries,
      byte[] codes,
      float[] decoded,
      float[] expected) {
    CodeScorer scorer = pq.scorer(metric, 0);
    MemorySegment stored = MemorySegment.ofArray(codes);
    int size = pq.codeSize();
    int d = pq.d();
    float[] run = new float[ROWS];
    float[] four = new float[4];
    for (int q = 0; q < QUERIES; q++) {
      scorer.setQuery(MemorySegment.ofArray(queries), 4L * q * d);
      scorer.scoreRun(stored, 0, ROWS, run, 0);
      for (int i = 0; i < ROWS; i++) {
        float e = expected[q * ROWS + i];
        assertThat(run[i]).isCloseTo(e, within(1e-5f * Math.max(1, 4 * Math.abs(e))));
        assertThat(scorer.score(stored, (long) i * size)).isEqualTo(run[i]);
      }
      scorer.scoreFour(
          stored, 5L * size, stored, 0, stored, (long) size, stored, 5L * size, four, 0);
      assertThat(four).containsExactly(run[5], run[0], run[1], run[5]);
    }
    double between = 0;
    for (int j = 0; j < d; j++) {
      double a = decoded[d + j];
      double b = decoded[3 * d + j];
      between += metric == MetricType.L2 ? (a - b) * (a - b) : a * b;
    }
    assertThat((double) scorer.between(stored, size, stored, 3L * size))
        .isCloseTo(between, within(1e-4 * Math.max(1, Math.abs(between))));
  }

  @ParameterizedTest
  @MethodSource("trained")
  void trainingReachesFaissCentroids(Case c) {
    String[] words = c.field(0).split(" ");
    int d = Integer.parseInt(words[1]);
    int nbits = Integer.parseInt(words[3]);
    int n = Integer.parseInt(words[4]);
    PqTrainType type = PqTrainType.valueOf(words[5]);
    ProductQuantizer pq = new ProductQuantizer(d, Integer.parseInt(words[2]), nbits);
    if (type == PqTrainType.HOT_START) {
      pq.setCentroids(RandomData.normal(d << nbits, 31));
    }
    pq.setTrainType(type);
    pq.setClusteringParameters(ClusteringParameters.DEFAULTS.withNiter(6));
    float[] x = RandomData.normal(n * d, 21);
    for (int i = 0; i < x.length; i++) {
      x[i] += 0.5f;
    }
    pq.train(Vectors.of(x, d), ProgressListener.NONE);
    float[] expected = floats(c.field(2));
    float[] centroids = pq.centroids();
    assertThat(centroids).hasSize(expected.length);
    if (type == PqTrainType.HYPERCUBE_PCA) {
      // The signs of the axes are anybody's choice, so the runs differ; their quality must not.
      double error = error(pq, x);
      double faiss = error(ProductQuantizer.of(d, pq.m(), nbits, expected), x);
      assertThat(error).isCloseTo(faiss, within(0.02 * faiss));
      return;
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(centroids[i]).as("component %d", i).isCloseTo(expected[i], within(2e-5f));
    }
    byte[] codes = new byte[ROWS * pq.codeSize()];
    pq.encode(Vectors.of(Arrays.copyOf(x, ROWS * d), d), MemorySegment.ofArray(codes), 0);
    assertThat(codes).isEqualTo(HexFormat.of().parseHex(c.field(1)));
  }

  private static double error(ProductQuantizer pq, float[] x) {
    int n = x.length / pq.d();
    byte[] codes = new byte[n * pq.codeSize()];
    float[] decoded = new float[x.length];
    pq.encode(Vectors.of(x, pq.d()), MemorySegment.ofArray(codes), 0);
    pq.decode(n, MemorySegment.ofArray(codes), 0, MemorySegment.ofArray(decoded), 0);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - decoded[i]) * (x[i] - decoded[i]);
    }
    return sum;
  }

  @Test
  void theSymmetricTableHoldsDistancesBetweenCentroids() {
    ProductQuantizer pq = ProductQuantizer.of(6, 2, 3, RandomData.normal(6 << 3, 5));
    float[] table = pq.symmetricTable();
    float[] c = pq.centroids();
    for (int m = 0; m < 2; m++) {
      for (int a = 0; a < 8; a++) {
        for (int b = 0; b < 8; b++) {
          double expected = 0;
          for (int j = 0; j < 3; j++) {
            double t = (double) c[(m * 8 + a) * 3 + j] - c[(m * 8 + b) * 3 + j];
            expected += t * t;
          }
          assertThat((double) table[(m * 8 + a) * 8 + b]).isCloseTo(expected, within(1e-5));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 32})
  void distantDataAreCodedAsIfTheyLayAtTheOrigin(int d) {
    float[] near = RandomData.normal(400 * d, 3);
    float[] far = near.clone();
    for (int i = 0; i < far.length; i++) {
      // A power of two much above the spread: sums are rounded, but to a grid that both share.
      near[i] = Math.round(near[i] * 256) / 256f;
      far[i] = near[i] + 4096f;
    }
    ProductQuantizer a = new ProductQuantizer(d, 2, 4);
    a.train(Vectors.of(near, d), ProgressListener.NONE);
    float[] moved = a.centroids();
    for (int i = 0; i < moved.length; i++) {
      moved[i] = Math.round(moved[i] * 256) / 256f;
    }
    a.setCentroids(moved);
    float[] farCentroids = moved.clone();
    for (int i = 0; i < farCentroids.length; i++) {
      farCentroids[i] += 4096f;
    }
    ProductQuantizer b = ProductQuantizer.of(d, 2, 4, farCentroids);
    byte[] codesNear = new byte[400];
    byte[] codesFar = new byte[400];
    a.encode(Vectors.of(near, d), MemorySegment.ofArray(codesNear), 0);
    b.encode(Vectors.of(far, d), MemorySegment.ofArray(codesFar), 0);
    assertThat(codesFar).isEqualTo(codesNear);
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> new ProductQuantizer(10, 3, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("d = 10")
        .hasMessageContaining("M = 3");
    assertThatThrownBy(() -> new ProductQuantizer(12, 3, 17)).hasMessageContaining("nbits = 17");
    assertThatThrownBy(() -> new ProductQuantizer(12, 3, 0)).hasMessageContaining("nbits = 0");
    ProductQuantizer pq = new ProductQuantizer(12, 3, 4);
    assertThatThrownBy(() -> pq.scorer(MetricType.L2, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> pq.encode(Vectors.of(new float[12], 12), MemorySegment.ofArray(new byte[9]), 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pq.train(Vectors.of(new float[12 * 15], 12), ProgressListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("15")
        .hasMessageContaining("16");
    Vectors x = Vectors.of(RandomData.normal(12 * 100, 1), 12);
    assertThatThrownBy(
            () -> pq.train(x, (stage, done, total) -> !stage.equals("product quantizer")))
        .isInstanceOf(CancellationException.class);
    assertThat(pq.isTrained()).isFalse();
    pq.train(x, ProgressListener.NONE);
    assertThatThrownBy(() -> pq.scorer(MetricType.JACCARD, 0)).hasMessageContaining("JACCARD");
  }

  private static float[] floats(String hex) {
    float[] out = new float[hex.length() / 8];
    for (int i = 0; i < out.length; i++) {
      out[i] = Float.intBitsToFloat(Integer.parseUnsignedInt(hex, 8 * i, 8 * i + 8, 16));
    }
    return out;
  }
}
