package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.RandomData;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sample covers the rows evenly, knows its answers and nobody else's, and forgets them. */
class SampledRowsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 255, 256, 257, 511, 513, 1000, 3001})
  void knowsWhatItAsked(int n) {
    try (IndexHNSWFlat index = new IndexHNSWFlat(4, 4, MetricType.L2)) {
      if (n > 0) {
        index.add(Vectors.of(RandomData.normal(n * 4, 5), 4));
      }
      check(n, index);
    }
  }

  private static void check(int n, IndexHNSWFlat index) {
    try (IndexSnapshot<HnswState> snapshot = index.snapshot()) {
      HnswState state = snapshot.state();
      Set<Integer> asked = new TreeSet<>();
      SampledRows sample = new SampledRows();
      sample.ask(
          state,
          id -> {
            assertThat(asked.add((int) id)).isTrue();
            return id % 3 == 0;
          },
          false);
      assertThat(sample.asked()).isEqualTo(asked.size()).isLessThanOrEqualTo(SampledRows.MOST);
      assertThat(asked.size()).isGreaterThanOrEqualTo(Math.min(n, SampledRows.MOST / 2));
      int before = -1;
      for (int row = 0; row < n; row++) {
        assertThat(sample.has(row)).isEqualTo(asked.contains(row));
        if (sample.has(row)) {
          assertThat(sample.isMember(row)).isEqualTo(row % 3 == 0);
          assertThat(row - before).isLessThanOrEqualTo(2 * (n / (SampledRows.MOST / 2) + 1));
          before = row;
        }
        for (int to : new int[] {row + 1, Math.min(n, row + 40), n}) {
          int from = row;
          assertThat(sample.firstOf(from, to))
              .isEqualTo(asked.stream().filter(r -> r >= from && r < to).findFirst().orElse(to));
        }
      }
      sample.clear();
      assertThat(sample.asked()).isZero();
      for (int row = 0; row < n; row++) {
        assertThat(sample.has(row)).isFalse();
        assertThat(sample.firstOf(row, n)).isEqualTo(n);
      }
    }
  }
}
