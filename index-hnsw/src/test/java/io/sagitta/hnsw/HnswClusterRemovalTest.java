package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.flat.IndexFlat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Removals between small additions, of clusters far apart: what leads from one cluster to another
 * is a few links, and when their ends go others must lead there, both ways.
 */
class HnswClusterRemovalTest {
  private static final int D = 16;
  private static final int CLUSTERS = 8;
  private static final int FIRST = 1500;
  private static final int STEPS = 120;
  private static final int QUERIES = 200;
  private static final int K = 10;
  private static final int SEEDS = 6;

  private static float[] clusters(Random r, float[] centers, int n) {
    float[] x = new float[n * D];
    for (int i = 0; i < n; i++) {
      int c = r.nextInt(CLUSTERS);
      for (int j = 0; j < D; j++) {
        x[i * D + j] = centers[c * D + j] + (float) r.nextGaussian();
      }
    }
    return x;
  }

  private static double recall(Index index, float[] queries, KnnResult truth) {
    KnnResult found = index.search(queries, K, SearchParameters.builder().efSearch(64).build());
    int hits = 0;
    for (int q = 0; q < QUERIES; q++) {
      for (int i = 0; i < truth.count(q); i++) {
        for (int j = 0; j < found.count(q); j++) {
          hits += truth.id(q, i) == found.id(q, j) ? 1 : 0;
        }
      }
    }
    return hits / (double) (K * QUERIES);
  }

  private static double loss(long seed) {
    Random r = new Random(seed);
    float[] centers = new float[CLUSTERS * D];
    for (int i = 0; i < centers.length; i++) {
      centers[i] = (float) (3 * r.nextGaussian());
    }
    float[] queries = clusters(r, centers, QUERIES);
    try (IndexHNSWFlat index = new IndexHNSWFlat(D, 16, MetricType.L2);
        IndexHNSWFlat fresh = new IndexHNSWFlat(D, 16, MetricType.L2);
        IndexFlat flat = new IndexFlat(D, MetricType.L2)) {
      index.add(clusters(r, centers, FIRST));
      for (int step = 0; step < STEPS; step++) {
        index.add(clusters(r, centers, r.nextInt(3) == 0 ? 1 : 1 + r.nextInt(60)));
        if (step % 2 == 1) {
          int modulus = 40 + r.nextInt(40);
          int rest = r.nextInt(modulus);
          index.removeIds(id -> id % modulus == rest);
        }
      }
      float[] rows = index.reconstructN(0, (int) index.ntotal());
      fresh.add(rows);
      flat.add(rows);
      KnnResult truth = flat.search(queries, K);
      return recall(fresh, queries, truth) - recall(index, queries, truth);
    }
  }

  @Test
  void everyClusterStaysInReach() {
    double sum = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      sum += loss(seed);
    }
    assertThat(sum / SEEDS).as("recall lost on average").isLessThan(0.01);
  }
}
