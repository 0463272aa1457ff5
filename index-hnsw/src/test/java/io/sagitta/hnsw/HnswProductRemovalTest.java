package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.flat.IndexFlat;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Removal from graphs by inner product of clusters: most vectors are hidden behind longer ones of
 * their direction, so that nobody points to them until those go.
 */
class HnswProductRemovalTest {
  private static final int D = 16;
  private static final int N = 3600;
  private static final int QUERIES = 200;
  private static final int K = 10;
  private static final int SEEDS = 4;

  private static float[] clusters(Random r, float[] centers, int n) {
    float[] x = new float[n * D];
    for (int i = 0; i < n; i++) {
      int c = r.nextInt(8);
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

  /** Recall of what is left of a graph after removals, less that of a fresh one. */
  private static double loss(int step, long seed) {
    Random r = new Random(seed);
    float[] centers = new float[8 * D];
    for (int i = 0; i < centers.length; i++) {
      centers[i] = (float) (3 * r.nextGaussian());
    }
    float[] queries = clusters(r, centers, QUERIES);
    try (IndexHNSWFlat index = new IndexHNSWFlat(D, 6, MetricType.INNER_PRODUCT);
        IndexHNSWFlat fresh = new IndexHNSWFlat(D, 6, MetricType.INNER_PRODUCT);
        IndexFlat flat = new IndexFlat(D, MetricType.INNER_PRODUCT)) {
      index.add(clusters(r, centers, N));
      for (int left = N; left > N / 3; left -= step) {
        BitSet ids = new BitSet();
        while (ids.cardinality() < step) {
          ids.set(r.nextInt(left));
        }
        assertThat(index.removeIds(id -> ids.get((int) id))).isEqualTo(step);
      }
      float[] rows = index.reconstructN(0, (int) index.ntotal());
      fresh.add(rows);
      flat.add(rows);
      KnnResult truth = flat.search(queries, K);
      return recall(fresh, queries, truth) - recall(index, queries, truth);
    }
  }

  /** Step 10 repairs the neighbours' lists and sweeps, step 75 repairs all lists at once. */
  @ParameterizedTest
  @ValueSource(ints = {10, 75})
  void whatWasHiddenIsFoundWhenWhatHidItIsRemoved(int step) {
    double sum = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      sum += loss(step, seed);
    }
    assertThat(sum / SEEDS).isLessThan(0.06);
  }
}
