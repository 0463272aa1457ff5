package io.sagitta.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.TopK;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * RaBitQ against codes and answers that FAISS 1.15.1 wrote ({@code rabitq.bin}), and its own
 * promises.
 */
class RaBitQuantizerTest {
  private static final int N = 60;
  private static final int QUERIES = 5;
  private static final int K = 10;

  @Test
  void codesAndAnswersAreThoseOfFaiss() {
    ByteBuffer in = ByteBuffer.wrap(resource()).order(ByteOrder.LITTLE_ENDIAN);
    int cases = 0;
    for (int d = in.getInt(); d != 0; d = in.getInt(), cases++) {
      int bits = in.getInt();
      MetricType metric = MetricType.ofCode(in.getInt());
      int codeSize = in.getInt();
      float[] x = floats(in, N * d);
      float[] queries = floats(in, QUERIES * d);
      float[] center = floats(in, d);
      byte[] expected = new byte[N * codeSize];
      in.get(expected);
      RaBitQuantizer quantizer = new RaBitQuantizer(d, bits, metric);
      assertThat(quantizer.codeSize()).isEqualTo(codeSize);
      MemorySegment codes = MemorySegment.ofArray(new byte[N * codeSize]);
      quantizer.encode(Vectors.of(x, d), center, codes, 0);
      MemorySegment stored = MemorySegment.ofArray(expected);
      compareCodes(quantizer, codes, stored);
      for (int qb : new int[] {0, 4}) {
        for (boolean centered : new boolean[] {false, true}) {
          compareAnswers(in, quantizer, center, queries, stored, qb, centered);
        }
      }
    }
    assertThat(cases).isEqualTo(12);
  }

  private static void compareCodes(RaBitQuantizer z, MemorySegment mine, MemorySegment faiss) {
    int factors = z.bits() == 1 ? 2 : 3;
    int others = 0;
    for (int i = 0; i < N; i++) {
      long at = (long) i * z.codeSize();
      long f = at + z.signBytes();
      assertThat(mine.asSlice(at, z.signBytes()).mismatch(faiss.asSlice(at, z.signBytes())))
          .isEqualTo(-1);
      for (int j = 0; j < factors; j++) {
        close(mine.get(Vectors.FLOAT, f + 4L * j), faiss.get(Vectors.FLOAT, f + 4L * j), 1e-5f);
      }
      if (z.bits() > 1) {
        // The grid's scale is the best of many nearly equal ones: the last bit of a norm may tip
        // it.
        long e = f + 12;
        if (mine.asSlice(e, z.extraBytes()).mismatch(faiss.asSlice(e, z.extraBytes())) >= 0) {
          others++;
          continue;
        }
        for (long j = e + z.extraBytes(); j < at + z.codeSize(); j += 4) {
          close(mine.get(Vectors.FLOAT, j), faiss.get(Vectors.FLOAT, j), 1e-5f);
        }
      }
    }
    assertThat(others)
        .as("codes that differ, d %d, %d bits", z.d(), z.bits())
        .isLessThanOrEqualTo(z.bits() < 9 ? N / 20 : N / 5);
  }

  private static void compareAnswers(
      ByteBuffer in,
      RaBitQuantizer z,
      float[] center,
      float[] queries,
      MemorySegment codes,
      int qb,
      boolean centered) {
    float[] distances = floats(in, QUERIES * K);
    long[] ids = new long[QUERIES * K];
    in.asLongBuffer().get(ids);
    in.position(in.position() + 8 * ids.length);
    RaBitQScorer scorer = new RaBitQScorer(z, center, qb, centered);
    TopK top = new TopK(z.metric());
    KnnResult out = new KnnResult(QUERIES, K);
    for (int q = 0; q < QUERIES; q++) {
      scorer.setQuery(MemorySegment.ofArray(queries), 4L * z.d() * q);
      top.begin(K);
      for (int i = 0; i < N; i++) {
        long at = (long) i * z.codeSize();
        float estimate = scorer.estimate(codes, at);
        if (z.bits() == 1) {
          top.add(estimate, i);
        } else if (scorer.mayBeat(estimate, codes, at, top.threshold())) {
          top.add(scorer.refine(codes, at), i);
        }
      }
      top.finish(out, q);
    }
    assertThat(out.labels()).isEqualTo(ids);
    for (int i = 0; i < distances.length; i++) {
      close(out.distances()[i], distances[i], 2e-5f);
    }
  }

  @Test
  void moreBitsAreCloserToTheTruth() {
    int d = 96;
    Random random = new Random(11);
    float[] x = gaussian(random, 200 * d);
    float[] q = gaussian(random, d);
    float[] center = new float[d];
    double last = Double.MAX_VALUE;
    for (int bits = 1; bits <= RaBitQuantizer.MAX_BITS; bits += 2) {
      RaBitQuantizer z = new RaBitQuantizer(d, bits, MetricType.L2);
      MemorySegment codes = MemorySegment.ofArray(new byte[200 * z.codeSize()]);
      z.encode(Vectors.of(x, d), center, codes, 0);
      RaBitQScorer scorer = new RaBitQScorer(z, center, 0, false);
      scorer.setQuery(MemorySegment.ofArray(q), 0);
      float[] got = new float[200];
      scorer.scoreRun(codes, 0, 200, got, 0);
      double error = 0;
      for (int i = 0; i < 200; i++) {
        double truth = 0;
        for (int j = 0; j < d; j++) {
          truth += (double) (x[i * d + j] - q[j]) * (x[i * d + j] - q[j]);
        }
        error += Math.abs(got[i] - truth) / truth;
      }
      assertThat(error).as("%d bits", bits).isLessThan(last / 2);
      last = error;
    }
  }

  @Test
  void boundsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RaBitQuantizer(8, 10, MetricType.L2))
        .withMessageContaining("10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RaBitQuantizer(8, 1, MetricType.L1))
        .withMessageContaining("L1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new RaBitQScorer(new RaBitQuantizer(8, 1, MetricType.L2), new float[8], 9, false))
        .withMessageContaining("9");
  }

  private static void close(float a, float b, float relative) {
    assertThat(a).isCloseTo(b, within(relative * (1e-2f + Math.abs(b))));
  }

  private static float[] gaussian(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static float[] floats(ByteBuffer in, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = in.getFloat();
    }
    return x;
  }

  private static byte[] resource() {
    try (InputStream in = RaBitQuantizerTest.class.getResourceAsStream("rabitq.bin")) {
      assertThat(in).isNotNull();
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
