package io.sagitta.core.factory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.KnnResult;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ParameterSpaceTest {
  private static final ParameterSpace SPACE =
      new ParameterSpace(
          List.of(
              new ParameterRange("nprobe", List.of(1.0, 2.0, 4.0)),
              new ParameterRange("max_codes", List.of(256.0, Double.POSITIVE_INFINITY)),
              new ParameterRange("k_factor_rf", List.of(1.5))));

  @Test
  void combinationsAreNumberedWithTheFirstParameterFastest() {
    assertThat(SPACE.combinations()).isEqualTo(6);
    assertThat(SPACE.name(0)).isEqualTo("nprobe=1,max_codes=256,k_factor_rf=1.5");
    assertThat(SPACE.name(1)).isEqualTo("nprobe=2,max_codes=256,k_factor_rf=1.5");
    assertThat(SPACE.name(5)).isEqualTo("nprobe=4,max_codes=inf,k_factor_rf=1.5");
    assertThat(SPACE.isAtLeast(5, 1)).isTrue();
    assertThat(SPACE.isAtLeast(2, 3)).isFalse();
    assertThat(SPACE.isAtLeast(3, 2)).isFalse();
    assertThat(new ParameterSpace(List.of()).combinations()).isEqualTo(1);
  }

  @Test
  void aParetoSetKeepsWhatNobodyBeats() {
    OperatingPoints points = new OperatingPoints();
    assertThat(points.add(point(0, 0.1))).isFalse();
    assertThat(points.add(point(0.5, 2))).isTrue();
    assertThat(points.add(point(0.9, 5))).isTrue();
    assertThat(points.add(point(0.5, 2))).as("an equal point").isFalse();
    assertThat(points.add(point(0.4, 3))).as("worse and slower").isFalse();
    assertThat(points.add(point(0.5, 1))).as("as good and faster").isTrue();
    assertThat(points.add(point(0.95, 5))).as("better, as fast").isTrue();
    assertThat(points.optimal()).containsExactly(point(0.5, 1), point(0.95, 5));
    assertThat(points.all()).hasSize(7);
    assertThat(points.secondsFor(0.6)).isEqualTo(5);
    assertThat(points.secondsFor(0.99)).isInfinite();
    assertThat(points.fastestFor(0.2)).contains(point(0.5, 1));
  }

  /** The set kept step by step is the one that the definition gives. */
  @Property
  void theParetoSetIsThatOfTheDefinition(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    OperatingPoints points = new OperatingPoints();
    for (int i = 0; i < 30; i++) {
      points.add(point(random.nextInt(6) / 5.0, 1 + random.nextInt(6)));
    }
    List<OperatingPoint> all = points.all();
    List<OperatingPoint> expected =
        all.stream()
            .filter(p -> p.performance() > 0 && all.stream().noneMatch(o -> beats(o, p)))
            .distinct()
            .sorted((a, b) -> Double.compare(a.seconds(), b.seconds()))
            .toList();
    assertThat(points.optimal()).isEqualTo(expected);
  }

  private static boolean beats(OperatingPoint o, OperatingPoint p) {
    return o.performance() >= p.performance()
        && o.seconds() <= p.seconds()
        && (o.performance() > p.performance() || o.seconds() < p.seconds());
  }

  @Test
  void criteriaCount() {
    KnnResult result = new KnnResult(2, 3);
    long[] labels = result.rawLabels();
    labels[0] = 7;
    labels[1] = 1;
    labels[2] = 9;
    labels[3] = 4;
    result.finish(0, 3, 0);
    result.finish(1, 1, 0);
    long[] truth = {1, 7, 2, 5, 4, 6};
    assertThat(Criterion.intersection(3, truth, 3).evaluate(result)).isEqualTo(3 / 6.0);
    assertThat(Criterion.intersection(2, truth, 3).evaluate(result)).isEqualTo(3 / 4.0);
    assertThat(Criterion.oneRecallAt(2, truth, 3).evaluate(result)).isEqualTo(0.5);
    assertThat(Criterion.oneRecallAt(1, truth, 3).evaluate(result)).isEqualTo(0.0);
    assertThatThrownBy(() -> Criterion.intersection(4, truth, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 nearest");
  }

  private static OperatingPoint point(double performance, double seconds) {
    return new OperatingPoint(performance, seconds, "", -1);
  }
}
