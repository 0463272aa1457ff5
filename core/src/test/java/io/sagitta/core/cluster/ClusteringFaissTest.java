package io.sagitta.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trainings against centroids that FAISS 1.15.1 reached on the same seeded data ({@code
 * kmeans.txt}). On these data no row lies so close to a border that rounding decides, so all
 * centroids agree.
 */
@Tag("simd")
class ClusteringFaissTest {
  record Case(String header, String objectives, String splits, String centroids) {
    @Override
    public String toString() {
      return header;
    }
  }

  static List<Case> cases() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(ClusteringFaissTest.class.getResourceAsStream("kmeans.txt")),
                StandardCharsets.UTF_8))) {
      List<String> lines = in.lines().toList();
      List<Case> cases = new ArrayList<>();
      for (int i = 0; i < lines.size(); i += 4) {
        cases.add(
            new Case(
                lines.get(i).substring("case ".length()),
                lines.get(i + 1).substring("objectives ".length()),
                lines.get(i + 2).substring("splits ".length()),
                lines.get(i + 3).substring("centroids ".length())));
      }
      return cases;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void centroidsObjectivesAndSplitsAreFaiss(Case c) {
    String[] words = c.header().split(" ");
    int n = Integer.parseInt(words[1]);
    int d = Integer.parseInt(words[2]);
    int k = Integer.parseInt(words[3]);
    float[] x = data(n * d, words[4]);
    ClusteringParameters parameters = ClusteringParameters.DEFAULTS;
    float[] weights = null;
    MetricType metric = MetricType.L2;
    int given = 0;
    for (String option : Arrays.asList(words).subList(5, words.length)) {
      String value = option.substring(option.indexOf('=') + 1);
      switch (option.substring(0, option.indexOf('='))) {
        case "niter" -> parameters = parameters.withNiter(Integer.parseInt(value));
        case "nredo" -> parameters = parameters.withNredo(Integer.parseInt(value));
        case "max_points_per_centroid" ->
            parameters = parameters.withMaxPointsPerCentroid(Integer.parseInt(value));
        case "use_faster_subsampling" -> parameters = parameters.withFasterSubsampling(true);
        case "spherical" -> {
          parameters = parameters.withSpherical(true);
          metric = MetricType.INNER_PRODUCT;
        }
        case "int_centroids" -> parameters = parameters.withIntCentroids(true);
        case "frozen_centroids" -> parameters = parameters.withFrozenCentroids(true);
        case "weights" -> weights = RandomData.uniform(n, 5);
        case "given" -> given = Integer.parseInt(value);
        default -> throw new AssertionError(option);
      }
    }
    Clustering clustering = new Clustering(d, k, parameters);
    if (given > 0) {
      clustering.setCentroids(Arrays.copyOf(x, given * d));
    }
    float[] w = weights;
    MetricType m = metric;
    Vectors rows = Vectors.of(x, d);
    Parallelism.of(2).run(() -> clustering.train(rows, m, w, ProgressListener.NONE));

    String[] objectives = c.objectives().split(" ");
    String[] splits = c.splits().split(" ");
    assertThat(clustering.iterationStats()).hasSize(objectives.length);
    for (int i = 0; i < objectives.length; i++) {
      float expected = Float.parseFloat(objectives[i]);
      assertThat(clustering.iterationStats().get(i).obj())
          .isCloseTo(expected, within(Math.abs(expected) * 1e-5f));
      assertThat(clustering.iterationStats().get(i).nsplit())
          .isEqualTo(Integer.parseInt(splits[i]));
    }
    String[] centroids = c.centroids().split(" ");
    float[] got = clustering.centroids();
    assertThat(got).hasSize(centroids.length);
    for (int i = 0; i < got.length; i++) {
      float expected = Float.intBitsToFloat(Integer.parseUnsignedInt(centroids[i], 16));
      assertThat(got[i])
          .as("component %d", i)
          .isCloseTo(expected, within(1e-5f * Math.max(1, Math.abs(expected))));
    }
  }

  private static org.assertj.core.data.Offset<Float> within(float bound) {
    return org.assertj.core.api.Assertions.within(bound);
  }

  private static float[] data(int elements, String kind) {
    float[] x = RandomData.normal(elements, 77);
    for (int i = 0; i < x.length; i++) {
      x[i] =
          switch (kind) {
            case "normal" -> x[i];
            case "wide" -> x[i] * 40f;
            case "duplicates" -> (float) Math.floor(Math.abs(x[i]) * 1.2f);
            default -> throw new AssertionError(kind);
          };
    }
    return x;
  }
}
