package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.cluster.Clustering;
import io.sagitta.core.cluster.ClusteringParameters;
import io.sagitta.core.linalg.SymmetricEigen;
import io.sagitta.core.random.RandomData;
import io.sagitta.core.random.SplitMix64;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Trains the sub-quantizers of a {@link ProductQuantizer}, one k-means each. Source: FAISS {@code
 * ProductQuantizer::train}.
 *
 * <p>All sub-quantizers see the same sample, because they have the same seed; so the rows are drawn
 * once, before they are cut, which gives each k-means the sample it would have drawn itself.
 */
final class PqTraining {
  private static final Logger LOGGER = System.getLogger(PqTraining.class.getName());

  private PqTraining() {}

  static float[] train(
      ProductQuantizer pq,
      PqTrainType type,
      ClusteringParameters parameters,
      Vectors x,
      ProgressListener listener) {
    int ksub = pq.ksub();
    int dsub = pq.dsub();
    float[] centroids = new float[pq.m() * ksub * dsub];
    if (type == PqTrainType.SHARED) {
      Clustering clustering = new Clustering(dsub, ksub, parameters);
      clustering.train(new Vectors(x.n() * pq.m(), dsub, x.data()), MetricType.L2, null, listener);
      float[] shared = clustering.centroids();
      for (int i = 0; i < pq.m(); i++) {
        System.arraycopy(shared, 0, centroids, i * shared.length, shared.length);
      }
      return centroids;
    }
    PqTrainType start = type;
    if ((type == PqTrainType.HYPERCUBE || type == PqTrainType.HYPERCUBE_PCA) && dsub < pq.nbits()) {
      LOGGER.log(
          Level.WARNING,
          "a cube of {0} bits does not fit {1} dimensions: k-means starts from sampled rows",
          Integer.toString(pq.nbits()),
          Integer.toString(dsub));
      start = PqTrainType.DEFAULT;
    }
    int[] sample = sample(parameters, x.n(), ksub);
    try (Arena arena = Arena.ofShared()) {
      Vectors slice =
          new Vectors(sample.length, dsub, arena.allocate(4L * sample.length * dsub, 64));
      for (int i = 0; i < pq.m(); i++) {
        listener.report("product quantizer", i, pq.m());
        cut(x, sample, i, slice);
        Clustering clustering = new Clustering(dsub, ksub, parameters);
        float[] first = first(pq, start, i, slice);
        if (first.length > 0) {
          clustering.setCentroids(first);
        }
        clustering.train(
            slice,
            MetricType.L2,
            null,
            (stage, done, total) -> listener.progress(stage, done, total));
        System.arraycopy(clustering.centroids(), 0, centroids, i * ksub * dsub, ksub * dsub);
      }
    }
    listener.report("product quantizer", pq.m(), pq.m());
    return centroids;
  }

  /** The rows that k-means would draw, in its order; all rows if it would draw none. */
  private static int[] sample(ClusteringParameters parameters, long rows, int ksub) {
    if (rows > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(rows + " rows are more than k-means takes (2^31 - 1)");
    }
    int n = (int) rows;
    long most = (long) ksub * parameters.maxPointsPerCentroid();
    if (n <= most || parameters.seed() < 0) {
      int[] all = new int[n];
      Arrays.setAll(all, i -> i);
      return all;
    }
    if (!parameters.fasterSubsampling()) {
      return RandomData.permutationPrefix(n, (int) most, parameters.seed());
    }
    SplitMix64 random = new SplitMix64(parameters.seed());
    int[] sample = new int[(int) most];
    Arrays.setAll(sample, i -> (int) (random.nextLong() % n));
    return sample;
  }

  private static void cut(Vectors x, int[] sample, int i, Vectors slice) {
    long bytes = slice.rowBytes();
    for (int r = 0; r < sample.length; r++) {
      MemorySegment.copy(
          x.data(), x.offset(sample[r]) + i * bytes, slice.data(), slice.offset(r), bytes);
    }
  }

  private static float[] first(ProductQuantizer pq, PqTrainType start, int i, Vectors slice) {
    int size = pq.ksub() * pq.dsub();
    return switch (start) {
      case DEFAULT, SHARED -> new float[0];
      case HOT_START -> {
        if (pq.rawCentroids().length == 0) {
          throw new IllegalStateException("hot start of a product quantizer without centroids");
        }
        yield Arrays.copyOfRange(pq.rawCentroids(), i * size, (i + 1) * size);
      }
      case HYPERCUBE -> cube(pq, slice);
      case HYPERCUBE_PCA -> principalCube(pq, slice);
    };
  }

  private static float[] mean(Vectors x) {
    float[] mean = new float[x.d()];
    for (long r = 0; r < x.n(); r++) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += x.get(r, j);
      }
    }
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= x.n();
    }
    return mean;
  }

  private static float[] cube(ProductQuantizer pq, Vectors x) {
    int dsub = pq.dsub();
    float[] mean = mean(x);
    float half = 0;
    for (float v : mean) {
      half = Math.max(half, Math.abs(v));
    }
    float[] out = new float[pq.ksub() * dsub];
    for (int c = 0; c < pq.ksub(); c++) {
      for (int j = 0; j < dsub; j++) {
        float to = j >= pq.nbits() ? 0 : (c >> j & 1) != 0 ? half : -half;
        out[c * dsub + j] = mean[j] + to;
      }
    }
    return out;
  }

  private static float[] principalCube(ProductQuantizer pq, Vectors x) {
    int dsub = pq.dsub();
    float[] mean = mean(x);
    double[] scatter = new double[dsub * dsub];
    double[] row = new double[dsub];
    for (long r = 0; r < x.n(); r++) {
      for (int j = 0; j < dsub; j++) {
        row[j] = x.get(r, j) - mean[j];
      }
      for (int a = 0; a < dsub; a++) {
        for (int b = 0; b < dsub; b++) {
          scatter[a * dsub + b] += row[a] * row[b];
        }
      }
    }
    SymmetricEigen eigen = SymmetricEigen.of(scatter, dsub);
    float[] out = new float[pq.ksub() * dsub];
    for (int c = 0; c < pq.ksub(); c++) {
      for (int j = 0; j < dsub; j++) {
        double v = mean[j];
        for (int k = 0; k < pq.nbits(); k++) {
          double reach = Math.sqrt(Math.max(0, eigen.value(k)));
          v += ((c >> k & 1) != 0 ? 1 : -1) * reach * eigen.component(k, j);
        }
        out[c * dsub + j] = (float) v;
      }
    }
    return out;
  }
}
