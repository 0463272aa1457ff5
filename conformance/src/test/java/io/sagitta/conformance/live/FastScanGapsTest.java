package io.sagitta.conformance.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FastScanGapsTest {
  private static final float PAD = -Float.MAX_VALUE;

  private static int added(float[] mineDistances, long... theirs) {
    long[] mine = {5, 6, 7, 8};
    float[] distances = mineDistances.clone();
    return FastScanGaps.lostWorst(1, 4, mine, mineDistances, theirs, distances);
  }

  @Test
  void equalWorstResultsAreAdded() {
    assertThat(added(new float[] {9, 8, 1, 1}, 5, 6, -1, -1)).isEqualTo(2);
    assertThat(added(new float[] {9, 8, 2, 1}, 5, 6, 7, -1)).isEqualTo(1);
  }

  @Test
  void otherMissingResultsStayMissing() {
    assertThat(added(new float[] {9, 8, 2, 1}, 5, 6, -1, -1)).isZero();
    assertThat(added(new float[] {9, 1, 1, 1}, 5, 6, -1, -1)).isZero();
    assertThat(added(new float[] {1, 1, 1, 1}, -1, -1, -1, -1)).isZero();
    assertThat(added(new float[] {9, 8, 1, PAD}, 5, 6, 7, 8)).isZero();
  }
}
