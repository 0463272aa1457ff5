package io.sagitta.cli;

import io.sagitta.core.Vectors;
import io.sagitta.core.vectors.IdMatrix;
import io.sagitta.core.vectors.VectorFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the demo works on: SIFT small where its files are, else seeded clusters of the same shape.
 *
 * @param name where the data is from, for the reader
 * @param base vectors to search
 * @param queries query vectors
 * @param truth true nearest ids of each query, null if still to be found
 */
record DemoData(String name, Vectors base, Vectors queries, @Nullable IdMatrix truth) {
  private static final int N = 10_000;
  private static final int QUERIES = 100;
  private static final int D = 128;
  private static final int CLUSTERS = 200;
  private static final long SEED = 20_261_122;

  /**
   * @param folder a folder with {@code siftsmall/}, or that folder itself; null or absent: seeded
   *     vectors
   */
  static DemoData load(@Nullable Path folder) throws IOException {
    if (folder != null) {
      for (Path at : new Path[] {folder.resolve("siftsmall"), folder}) {
        Path base = at.resolve("siftsmall_base.fvecs");
        if (Files.exists(base)) {
          return new DemoData(
              "SIFT small (" + at + ")",
              VectorFiles.read(base),
              VectorFiles.read(at.resolve("siftsmall_query.fvecs")),
              IdMatrix.read(at.resolve("siftsmall_groundtruth.ivecs")));
        }
      }
    }
    SplittableRandom random = new SplittableRandom(SEED);
    float[] centers = new float[CLUSTERS * D];
    for (int i = 0; i < centers.length; i++) {
      centers[i] = (float) (random.nextDouble() * 100);
    }
    Vectors base = Vectors.of(around(centers, N, random), D);
    Vectors queries = Vectors.of(around(centers, QUERIES, random), D);
    return new DemoData("seeded clusters (no data set at hand)", base, queries, null);
  }

  private static float[] around(float[] centers, int n, SplittableRandom random) {
    float[] out = new float[n * D];
    for (int i = 0; i < n; i++) {
      int c = random.nextInt(CLUSTERS);
      for (int j = 0; j < D; j++) {
        out[i * D + j] = centers[c * D + j] + (float) (random.nextGaussian() * 20);
      }
    }
    return out;
  }
}
