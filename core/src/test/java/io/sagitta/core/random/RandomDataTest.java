package io.sagitta.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers below were drawn from FAISS 1.15.1. */
class RandomDataTest {
  @Test
  void permutationsAreFaiss() {
    assertThat(RandomData.permutation(10, 1234)).containsExactly(5, 4, 8, 2, 6, 9, 1, 7, 0, 3);
    assertThat(RandomData.permutationSplitMix64(10, 1234))
        .containsExactly(5, 6, 4, 0, 7, 9, 8, 3, 2, 1);
    int[] p = RandomData.permutation(2000, 99);
    assertThat(Arrays.copyOf(p, 8)).containsExactly(401, 678, 1141, 1637, 1921, 583, 1606, 1799);
    long weighted = 0;
    for (int i = 0; i < p.length; i++) {
      weighted += (long) p[i] * i;
    }
    assertThat(weighted).isEqualTo(2000195121);
  }

  @Test
  void aPrefixIsTheBeginningOfThePermutation() {
    int[] whole = RandomData.permutation(500, 7);
    for (int count : new int[] {0, 1, 17, 499, 500}) {
      assertThat(RandomData.permutationPrefix(500, count, 7))
          .isEqualTo(Arrays.copyOf(whole, count));
    }
  }

  @ParameterizedTest
  @CsvSource({"5,5168683678,-1178501089", "1500,1578396637896,-36099737354"})
  void arraysAreFaissBitForBit(int n, long uniformBits, long normalBits) {
    assertThat(bits(RandomData.uniform(n, 12345))).isEqualTo(uniformBits);
    assertThat(bits(RandomData.normal(n, 12345))).isEqualTo(normalBits);
  }

  @Test
  void aMillionNormalValuesAreFaissBitForBit() {
    assertThat(bits(RandomData.normal(1_000_000, 7))).isEqualTo(-15696898899370L);
  }

  @Test
  void singleDrawsAreFaiss() {
    FaissRandom twister = new FaissRandom(77);
    assertThat(twister.nextInt()).isEqualTo(1800059607);
    assertThat(twister.nextInt(1000)).isEqualTo(655);
    assertThat(twister.nextLong()).isEqualTo(3259326204802952788L);
    assertThat(twister.nextFloat()).isEqualTo(0.7537122368812561f);
    assertThat(twister.nextDouble()).isEqualTo(0.04006416467951242);
    SplitMix64 split = new SplitMix64(77);
    assertThat(split.nextInt()).isEqualTo(2082467969);
    assertThat(split.nextInt(1000)).isEqualTo(20);
    assertThat(split.nextLong()).isEqualTo(885720525965706988L);
  }

  @Test
  void wrongCountsAreNamed() {
    assertThatThrownBy(() -> RandomData.normal(-1, 0)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new FaissRandom(0).nextInt(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> RandomData.permutationPrefix(3, 4, 0)).hasMessageContaining("4");
  }

  private static long bits(float[] values) {
    long sum = 0;
    for (float v : values) {
      sum += Float.floatToRawIntBits(v);
    }
    return sum;
  }
}
