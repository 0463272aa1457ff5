package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Graphs over scalar quantizers whose codes hold small integers exactly, byte for byte FAISS
 * 1.15.1's: SHA-256 of its {@code write_index} on the same data. With the other quantizers decoded
 * values are fractions, sums of their products depend on the order of additions, and a few lists
 * differ.
 */
class FaissSqBytesTest {
  private static final int D = 16;

  @ParameterizedTest
  @CsvSource({
    "QT_FP16, L2, 0, 79754f4b01353d229f7e635f1fc8f70d73a5822b8ad96ea7a8f719cf12e69432",
    "QT_FP16, INNER_PRODUCT, 0, 33d37a95357b59c67e506d9eb40ca96a95a5679d7afdaf157590e2d864133c62",
    "QT_BF16, L2, 0, 3aa3a1aee2cb342221d05a87ae81dca478299a98aef38ec44c28e2b6e49b28a3",
    "QT_8BIT_DIRECT, L2, 8, 44aa39a294f261d4b0754f3402da43f43f0cfd0b3d2107a3624c81f251df5e69",
  })
  void bytesOfFaiss(QuantizerType type, MetricType metric, int shift, String sha256)
      throws IOException, NoSuchAlgorithmException {
    Random r = new Random(11);
    float[] x = new float[3000 * D];
    for (int i = 0; i < x.length; i++) {
      x[i] = r.nextInt(17) - 8 + shift;
    }
    try (Index index = new IndexHNSWSQ(D, type, 16, metric)) {
      index.train(Vectors.of(x, D));
      index.add(x);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(IndexIO.toBytes(index));
      assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
    }
  }
}
