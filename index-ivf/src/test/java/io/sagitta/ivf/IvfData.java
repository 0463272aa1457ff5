package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.factory.IndexFactory;
import java.util.Random;

/** Seeded data and the naive rule for tests of inverted files. */
final class IvfData {
  private IvfData() {}

  /** n × d floats around a few centres. */
  static float[] clustered(int n, int d, long seed) {
    Random centres = new Random(5);
    float[] c = new float[20 * d];
    for (int i = 0; i < c.length; i++) {
      c[i] = (float) centres.nextGaussian() * 3;
    }
    Random r = new Random(seed);
    float[] x = new float[n * d];
    for (int i = 0; i < n; i++) {
      int at = r.nextInt(20) * d;
      for (int j = 0; j < d; j++) {
        x[i * d + j] = c[at + j] + (float) r.nextGaussian();
      }
    }
    return x;
  }

  /** Small whole numbers: many exact ties. */
  static float[] whole(int n, int d, long seed) {
    Random r = new Random(seed);
    float[] x = new float[n * d];
    for (int i = 0; i < x.length; i++) {
      x[i] = r.nextInt(5) - 2;
    }
    return x;
  }

  /** A trained and filled index. */
  static IndexIVF index(String factory, int d, MetricType metric, float[] x) {
    IndexIVF index = (IndexIVF) IndexFactory.create(d, factory, metric);
    index.train(x);
    index.add(x);
    return index;
  }

  /**
   * Labels of the naive rule: the probed lists in coarse order, row by row, FAISS's collector.
   *
   * @return nq × k, −1 where there is none
   */
  static long[] naive(IndexIVF index, float[] queries, int k, int nprobe) {
    int d = index.d();
    int nq = queries.length / d;
    TopK top = new TopK(index.metricType());
    io.sagitta.core.KnnResult out = new io.sagitta.core.KnnResult(nq, k);
    Index quantizer = index.quantizer();
    for (int q = 0; q < nq; q++) {
      Vectors one = Vectors.of(queries, d).slice(q, 1);
      long[] lists = quantizer.search(one, nprobe, SearchParameters.NONE).labels();
      top.begin(k);
      for (long l : lists) {
        long[] ids = index.listIds((int) l);
        byte[] codes = index.listCodes((int) l);
        var memory = java.lang.foreign.MemorySegment.ofArray(codes);
        for (int i = 0; i < ids.length; i++) {
          float s = 0;
          if (index.metricType() == MetricType.L2) {
            s =
                io.sagitta.core.kernel.Kernels.DISTANCES.l2(
                    queries, q * d, memory, (long) i * d * 4, d);
          } else {
            s =
                io.sagitta.core.kernel.Kernels.DISTANCES.ip(
                    queries, q * d, memory, (long) i * d * 4, d);
          }
          top.add(s, ids[i]);
        }
      }
      top.finish(out, q);
    }
    return out.labels();
  }
}
