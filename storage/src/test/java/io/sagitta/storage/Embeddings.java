package io.sagitta.storage;

import io.sagitta.core.Vectors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Seeded embeddings for tests: clustered vectors of different lengths, with metadata. */
public final class Embeddings {
  private Embeddings() {}

  /** n vectors around some centres. */
  public static float[] vectors(int n, int d, long seed) {
    Random random = new Random(seed);
    int centres = 20;
    float[] centre = new float[centres * d];
    Random fixed = new Random(99);
    for (int i = 0; i < centre.length; i++) {
      centre[i] = (float) fixed.nextGaussian();
    }
    float[] x = new float[n * d];
    for (int i = 0; i < n; i++) {
      int c = random.nextInt(centres);
      float length = (float) Math.exp(random.nextGaussian());
      for (int j = 0; j < d; j++) {
        x[i * d + j] = length * (centre[c * d + j] + 0.4f * (float) random.nextGaussian());
      }
    }
    return x;
  }

  /** One vector. */
  public static float[] vector(int d, long seed) {
    return vectors(1, d, seed);
  }

  /** The metadata of the i-th embedding. */
  public static VectorMetadata metadata(int i) {
    return VectorMetadata.of(
            i % 3 == 0 ? "scene" : "shot", Instant.ofEpochSecond(1_700_000_000L + i), "clip-1")
        .withConfidence((i % 100) / 100.0)
        .withSourceFrame(i)
        .with("group", (long) (i % 1_000));
  }

  /** The metadata of n embeddings. */
  public static List<VectorMetadata> metadata(int from, int n) {
    return IntStream.range(from, from + n).mapToObj(Embeddings::metadata).toList();
  }

  /** Ids {@code e0}, {@code e1} and so on. */
  public static List<String> ids(int from, int n) {
    return IntStream.range(from, from + n).mapToObj(i -> "e" + i).toList();
  }

  /** Adds embeddings [from, from + n) of a seed; the i-th has the id {@code e<i>}. */
  public static void fill(VectorStorage storage, float[] x, int from, int n) {
    int d = storage.config().dimension();
    List<VectorMetadata> metadata = new ArrayList<>(metadata(from, n));
    storage.batchAddEmbeddings(Vectors.of(x, d).slice(from, n), metadata, ids(from, n));
  }

  /** The similarity that a metric gives a query and row i. */
  public static double similarity(SimilarityMetric metric, float[] q, float[] x, int i) {
    double xy = 0;
    double xx = 0;
    double yy = 0;
    double dd = 0;
    int d = q.length;
    for (int j = 0; j < d; j++) {
      double a = q[j];
      double b = x[i * d + j];
      xy += a * b;
      xx += a * a;
      yy += b * b;
      dd += (a - b) * (a - b);
    }
    return switch (metric) {
      case COSINE -> xy / Math.sqrt(xx * yy);
      case L2 -> 1 / (1 + dd);
      case IP -> xy;
    };
  }
}
