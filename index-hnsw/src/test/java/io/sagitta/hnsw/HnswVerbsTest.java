package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.flat.IndexFlatL2;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adding codes, and the beam on the upper levels. */
class HnswVerbsTest {
  private static final int D = 16;
  private static final int N = 3000;

  private static float[] integers(long seed, int n) {
    Random r = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = r.nextInt(33) - 16;
    }
    return x;
  }

  /** Codes of one index go into another as they are; the graph is that of what they decode to. */
  @ParameterizedTest
  @ValueSource(strings = {"HNSW8,Flat", "HNSW8,SQ8", "HNSW8,SQfp16", "HNSW8,PQ4x4"})
  void addsCodes(String factory) throws IOException {
    float[] x = integers(1, N * D);
    try (Index coded = IndexFactory.create(D, factory, MetricType.L2);
        Index decoded = IndexFactory.create(D, factory, MetricType.L2)) {
      coded.train(Vectors.of(x, D));
      decoded.train(Vectors.of(x, D));
      int size = (int) coded.saCodeSize();
      MemorySegment codes = MemorySegment.ofArray(new byte[N * size]);
      coded.saEncode(Vectors.of(x, D), codes);
      float[] back = new float[N * D];
      coded.saDecode(N, codes, MemorySegment.ofArray(back));
      coded.addSaCodes(1000, codes, new long[0]);
      coded.addSaCodes(N - 1000, codes.asSlice(1000L * size), new long[0]);
      decoded.add(Vectors.of(back, D).slice(0, 1000));
      decoded.add(Vectors.of(back, D).slice(1000, N - 1000));
      assertThat(coded.ntotal()).isEqualTo(N);
      assertThat(coded.reconstructN(0, N)).isEqualTo(back);
      assertThat(IndexIO.toBytes(coded)).isEqualTo(IndexIO.toBytes(decoded));
      assertThatThrownBy(() -> coded.addSaCodes(1, codes, new long[] {7}))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("addSaCodes");
      assertThatThrownBy(() -> coded.addSaCodes(N + 1, codes, new long[0]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(coded.ntotal()).isEqualTo(N);
    }
  }

  @Test
  void aBeamOfOneIsTheGreedyWalkAndAWiderOneFindsNoLess() throws IOException {
    float[] x = integers(2, N * D);
    Vectors queries = Vectors.of(integers(3, 200 * D), D);
    try (IndexHNSWFlat graph = new IndexHNSWFlat(D, 6);
        IndexFlatL2 flat = new IndexFlatL2(D)) {
      graph.add(x);
      flat.add(x);
      byte[] file = IndexIO.toBytes(graph);
      KnnResult truth = flat.search(queries, 10, SearchParameters.NONE);
      KnnResult plain = graph.search(queries, 10, SearchParameters.NONE);
      KnnResult one = graph.search(queries, 10, with(1, true));
      assertThat(one.labels()).isEqualTo(plain.labels());
      for (boolean bounded : new boolean[] {true, false}) {
        KnnResult narrow = graph.search(queries, 10, with(1, bounded));
        KnnResult wide = graph.search(queries, 10, with(16, bounded));
        assertThat(hits(wide, truth)).isGreaterThan(hits(narrow, truth));
        for (int q = 0; q < 200; q++) {
          for (int i = 1; i < wide.count(q); i++) {
            assertThat(wide.distance(q, i)).isGreaterThanOrEqualTo(wide.distance(q, i - 1));
            assertThat(wide.id(q, i)).isNotEqualTo(wide.id(q, i - 1));
          }
        }
      }
      graph.setUpperBeam(16);
      assertThat(graph.search(queries, 10, SearchParameters.NONE).labels())
          .isEqualTo(graph.search(queries, 10, with(16, true)).labels());
      assertThat(IndexIO.toBytes(graph)).as("FAISS writes 1").isEqualTo(file);
      assertThatThrownBy(() -> graph.setUpperBeam(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("upper_beam");
    }
  }

  private static SearchParameters with(int beam, boolean bounded) {
    return SearchParameters.builder()
        .set(SearchKey.UPPER_BEAM, beam)
        .set(SearchKey.BOUNDED_QUEUE, bounded)
        .build();
  }

  /**
   * Off heap, vectors and graph together, there is no more than FAISS keeps, which its file tells.
   */
  @Test
  void theGraphIsNoLargerThanFaisss() throws IOException {
    try (IndexHNSWFlat index = new IndexHNSWFlat(D, 32)) {
      index.setEfConstruction(8);
      index.add(integers(5, 8000 * D));
      double faiss = IndexIO.toBytes(index).length;
      assertThat(index.offHeapBytes() / faiss).isBetween(0.95, 1.02);
    }
  }

  private static int hits(KnnResult found, KnnResult truth) {
    int hits = 0;
    for (int q = 0; q < 200; q++) {
      for (int i = 0; i < 10; i++) {
        for (int j = 0; j < 10; j++) {
          hits += found.id(q, i) == truth.id(q, j) ? 1 : 0;
        }
      }
    }
    return hits;
  }
}
