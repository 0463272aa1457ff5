package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Index;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.WarmUp;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final int D = 8;

  private static Vectors random(int n) {
    Random random = new Random(n);
    float[] v = new float[n * D];
    for (int i = 0; i < v.length; i++) {
      v[i] = random.nextFloat();
    }
    return Vectors.of(v, D);
  }

  @Test
  void searchesUntilSteadyOrTheTimeIsOver() {
    try (Index index = new IndexFlatL2(D)) {
      index.add(random(500));
      WarmUp one =
          WarmUp.oneByOne(index, random(20), 5, SearchParameters.NONE, Duration.ofSeconds(20));
      assertThat(one.searches()).isGreaterThanOrEqualTo(one.rounds());
      assertThat(one.firstMicros()).isPositive();
      assertThat(one.lastMicros()).isPositive();
      // Ten rounds that bring nothing follow at least one that sets the mark.
      assertThat(one.isSteady() ? one.rounds() >= 11 : one.rounds() >= 1).isTrue();
      WarmUp batch = WarmUp.batches(index, random(20), 5, SearchParameters.NONE, Duration.ZERO);
      assertThat(batch.rounds()).isEqualTo(1);
      assertThat(batch.searches()).isEqualTo(20);
      assertThat(batch.isSteady()).isFalse();
      assertThat(index.ntotal()).isEqualTo(500);
    }
  }

  @Test
  void anInterruptEndsItAndStaysSet() {
    try (Index index = new IndexFlatL2(D)) {
      index.add(random(500));
      Thread.currentThread().interrupt();
      WarmUp w = WarmUp.oneByOne(index, random(20), 5, SearchParameters.NONE, Duration.ofHours(1));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(w.searches()).isEqualTo(1);
    }
  }

  @Test
  void badArguments() {
    try (Index index = new IndexFlatL2(D)) {
      assertThatThrownBy(
              () ->
                  WarmUp.oneByOne(
                      index, random(0), 5, SearchParameters.NONE, Duration.ofSeconds(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no query");
      assertThatThrownBy(
              () ->
                  WarmUp.batches(index, random(3), 0, SearchParameters.NONE, Duration.ofSeconds(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0");
    }
  }
}
