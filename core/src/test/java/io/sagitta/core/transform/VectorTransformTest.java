package io.sagitta.core.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.RandomData;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The figures named FAISS were produced by FAISS 1.15.1 on the same seeded data. */
@Tag("simd")
class VectorTransformTest {
  @Test
  void hadamardIsFaissBitForBitAndTurnsBack() {
    HadamardRotation h = new HadamardRotation(11, 7);
    float[] x = RandomData.normal(11, 9);
    float[] y = h.apply(Vectors.one(x));
    int[] faiss = {
      1039563067, -1092366799, -1101021604, 1060310156, 1055592505, -1087220846, -1085032460,
      -1085298084, 1031096762, 1042641246, 1044866616, 1069302918, 1062839912, 1065016910,
      -1085868024, -1097403271
    };
    for (int i = 0; i < faiss.length; i++) {
      assertThat(Float.floatToRawIntBits(y[i])).isEqualTo(faiss[i]);
    }
    assertReverses(h, x, 1e-6f);
  }

  @Test
  void randomRotationsAreFaissToRounding() {
    check(
        new RandomRotationMatrix(6, 4),
        -0.080518,
        0.339805,
        -0.556015,
        0.134379,
        0.731209,
        -0.127171,
        0.590782,
        -0.229935,
        -0.028293,
        0.451318,
        0.17237,
        0.603247,
        0.483985,
        0.095355,
        0.150482,
        0.435977,
        -0.084146,
        -0.732711,
        0.570748,
        0.15289,
        -0.492356,
        -0.57461,
        -0.279432,
        -0.014033);
    check(
        new RandomRotationMatrix(4, 6),
        -0.080518,
        0.339805,
        -0.556015,
        0.134379,
        0.590782,
        -0.229935,
        -0.028293,
        0.451318,
        0.483985,
        0.095355,
        0.150482,
        0.435977,
        0.570748,
        0.15289,
        -0.492356,
        -0.57461,
        -0.122619,
        0.761976,
        -0.077765,
        0.358057,
        0.26356,
        0.467532,
        0.647256,
        -0.360274);
    RandomRotationMatrix wide = new RandomRotationMatrix(4, 6);
    wide.init(RandomRotationMatrix.DEFAULT_SEED);
    assertReverses(wide, RandomData.normal(4 * 13, 2), 1e-5f);
  }

  private static void check(RandomRotationMatrix r, double... expected) {
    r.train(Vectors.of(new float[0], r.dIn()), ProgressListener.NONE);
    float[] a = r.a();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) a[i]).isCloseTo(expected[i], within(2e-6));
    }
    assertThat(r.isOrthonormal()).isTrue();
  }

  @Test
  void principalComponentsAreFaissUpToSigns() {
    float[] x = RandomData.normal(200 * 6, 4);
    float[] spread = {5, 4, 3, 2, 1, 0.5f};
    for (int i = 0; i < x.length; i++) {
      x[i] *= spread[i % 6];
    }
    PCAMatrix pca = new PCAMatrix(6, 4, -0.5f, false);
    pca.train(Vectors.of(x, 6), ProgressListener.NONE);
    float[] faissValues = {
      4962.03076171875f,
      3171.09375f,
      1782.170654296875f,
      751.7251586914062f,
      192.68807983398438f,
      38.30697250366211f
    };
    for (int i = 0; i < 6; i++) {
      assertThat(pca.eigenvalues()[i]).isCloseTo(faissValues[i], within(1e-5f * faissValues[i]));
    }
    float[] faissSizes = {
      0.014134787954390049f, 4.065697339683538e-06f, 0.0012385760201141238f,
      0.00042475928785279393f, 0.00010667261813068762f, 0.00011077184899477288f
    };
    for (int j = 0; j < 6; j++) {
      assertThat(Math.abs(pca.a()[j])).isCloseTo(faissSizes[j], within(1e-7f));
    }
    // Whitened: unit sum of squares, which is a variance of 1/n.
    float[] y = pca.apply(Vectors.of(x, 6));
    for (int j = 0; j < 4; j++) {
      double squares = 0;
      for (int i = 0; i < 200; i++) {
        squares += y[4 * i + j] * y[4 * i + j];
      }
      assertThat(squares).isCloseTo(1, within(1e-4));
    }
    assertThatThrownBy(
            () -> pca.reverse(Vectors.of(y, 4), MemorySegment.ofArray(new float[200 * 6])))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aPcaOfFewRowsSpansThem() {
    float[] x = RandomData.normal(5 * 20, 6);
    for (int j = 0; j < 20; j++) {
      // Mean 0: as in FAISS, the way back returns only what of the mean lies in the span.
      x[80 + j] = -(x[j] + x[20 + j] + x[40 + j] + x[60 + j]);
    }
    PCAMatrix pca = new PCAMatrix(20, 4);
    pca.train(Vectors.of(x, 20), ProgressListener.NONE);
    assertReverses(pca, x, 1e-4f);
    assertThatThrownBy(() -> new PCAMatrix(20, 6).train(Vectors.of(x, 20), ProgressListener.NONE))
        .hasMessageContaining("5 rows");
  }

  @Test
  void aRotatedPcaKeepsDistances() {
    float[] x = RandomData.normal(100 * 8, 6);
    PCAMatrix pca = new PCAMatrix(8, 8, 0, true);
    pca.train(Vectors.of(x, 8), ProgressListener.NONE);
    assertReverses(pca, x, 1e-4f);
    PCAMatrix bins = new PCAMatrix(8, 8, new PCAMatrix.Settings(0, 0, false, 2), true);
    bins.train(Vectors.of(x, 8), ProgressListener.NONE);
    assertReverses(bins, x, 1e-4f);
    assertThatThrownBy(() -> new PCAMatrix(8, 8, new PCAMatrix.Settings(0, 0, true, 2), true))
        .hasMessageContaining("balancedBins");
  }

  @Test
  void opqLowersTheQuantizationError() {
    int n = 600;
    float[] x = RandomData.normal(n * 8, 3);
    for (int i = 0; i < n; i++) {
      // Dimensions that vary together and lie in different parts: what OPQ is for.
      x[8 * i + 7] = x[8 * i] + 0.1f * x[8 * i + 7];
      x[8 * i + 6] = x[8 * i + 1] + 0.1f * x[8 * i + 6];
    }
    OPQMatrix opq = new OPQMatrix(8, 2, 8, 6, 10, 4, 65536);
    opq.train(Vectors.of(x, 8), ProgressListener.NONE);
    assertThat(opq.isOrthonormal()).isTrue();
    assertReverses(opq, x, 1e-4f);
    assertThat(error(opq.apply(Vectors.of(x, 8)))).isLessThan(0.95 * error(x));
    OPQMatrix stopped = new OPQMatrix(8, 2, 8);
    assertThatThrownBy(
            () -> stopped.train(Vectors.of(x, 8), (stage, done, total) -> !stage.equals("OPQ")))
        .isInstanceOf(CancellationException.class);
    assertThat(stopped.isTrained()).isFalse();
    OPQMatrix narrow = new OPQMatrix(8, 2, 4, 2, 4, 2, 65536);
    narrow.train(Vectors.of(x, 8), ProgressListener.NONE);
    assertThat(narrow.isOrthonormal()).isTrue();
  }

  private static double error(float[] x) {
    var pq = new io.sagitta.core.codec.ProductQuantizer(8, 2, 6);
    pq.train(Vectors.of(x, 8), ProgressListener.NONE);
    int n = x.length / 8;
    byte[] codes = new byte[n * pq.codeSize()];
    float[] back = new float[x.length];
    pq.encode(Vectors.of(x, 8), MemorySegment.ofArray(codes), 0);
    pq.decode(n, MemorySegment.ofArray(codes), 0, MemorySegment.ofArray(back), 0);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - back[i]) * (x[i] - back[i]);
    }
    return sum;
  }

  @Test
  void itqBringsVectorsNearerToTheCorners() {
    float[] x = RandomData.normal(500 * 6, 3);
    ITQTransform itq = new ITQTransform(6, 6, false);
    itq.train(Vectors.of(x, 6), ProgressListener.NONE);
    float[] y = itq.apply(Vectors.of(x, 6));
    double toCorner = 0;
    for (int i = 0; i < 500; i++) {
      double squares = 0;
      for (int j = 0; j < 6; j++) {
        squares += y[6 * i + j] * y[6 * i + j];
        toCorner += Math.abs(y[6 * i + j]);
      }
      assertThat(squares).isCloseTo(1, within(1e-5));
    }
    RandomRotationMatrix random = new RandomRotationMatrix(6, 6);
    random.init(ITQMatrix.DEFAULT_SEED);
    float[] z = random.apply(Vectors.of(y, 6));
    double unrotated = 0;
    for (float v : z) {
      unrotated += Math.abs(v);
    }
    assertThat(toCorner).isGreaterThan(unrotated);
    assertThatThrownBy(() -> new ITQTransform(6, 4, false)).hasMessageContaining("6 -> 4");
  }

  @Test
  void smallTransformsDoWhatTheySay() {
    CenteringTransform centre = new CenteringTransform(2);
    assertThatThrownBy(() -> centre.apply(Vectors.one(new float[2])))
        .isInstanceOf(IllegalStateException.class);
    centre.train(Vectors.of(new float[] {1, 2, 3, 6}, 2), ProgressListener.NONE);
    assertThat(centre.apply(Vectors.one(new float[] {5, 5}))).containsExactly(3, 1);
    assertReverses(centre, new float[] {5, 7, -1, 2}, 0);
    NormalizationTransform norm = new NormalizationTransform(2);
    assertThat(norm.apply(Vectors.of(new float[] {3, 4, 0, 0}, 2)))
        .containsExactly(0.6f, 0.8f, 0, 0);
    assertThat(new RemapDimensionsTransform(2, 4, false).apply(Vectors.one(new float[] {1, 2})))
        .containsExactly(1, 2, 0, 0);
    assertThat(new RemapDimensionsTransform(2, 4, true).apply(Vectors.one(new float[] {1, 2})))
        .containsExactly(1, 0, 2, 0);
    assertThat(new RemapDimensionsTransform(4, 2, true).map()).containsExactly(0, 2);
    assertReverses(new RemapDimensionsTransform(3, 5, true), new float[] {1, 2, 3}, 0);
    assertThatThrownBy(() -> new RemapDimensionsTransform(2, new int[] {0, 2}))
        .hasMessageContaining("map[1] = 2");
    assertThatThrownBy(() -> norm.apply(Vectors.one(new float[3])))
        .hasMessageContaining("dimension 3");
  }

  private static void assertReverses(VectorTransform t, float[] x, float bound) {
    Vectors rows = Vectors.of(x, t.dIn());
    float[] back = new float[x.length];
    t.reverse(Vectors.of(t.apply(rows), t.dOut()), MemorySegment.ofArray(back));
    for (int i = 0; i < x.length; i++) {
      assertThat(back[i]).isCloseTo(x[i], within(bound));
    }
    assertThat(t.copy().sameAs(t)).isTrue();
    assertThat(t.copy().apply(rows)).isEqualTo(t.apply(rows));
  }
}
