package io.sagitta.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.RandomData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables, codes, decoded vectors and distances against those of FAISS 1.15.1 on the same seeded
 * data ({@code sq.txt}), for every type and statistic.
 */
@Tag("simd")
class ScalarQuantizerFaissTest {
  private static final int LINES = 7;
  private static final int QUERIES = 3;
  private static final int TRAINING = 300;

  record Case(List<String> lines) {
    String field(int i) {
      return lines.get(i).substring(lines.get(i).indexOf(' ') + 1);
    }

    @Override
    public String toString() {
      return field(0);
    }
  }

  static List<Case> cases() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    ScalarQuantizerFaissTest.class.getResourceAsStream("sq.txt")),
                StandardCharsets.UTF_8))) {
      List<String> lines = in.lines().toList();
      List<Case> cases = new ArrayList<>();
      for (int i = 0; i < lines.size(); i += LINES) {
        cases.add(new Case(lines.subList(i, i + LINES)));
      }
      return cases;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tablesCodesAndDistancesAreFaiss(Case c) {
    String[] words = c.field(0).split(" ");
    QuantizerType type = QuantizerType.valueOf("QT_" + words[0].toUpperCase(Locale.ROOT));
    RangeStat stat = RangeStat.valueOf(words[1].toUpperCase(Locale.ROOT));
    float argument = Float.parseFloat(words[2]);
    int d = Integer.parseInt(words[3]);
    boolean table = words[0].contains("tq");
    ScalarQuantizer sq = new ScalarQuantizer(d, type, stat, argument);
    float[] x = training(d, type);
    assertThat(sq.codeSize()).isEqualTo(Integer.parseInt(words[4]));
    sq.train(Vectors.of(x, d), ProgressListener.NONE);
    assertThat(sq.isTrained()).isTrue();
    float[] expectedTable = floats(c.field(2));
    float[] trained = sq.trained();
    assertThat(trained).hasSize(expectedTable.length);
    for (int i = 0; i < trained.length; i++) {
      if (stat == RangeStat.MINMAX && !table) {
        assertThat(trained[i]).isEqualTo(expectedTable[i]);
      } else {
        assertThat(trained[i]).isCloseTo(expectedTable[i], within(1e-5f));
      }
    }

    // From here on with FAISS's own table, so that one rounding of the training counts once.
    sq = ScalarQuantizer.ofTrained(d, type, stat, argument, expectedTable);
    byte[] expectedCodes = HexFormat.of().parseHex(c.field(3));
    int n = expectedCodes.length / sq.codeSize();
    float[] y = table ? floats(c.field(1)) : Arrays.copyOf(x, n * d);
    byte[] codes = new byte[expectedCodes.length];
    sq.encode(Vectors.of(y, d), MemorySegment.ofArray(codes), 0);
    int exact =
        type.range() == QuantizerType.Range.TABLE_AND_SIGNS ? sq.codeSize() - 8 : sq.codeSize();
    for (int i = 0; i < n; i++) {
      int at = i * sq.codeSize();
      assertThat(Arrays.copyOfRange(codes, at, at + exact))
          .as("code %d", i)
          .isEqualTo(Arrays.copyOfRange(expectedCodes, at, at + exact));
    }

    float[] decoded = new float[n * d];
    sq.decode(n, MemorySegment.ofArray(expectedCodes), 0, MemorySegment.ofArray(decoded), 0);
    float[] expectedDecoded = floats(c.field(4));
    for (int i = 0; i < decoded.length; i++) {
      assertThat(decoded[i])
          .isCloseTo(expectedDecoded[i], within(2e-6f * Math.max(1, Math.abs(expectedDecoded[i]))));
    }
    float[] queries = RandomData.normal(QUERIES * d, 4);
    checkScores(sq, MetricType.L2, queries, expectedCodes, expectedDecoded, floats(c.field(5)));
    checkScores(
        sq, MetricType.INNER_PRODUCT, queries, expectedCodes, expectedDecoded, floats(c.field(6)));
  }

  private static void checkScores(
      ScalarQuantizer sq,
      MetricType metric,
      float[] queries,
      byte[] codes,
      float[] decoded,
      float[] expected) {
    int d = sq.d();
    int size = sq.codeSize();
    int n = codes.length / size;
    CodeScorer scorer = sq.scorer(metric, 0);
    MemorySegment stored = MemorySegment.ofArray(codes);
    float[] run = new float[n + 1];
    float[] four = new float[4];
    for (int q = 0; q < QUERIES; q++) {
      scorer.setQuery(MemorySegment.ofArray(queries), 4L * q * d);
      scorer.scoreRun(stored, 0, n, run, 1);
      for (int i = 0; i < n; i++) {
        double bound = 0;
        for (int j = 0; j < d; j++) {
          double a = queries[q * d + j];
          double b = decoded[i * d + j];
          bound += metric == MetricType.L2 ? (a - b) * (a - b) : Math.abs(a * b);
        }
        assertThat(run[1 + i])
            .as("%s of query %d, code %d", metric, q, i)
            .isCloseTo(expected[q * n + i], within((float) (1e-5 * bound + 1e-6)));
        assertThat(scorer.score(stored, (long) i * size)).isEqualTo(run[1 + i]);
      }
      scorer.scoreFour(
          stored, 3L * size, stored, 0, stored, (long) size, stored, 3L * size, four, 0);
      assertThat(four).containsExactly(run[4], run[1], run[2], run[4]);
    }
    double between = 0;
    for (int j = 0; j < d; j++) {
      double a = decoded[j];
      double b = decoded[2 * d + j];
      between += metric == MetricType.L2 ? (a - b) * (a - b) : a * b;
    }
    assertThat((double) scorer.between(stored, 0, stored, 2L * size))
        .isCloseTo(between, within(1e-4 * Math.max(1, Math.abs(between))));
  }

  private static float[] training(int d, QuantizerType type) {
    float[] x = RandomData.normal(TRAINING * d, 3);
    for (int i = 0; i < x.length; i++) {
      x[i] =
          switch (type) {
            case QT_8BIT_DIRECT -> (float) Math.floor(Math.abs(x[i]) * 40);
            case QT_8BIT_DIRECT_SIGNED -> (float) Math.floor(x[i] * 30);
            default -> x[i];
          };
    }
    return x;
  }

  private static float[] floats(String hex) {
    float[] out = new float[hex.length() / 8];
    for (int i = 0; i < out.length; i++) {
      out[i] = Float.intBitsToFloat(Integer.parseUnsignedInt(hex, 8 * i, 8 * i + 8, 16));
    }
    return out;
  }
}
