package io.sagitta.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.MetricType;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final float PAD = Float.MAX_VALUE;
  private static final Agreement STRICT = Agreement.strict(MetricType.L2);

  private static List<Difference> compare(
      Agreement rule, double t, long[] ids, float[] d, long[] expectedIds, float[] expected) {
    return rule.compare(1, ids.length, ids, d, expectedIds, expected, (q, id) -> t);
  }

  private static Difference.Kind only(List<Difference> differences) {
    assertThat(differences).isNotEmpty();
    return differences.stream().map(Difference::kind).max(Enum::compareTo).orElseThrow();
  }

  private static long[] ids(long... ids) {
    return ids;
  }

  private static float[] at(float... d) {
    return d;
  }

  @Test
  void equalAnswersHaveNoDifference() {
    assertThat(compare(STRICT, 0, ids(4, 2, -1), at(1, 2, PAD), ids(4, 2, -1), at(1, 2, PAD)))
        .isEmpty();
  }

  @Test
  void aDistanceBeyondTheToleranceIsADefect() {
    assertThat(only(compare(STRICT, 0.1, ids(4), at(1.2f), ids(4), at(1))))
        .isEqualTo(Difference.Kind.DEFECT);
    assertThat(only(compare(STRICT, 0.3, ids(4), at(1.2f), ids(4), at(1))))
        .isEqualTo(Difference.Kind.ROUNDING);
  }

  @Test
  void aTieInAnotherOrderIsADefectUnlessTiesAreFree() {
    long[] mine = ids(2, 4);
    long[] theirs = ids(4, 2);
    assertThat(only(compare(STRICT, 0, mine, at(1, 1), theirs, at(1, 1))))
        .isEqualTo(Difference.Kind.DEFECT);
    assertThat(only(compare(STRICT.withFreeTies(), 0, mine, at(1, 1), theirs, at(1, 1))))
        .isEqualTo(Difference.Kind.TIE);
  }

  @Test
  void aSwapOfCloseCandidatesIsRounding() {
    assertThat(only(compare(STRICT, 0.01, ids(2, 4), at(1, 1.001f), ids(4, 2), at(1, 1.001f))))
        .isEqualTo(Difference.Kind.ROUNDING);
  }

  @Test
  void aSwapOfDistantCandidatesIsADefect() {
    // Each distance is right for its position, but the ids were exchanged.
    assertThat(only(compare(STRICT, 0.01, ids(2, 4), at(1, 2), ids(4, 2), at(1, 2))))
        .isEqualTo(Difference.Kind.DEFECT);
  }

  @Test
  void anotherCandidateAtTheEndMustBeAsGoodAsTheLast() {
    assertThat(only(compare(STRICT, 0.01, ids(1, 9), at(1, 2), ids(1, 5), at(1, 2))))
        .isEqualTo(Difference.Kind.TIE);
    assertThat(only(compare(STRICT, 0.01, ids(9, 5), at(1, 2), ids(1, 5), at(1, 2))))
        .isEqualTo(Difference.Kind.DEFECT);
  }

  @Test
  void aMissingResultIsADefect() {
    assertThat(only(compare(STRICT, 1, ids(1, -1), at(1, PAD), ids(1, 5), at(1, 2))))
        .isEqualTo(Difference.Kind.DEFECT);
  }

  @Test
  void paddingIsComparedUnlessFree() {
    assertThat(
            only(
                compare(
                    STRICT, 1, ids(1, -1), at(1, Float.POSITIVE_INFINITY), ids(1, -1), at(1, PAD))))
        .isEqualTo(Difference.Kind.DEFECT);
    assertThat(
            compare(
                STRICT.withFreePadding(),
                1,
                ids(1, -1),
                at(1, Float.POSITIVE_INFINITY),
                ids(1, -1),
                at(1, PAD)))
        .isEmpty();
  }

  @Test
  void anIdListedTwiceIsADefect() {
    assertThat(only(compare(STRICT.withFreeTies(), 0.1, ids(1, 1), at(1, 1), ids(1, 2), at(1, 1))))
        .isEqualTo(Difference.Kind.DEFECT);
  }

  @Test
  void nanAgreesOnlyWithNan() {
    assertThat(compare(STRICT, 1, ids(1), at(Float.NaN), ids(1), at(Float.NaN))).isEmpty();
    assertThat(only(compare(STRICT, 1, ids(1), at(Float.NaN), ids(1), at(1))))
        .isEqualTo(Difference.Kind.DEFECT);
  }

  @Test
  void aWrongShapeIsADefect() {
    assertThat(only(STRICT.compare(2, 1, ids(1), at(1), ids(1, 2), at(1, 2), (q, id) -> 1)))
        .isEqualTo(Difference.Kind.DEFECT);
  }

  @Test
  void rangeAnswersAreSets() {
    long[] lims = {0, 2};
    assertThat(
            STRICT.compareRange(
                5, lims, ids(3, 1), at(2, 1), lims, ids(1, 3), at(1, 2), (q, id) -> 0))
        .isEmpty();
  }

  @Test
  void rangeMayDifferOnlyAtTheRadius() {
    long[] two = {0, 2};
    long[] one = {0, 1};
    assertThat(
            only(
                STRICT.compareRange(
                    5, two, ids(1, 3), at(1, 4.999f), one, ids(1), at(1), (q, id) -> 0.01)))
        .isEqualTo(Difference.Kind.ROUNDING);
    assertThat(
            only(
                STRICT.compareRange(
                    5, two, ids(1, 3), at(1, 4), one, ids(1), at(1), (q, id) -> 0.01)))
        .isEqualTo(Difference.Kind.DEFECT);
    assertThat(
            only(
                STRICT.compareRange(
                    5, one, ids(1), at(1), two, ids(1, 3), at(1, 4), (q, id) -> 0.01)))
        .isEqualTo(Difference.Kind.DEFECT);
  }

  private static List<Difference> shared(long[] ids, float[] d, long[] theirs, float[] expected) {
    return STRICT.compareShared(1, ids.length, ids, d, theirs, expected, (q, id) -> 0.01);
  }

  @Test
  void otherIdsAreFreeWhereOnlySharedOnesCount() {
    assertThat(shared(ids(4, 9), at(1, 2), ids(9, 7), at(2, 3))).isEmpty();
    assertThat(only(shared(ids(4, 9), at(1, 2), ids(4, 9), at(1, 3))))
        .isEqualTo(Difference.Kind.DEFECT);
    assertThat(only(shared(ids(4, 9), at(1, 2), ids(4, -1), at(1, PAD))))
        .isEqualTo(Difference.Kind.DEFECT);
  }

  @Test
  void worsePlacesAreCounted() {
    float[] theirs = at(1, 3, PAD);
    assertThat(STRICT.worsePlaces(1, 3, ids(4, 9, -1), at(1, 2, PAD), theirs, (q, id) -> 0.01))
        .isZero();
    assertThat(STRICT.worsePlaces(1, 3, ids(4, 9, -1), at(2, 4, PAD), theirs, (q, id) -> 0.01))
        .isEqualTo(2);
  }
}
