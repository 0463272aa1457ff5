package io.sagitta.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.random.RandomData;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The codes of parts shorter than 16 components are those of the differences, one by one: products
 * round away which of two neighbouring centroids is nearer.
 */
@Tag("simd")
class PqNearestTest {
  private static final int M = 16;

  @ParameterizedTest
  @CsvSource({
    "1, 8, 6000",
    "1, 4, 2000",
    "1, 1, 500",
    "2, 8, 2000",
    "3, 6, 1000",
    "4, 8, 1000",
    "5, 5, 700",
    "8, 8, 700",
    "12, 8, 300",
    "15, 7, 300",
    "2, 11, 200"
  })
  void codesAreThoseOfTheDifferences(int dsub, int nbits, int n) {
    int d = dsub * M;
    float[] centroids = RandomData.normal(d << nbits, 5);
    float[] x = RandomData.normal(n * d, 6);
    if (dsub == 1) {
      // Neighbours as k-means of many bits makes them: close to one another, far from the mean.
      for (int i = 0; i < centroids.length; i++) {
        centroids[i] = 4 + centroids[i] / 1024;
      }
      for (int i = 0; i < x.length; i++) {
        x[i] = 4 + x[i] / 1024;
      }
    }
    check(ProductQuantizer.of(d, M, nbits, centroids), x);
  }

  @Test
  void amongEqualDistancesTheFirstCentroidIsTaken() {
    float[] centroids = new float[M << 6];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = i % 7;
    }
    float[] x = new float[M * 40];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 15 / 2f;
    }
    check(ProductQuantizer.of(M, M, 6, centroids), x);
  }

  private static void check(ProductQuantizer pq, float[] x) {
    int d = pq.d();
    int n = x.length / d;
    byte[] codes = new byte[n * pq.codeSize()];
    pq.encode(Vectors.of(x, d), MemorySegment.ofArray(codes), 0);
    float[] centroids = pq.centroids();
    for (int i = 0; i < n; i++) {
      for (int s = 0; s < M; s++) {
        int at = i * d + s * pq.dsub();
        assertThat(pq.subCode(MemorySegment.ofArray(codes), (long) i * pq.codeSize(), s))
            .as("vector %d, part %d", i, s)
            .isEqualTo(nearest(x, at, centroids, s * pq.ksub(), pq.ksub(), pq.dsub()));
      }
    }
  }

  /**
   * FAISS's rule in floats: differences, squared and summed in order; the first of the smallest.
   */
  private static int nearest(float[] x, int at, float[] centroids, int first, int k, int dsub) {
    float least = Float.POSITIVE_INFINITY;
    int who = 0;
    for (int c = 0; c < k; c++) {
      float sum = 0;
      for (int j = 0; j < dsub; j++) {
        float t = x[at + j] - centroids[(first + c) * dsub + j];
        sum = Kernels.vectorBits() == 0 ? sum + t * t : Math.fma(t, t, sum);
      }
      if (sum < least) {
        least = sum;
        who = c;
      }
    }
    return who;
  }
}
