package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The multi-index as a quantizer, alone and under inverted files. */
class MultiIndexQuantizerTest {
  private static MultiIndexQuantizer trained(int d, int m, int nbits, float[] x) {
    MultiIndexQuantizer q = new MultiIndexQuantizer(d, m, nbits);
    q.train(x);
    return q;
  }

  @ParameterizedTest
  @CsvSource({"8, 2, 1", "8, 2, 3", "8, 2, 5", "12, 3, 2", "8, 4, 2", "8, 1, 4"})
  void theSmallestSumsInOrder(int d, int m, int nbits) {
    for (boolean whole : new boolean[] {false, true}) {
      float[] x = whole ? IvfData.whole(300, d, 1) : IvfData.clustered(300, d, 1);
      float[] q = whole ? IvfData.whole(40, d, 2) : IvfData.clustered(40, d, 2);
      try (MultiIndexQuantizer index = trained(d, m, nbits, x)) {
        int n = 1 << m * nbits;
        assertThat(index.ntotal()).isEqualTo(n);
        float[] all = index.reconstructN(0, n);
        for (int k : new int[] {1, Math.min(7, n), n, n + 5}) {
          KnnResult batch = index.search(q, k);
          for (int i = 0; i < batch.nq(); i++) {
            Vectors one = Vectors.of(q, d).slice(i, 1);
            KnnResult single = index.search(one, k, SearchParameters.NONE);
            assertThat(single.count(0)).isEqualTo(Math.min(k, n));
            assertThat(LongStream.of(single.labels()).limit(single.count(0)).distinct().count())
                .isEqualTo(single.count(0));
            float[] sorted = distances(q, i, all, d);
            for (int j = 0; j < single.count(0); j++) {
              long id = single.id(0, j);
              float exact = distances(q, i, all, d, (int) id);
              assertThat(single.distance(0, j)).isCloseTo(exact, within(1e-4f * (1 + exact)));
              assertThat(exact).isCloseTo(sorted[j], within(1e-4f * (1 + exact)));
              assertThat(batch.id(i, j)).isEqualTo(id);
            }
          }
        }
      }
    }
  }

  private static float distances(float[] q, int i, float[] all, int d, int row) {
    float sum = 0;
    for (int j = 0; j < d; j++) {
      float v = q[i * d + j] - all[row * d + j];
      sum += v * v;
    }
    return sum;
  }

  private static float[] distances(float[] q, int i, float[] all, int d) {
    float[] out = new float[all.length / d];
    for (int row = 0; row < out.length; row++) {
      out[row] = distances(q, i, all, d, row);
    }
    Arrays.sort(out);
    return out;
  }

  @Test
  void whatItRefuses() {
    float[] x = IvfData.clustered(300, 8, 1);
    try (MultiIndexQuantizer index = trained(8, 2, 3, x)) {
      assertThatThrownBy(() -> index.add(x)).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(index::reset).isInstanceOf(UnsupportedOperationException.class);
      SearchParameters p = SearchParameters.builder().selector(new IDSelectorRange(0, 3)).build();
      assertThatThrownBy(() -> index.search(x, 1, p)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.reconstruct(64)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.reconstruct(-1)).isInstanceOf(IllegalArgumentException.class);
      float[] bad = x.clone();
      bad[5] = Float.NaN;
      assertThat(index.search(bad, 1).count(0)).isZero();
      assertThat(index.search(bad, 4).count(0)).isZero();
      assertThat(index.search(bad, 4).count(1)).isEqualTo(4);
      try (Index copy = index.copy()) {
        assertThat(copy.search(x, 5).labels()).isEqualTo(index.search(x, 5).labels());
      }
    }
    try (MultiIndexQuantizer untrained = new MultiIndexQuantizer(8, 2, 3)) {
      assertThat(untrained.isTrained()).isFalse();
      assertThat(untrained.ntotal()).isZero();
    }
    for (String factory :
        new String[] {"IMI2x0,Flat", "IMI2x16,Flat", "IVF16,PQ4+4", "IVF16,FlatDedup"}) {
      assertThatThrownBy(() -> IndexFactory.create(8, factory))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> IndexFactory.create(8, "IMI2x4,Flat", MetricType.INNER_PRODUCT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"'IMI2x3,Flat'", "'IMI2x2,SQ8'", "'IMI2x3,PQ4x4np'", "'IMI2x3,RaBitQ'"})
  void invertedFilesOverIt(String factory) throws IOException {
    int d = 16;
    float[] x = IvfData.clustered(900, d, 1);
    float[] q = IvfData.clustered(40, d, 2);
    try (IndexIVF index = IvfData.index(factory, d, MetricType.L2, x)) {
      assertThat(IndexFactory.describe(index)).startsWith(factory.substring(0, 6));
      assertThat(index.quantizerTrainsAlone()).isEqualTo(1);
      index.setNprobe(9);
      KnnResult found = index.search(q, 10);
      Parallelism.of(1)
          .call(
              () -> {
                assertThat(index.search(q, 10).labels()).isEqualTo(found.labels());
                return null;
              });
      byte[] file = IndexIO.toBytes(index);
      try (Index again = IndexIO.fromBytes(file)) {
        assertThat(again.search(q, 10).labels()).isEqualTo(found.labels());
        assertThat(IndexIO.toBytes(again)).isEqualTo(file);
      }
      // With all lists visited nothing is missed.
      index.setNprobe(index.nlist());
      if (factory.endsWith("Flat")) {
        KnnResult own = index.search(x, 1);
        for (int i = 0; i < 900; i++) {
          assertThat(own.distance(i, 0)).isZero();
        }
        assertThat(index.search(q, 10).labels())
            .isEqualTo(IvfData.naive(index, q, 10, index.nlist()));
      }
    }
  }
}
