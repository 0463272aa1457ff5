package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.MemoryBlock;
import io.sagitta.core.transform.PCAMatrix;
import io.sagitta.flat.IndexFlatL2;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IndexIVFIndependentQuantizerTest {
  private static final int D = 12;
  private static final int INSIDE = 6;
  private static final int NLIST = 10;
  private static final SearchParameters SOME = SearchParameters.builder().nprobe(4).build();

  private final float[] x = IvfData.clustered(2_000, D, 1);
  private final float[] queries = IvfData.clustered(25, D, 2);

  private static IndexIVFIndependentQuantizer withPca(boolean pq) {
    IndexFlatL2 inside = new IndexFlatL2(INSIDE);
    IndexIVF ivf =
        pq
            ? new IndexIVFPQ(inside, INSIDE, NLIST, 3, 6, MetricType.L2)
            : new IndexIVFFlat(inside, INSIDE, NLIST);
    return new IndexIVFIndependentQuantizer(
        new IndexFlatL2(D), ivf, new PCAMatrix(D, INSIDE, 0f, false));
  }

  @Test
  void withoutTransformItIsTheInvertedFile() {
    try (IndexIVFIndependentQuantizer index =
            new IndexIVFIndependentQuantizer(
                new IndexFlatL2(D), new IndexIVFFlat(new IndexFlatL2(D), D, NLIST), null);
        IndexIVFFlat plain = new IndexIVFFlat(new IndexFlatL2(D), D, NLIST)) {
      for (Index i : new Index[] {index, plain}) {
        i.train(x);
        i.add(x);
      }
      KnnResult expected = plain.search(queries, 7, SOME);
      assertThat(index.search(queries, 7, SOME).labels()).isEqualTo(expected.labels());
      assertThat(index.search(queries, 7, SOME).distances()).isEqualTo(expected.distances());
      float radius = expected.distance(0, 6);
      assertThat(index.rangeSearch(Vectors.of(queries, D), radius, SOME).ids())
          .isEqualTo(plain.rangeSearch(Vectors.of(queries, D), radius, SOME).ids());
      SearchParameters few =
          SearchParameters.builder().nprobe(4).selector(new IDSelectorRange(5, 90)).build();
      assertThat(index.search(queries, 7, few).labels())
          .isEqualTo(plain.search(queries, 7, few).labels());
      index.removeIds(new IDSelectorRange(0, 500));
      plain.removeIds(new IDSelectorRange(0, 500));
      assertThat(index.ntotal()).isEqualTo(1_500);
      assertThat(index.search(queries, 7, SOME).labels())
          .isEqualTo(plain.search(queries, 7, SOME).labels());
    }
  }

  @Test
  void listsAreChosenOutsideAndMeasuredInside() throws IOException {
    long before = MemoryBlock.allocatedBytes();
    for (boolean pq : new boolean[] {false, true}) {
      try (IndexIVFIndependentQuantizer index = withPca(pq)) {
        assertThat(index.isTrained()).isFalse();
        index.train(x);
        index.add(Arrays.copyOf(x, 1_000 * D));
        index.add(Arrays.copyOfRange(x, 1_000 * D, x.length));
        assertThat(index.isTrained()).isTrue();
        assertThat(index.ntotal()).isEqualTo(2_000);
        KnnResult got = index.search(Arrays.copyOf(x, 20 * D), 1, SOME);
        KnnResult lists = index.quantizer().search(Arrays.copyOf(x, 20 * D), 1);
        for (int i = 0; i < 20; i++) {
          // A vector lies in the list of its own place in the outer space, and finds itself there.
          assertThat(index.ivf().listIds((int) lists.id(i, 0))).contains(i);
          if (!pq) {
            assertThat(got.distance(i, 0)).isCloseTo(0f, within(1e-4f));
          }
        }
        byte[] bytes = IndexIO.toBytes(index);
        try (Index read = IndexIO.fromBytes(bytes);
            Index copy = index.copy()) {
          assertThat(IndexIO.toBytes(read)).isEqualTo(bytes);
          KnnResult expected = index.search(queries, 5, SOME);
          for (Index other : new Index[] {read, copy}) {
            assertThat(other.search(queries, 5, SOME).labels()).isEqualTo(expected.labels());
            assertThat(other.search(queries, 5, SOME).distances()).isEqualTo(expected.distances());
          }
        }
      }
    }
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
  }

  @Test
  void partsThatDoNotChainAreRefused() {
    try (IndexFlatL2 outer = new IndexFlatL2(D);
        IndexIVFFlat ivf = new IndexIVFFlat(new IndexFlatL2(INSIDE), INSIDE, NLIST);
        IndexFlatL2 filled = new IndexFlatL2(INSIDE)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new IndexIVFIndependentQuantizer(outer, ivf, null))
          .withMessageContaining("do not chain");
      filled.add(new float[3 * INSIDE]);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new IndexIVFIndependentQuantizer(filled, ivf, null))
          .withMessageContaining("3 centroids");
    }
  }
}
