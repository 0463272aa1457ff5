package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IndexFlat1DTest {
  @Property(tries = 100)
  void isTheScanInAnotherOrder(@ForAll long seed) {
    Random r = new Random(seed);
    int n = r.nextInt(300);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] =
          switch (r.nextInt(20)) {
            case 0 -> Float.NaN;
            case 1 -> -0f;
            case 2 -> Float.POSITIVE_INFINITY;
            case 3 -> r.nextFloat() * 1e30f;
            default -> r.nextInt(40) - 20;
          };
    }
    try (IndexFlat1D index = new IndexFlat1D()) {
      index.add(x);
      check(index, x, r, null);
      check(index, x, r, id -> id % 3 == 1);
      if (n > 2) {
        index.removeIds(new IDSelectorArray(1, n - 1));
        float[] rest = new float[n - 2];
        rest[0] = x[0];
        System.arraycopy(x, 2, rest, 1, n - 3);
        check(index, rest, r, null);
      }
    }
  }

  private static void check(IndexFlat1D index, float[] x, Random r, IDSelector selector) {
    float[] queries = {0, r.nextInt(40) - 20, r.nextFloat() * 50, -1e30f, Float.NaN, 1e38f};
    for (int k : new int[] {1, 2, 7, x.length + 3}) {
      SearchParameters p = selector == null ? SearchParameters.NONE : SearchParameters.of(selector);
      KnnResult got = index.search(Vectors.of(queries, 1), k, p);
      for (int q = 0; q < queries.length; q++) {
        List<Integer> want = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
          if (Math.abs(queries[q] - x[i]) < Float.MAX_VALUE
              && (selector == null || selector.isMember(i))) {
            want.add(i);
          }
        }
        float query = queries[q];
        want.sort(
            (a, b) -> {
              int c = Float.compare(Math.abs(query - x[a]), Math.abs(query - x[b]));
              return c != 0 ? c : Integer.compare(a, b);
            });
        int count = Math.min(k, want.size());
        assertThat(got.count(q)).isEqualTo(count);
        for (int i = 0; i < count; i++) {
          assertThat(got.id(q, i)).isEqualTo((long) want.get(i));
          assertThat(got.distance(q, i)).isEqualTo(Math.abs(query - x[want.get(i)]));
        }
        for (int i = count; i < k; i++) {
          assertThat(got.labels()[q * k + i]).isEqualTo(-1);
          assertThat(got.distances()[q * k + i]).isEqualTo(Float.POSITIVE_INFINITY);
        }
      }
    }
  }

  /** Values of faiss 1.15.1. */
  @Test
  void keepsFaissConventions() throws IOException {
    try (IndexFlat1D index = new IndexFlat1D()) {
      index.add(new float[] {5, 1, 3, 3, 9, 1});
      assertThat(index.search(new float[] {100}, 4).distances()).containsExactly(91, 95, 97, 97);
      assertThat(index.rangeSearch(new float[] {3}, 2.5f).total()).isEqualTo(2);
      byte[] bytes = IndexIO.toBytes(index);
      try (var back = IndexIO.fromBytes(bytes)) {
        assertThat(back).isInstanceOf(IndexFlatL2.class);
        assertThat(back.search(new float[] {3}, 3).distances()).containsExactly(0, 0, 4);
      }
    }
  }
}
