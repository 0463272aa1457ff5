package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes and the answers of FAISS 1.15.1 on integer data, as SHA-256: of {@code write_index},
 * and of labels and distances of 50 queries at k = 10 for efSearch 1, 5, 20, 100 times bounded and
 * unbounded queue times with and without the relative distance check, then of a range search. The
 * digests were made with FAISS on the same data ({@code java.util.Random(seed)}, values in [−hi,
 * hi]).
 */
class FaissBytesTest {
  record Case(
      long seed,
      int n,
      int d,
      int m,
      int efConstruction,
      MetricType metric,
      List<Integer> adds,
      int hi,
      String file,
      String answers) {}

  static List<Case> cases() {
    MetricType l2 = MetricType.L2;
    MetricType ip = MetricType.INNER_PRODUCT;
    return List.of(
        new Case(
            1,
            1000,
            8,
            4,
            40,
            l2,
            List.of(1000),
            10,
            "c69caa7186849701d12783a70b390dcb5ee3853a5ccf5308b02e29aef119dc79",
            "40b43a03a3b3aba0be58bd4666af7315d4348f76cef40d730921552e5d698cb5"),
        new Case(
            2,
            3000,
            16,
            16,
            40,
            l2,
            List.of(3000),
            4,
            "c95dfd336a0b3ec1a45db84e419d0d6e2be2908acf897b7e9e6d61bd8f8f14dc",
            "b9242174ee15c3196b47b8dbf9a12e4e0f0a6bdd4e01768e3a444c104997385d"),
        new Case(
            3,
            3000,
            16,
            16,
            40,
            ip,
            List.of(3000),
            4,
            "bc0e4cef5839bbb63af78011c08b21a3c4d90d51cef73de1110f969a34d97311",
            "96808edddafb2eb1d3bad9dda54029b3876f064770bda1943e4d806cd32b235d"),
        new Case(
            4,
            4000,
            8,
            5,
            20,
            l2,
            List.of(100, 900, 3000),
            3,
            "de4af3b59066d7b497d2655bb7c661bb02948d1455ba81d451869d0d2cd671a6",
            "ed5b2c048eec91dc219eecd175a8d70af3d573728c26d448c6c3a5109b39a70c"),
        new Case(
            5,
            3000,
            24,
            32,
            100,
            ip,
            List.of(1, 49, 1950, 1000),
            8,
            "9c25c859660b973ff0b1c76b1de138e70ac8dca068d857f4b84a60b7b96a9e6d",
            "a0ec8b69a6fc61ef7b0641bb405058ae7a3445ab2fda0a8ee2042c2c584d9e2b"),
        new Case(
            6,
            2500,
            3,
            8,
            10,
            l2,
            List.of(2500),
            2,
            "ce499128694be99252a8687f4404c9f8d59ce1bd221f746df7b41fa4c6f4c57d",
            "c610325988c387fcb2179866f8909924ec92ad64beac4ebf5f2d144bff20b12d"),
        new Case(
            7,
            1500,
            40,
            2,
            60,
            ip,
            List.of(700, 800),
            5,
            "bdaaf239fe80ddf1bb494bedd191317605e83ab3cca0126f8f1cd463d54c4988",
            "c016027c749e4083f582e3a18dbc3c03c181028b3953629f759effe5493da9b2"));
  }

  private static float[] integers(long seed, int n, int hi) {
    Random r = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = r.nextInt(2 * hi + 1) - hi;
    }
    return x;
  }

  private static IndexHNSWFlat build(Case c, int threads) {
    IndexHNSWFlat index = new IndexHNSWFlat(c.d, c.m, c.metric);
    index.setEfConstruction(c.efConstruction);
    Vectors x = Vectors.of(integers(c.seed, c.n * c.d, c.hi), c.d);
    long from = 0;
    for (int n : c.adds) {
      Vectors part = x.slice(from, n);
      Parallelism.of(threads).run(() -> index.add(part));
      from += n;
    }
    return index;
  }

  private static String sha(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void update(MessageDigest d, long[] v) {
    ByteBuffer b = ByteBuffer.allocate(8 * v.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asLongBuffer().put(v);
    d.update(b.array());
  }

  private static void update(MessageDigest d, float[] v) {
    ByteBuffer b = ByteBuffer.allocate(4 * v.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(v);
    d.update(b.array());
  }

  private static String answers(Case c, Index index) {
    MessageDigest digest = digest();
    Vectors q = Vectors.of(integers(c.seed + 100, 50 * c.d, c.hi), c.d);
    for (int ef : new int[] {1, 5, 20, 100}) {
      for (int bounded = 1; bounded >= 0; bounded--) {
        for (int check = 1; check >= 0; check--) {
          String p = "efSearch=%d,bounded_queue=%d,check_relative_distance=%d";
          KnnResult r =
              index.search(q, 10, SearchParameters.parse(p.formatted(ef, bounded, check)));
          update(digest, r.labels());
          update(digest, r.distances());
        }
      }
    }
    float radius = c.metric == MetricType.L2 ? 5f * c.d : 10f;
    RangeResult r = index.rangeSearch(q, radius);
    update(digest, r.lims());
    update(digest, r.ids());
    update(digest, r.distances());
    return HexFormat.of().formatHex(digest.digest());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesFaissBytesWithAnyNumberOfThreads(Case c) {
    for (int threads : new int[] {1, 2, 5}) {
      try (IndexHNSWFlat index = build(c, threads)) {
        assertThat(sha(IndexIO.toBytes(index))).isEqualTo(c.file);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesFaissAnswersBuiltReadMappedAndCopied(Case c, @TempDir Path dir) throws IOException {
    Path file = dir.resolve("x.index");
    try (IndexHNSWFlat index = build(c, 2)) {
      assertThat(answers(c, index)).isEqualTo(c.answers);
      IndexIO.write(index, file);
      try (Index copy = index.copy()) {
        assertThat(answers(c, copy)).isEqualTo(c.answers);
        assertThat(sha(IndexIO.toBytes(copy))).isEqualTo(c.file);
      }
    }
    try (Index read = IndexIO.read(file)) {
      assertThat(answers(c, read)).isEqualTo(c.answers);
      assertThat(sha(IndexIO.toBytes(read))).isEqualTo(c.file);
    }
    try (Index mapped = IndexIO.open(file)) {
      assertThat(answers(c, mapped)).isEqualTo(c.answers);
      assertThat(sha(IndexIO.toBytes(mapped))).isEqualTo(c.file);
    }
  }
}
