package io.sagitta.conformance.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.conformance.FaissIndex;
import io.sagitta.conformance.Terms;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/**
 * Flat search one by one against float64, beside the running FAISS: mean, root mean square and the
 * largest of some twelve thousand errors, each relative to the sum of the absolute terms, are not
 * above FAISS's. The vectors are the same in every run.
 */
@Tag("faiss")
@AddLifecycleHook(FaissRequired.class)
class FlatAccuracyLiveTest {
  private static final int ROWS = 2000;
  private static final int QUERIES = 200;
  private static final int K = 10;
  private static final int DRAWS = 6;

  /** So few queries a call that FAISS takes the direct formula. */
  private static final int CALL = 10;

  @Provide
  Arbitrary<Integer> dimensions() {
    return Arbitraries.of(3, 8, 12, 15, 16, 17, 31, 32, 64, 100, 128, 130, 256, 784);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE)
  void errorIsNotAboveThatOfFaiss(@ForAll @From("dimensions") int d, @ForAll boolean l2) {
    MetricType metric = l2 ? MetricType.L2 : MetricType.INNER_PRODUCT;
    Errors ours = new Errors();
    Errors theirs = new Errors();
    for (int draw = 0; draw < DRAWS; draw++) {
      Random random = new Random(1000L * d + draw);
      float[] base = normal(random, ROWS * d);
      float[] queries = normal(random, QUERIES * d);
      try (FaissIndex faiss = FaissIndex.create(LiveFaiss.get(), d, "Flat", metric, 0);
          Index sagitta = IndexFactory.create(d, "Flat", metric, 0)) {
        faiss.add(Vectors.of(base, d));
        sagitta.add(Vectors.of(base, d));
        for (int first = 0; first < QUERIES; first += CALL) {
          Vectors some = Vectors.of(queries, d).slice(first, CALL);
          var answer = faiss.search(some, K, null);
          KnnResult mine = sagitta.search(some, K);
          note(
              theirs,
              metric,
              queries,
              first,
              base,
              d,
              answer.longs("ids"),
              answer.floats("distances"));
          note(ours, metric, queries, first, base, d, mine.labels(), mine.distances());
        }
      }
    }
    String what = metric + ", d = " + d;
    assertThat(ours.sum).as("mean error, " + what).isLessThanOrEqualTo(theirs.sum);
    assertThat(ours.squares).as("mean square, " + what).isLessThanOrEqualTo(theirs.squares);
    assertThat(ours.max).as("largest error, " + what).isLessThanOrEqualTo(theirs.max);
  }

  private static void note(
      Errors errors,
      MetricType metric,
      float[] queries,
      int first,
      float[] base,
      int d,
      long[] ids,
      float[] distances) {
    for (int i = 0; i < ids.length; i++) {
      int q = (first + i / K) * d;
      int at = (int) ids[i] * d;
      double exact = Terms.exact(metric, 0, queries, q, base, at, d);
      double s = Terms.sum(metric, 0, Terms.Path.DIRECT, queries, q, base, at, d);
      errors.add(Math.abs(distances[i] - exact) / s);
    }
  }

  private static float[] normal(Random random, int n) {
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = (float) random.nextGaussian();
    }
    return v;
  }

  private static final class Errors {
    private double sum;
    private double squares;
    private double max;

    void add(double error) {
      sum += error;
      squares += error * error;
      max = Math.max(max, error);
    }
  }
}
