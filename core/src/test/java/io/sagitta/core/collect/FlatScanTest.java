package io.sagitta.core.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.RangeResult;
import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.PairDistance;
import io.sagitta.core.memory.CodeRows;
import io.sagitta.core.memory.CodeStore;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Flat scans against FAISS's rule written down naively: the same ids and the same bits. */
@Tag("simd")
class FlatScanTest {
  enum Data {
    INTEGER,
    NORMAL,
    FAR_FROM_ORIGIN,
    LARGE,
    TINY,
    WITH_NAN,
    WITH_INFINITY
  }

  /** A result of the naive rule. */
  private record Hit(float distance, long id) {}

  @Property(tries = 500)
  void batchesAreTheNaiveRule(
      @ForAll MetricType metric,
      @ForAll Data data,
      @ForAll @IntRange(min = 0, max = 40) int nq,
      @ForAll @IntRange(min = 0, max = 400) int n,
      @ForAll @IntRange(min = 1, max = 40) int d,
      @ForAll @IntRange(min = 1, max = 4) int threads,
      @ForAll boolean chosen,
      @ForAll boolean heap,
      @ForAll long seed) {
    Random random = new Random(seed);
    // Sifting makes the row order matter and tiles are for two metrics: look at those more often.
    MetricType m = random.nextInt(3) > 0 ? MetricType.values()[random.nextInt(2)] : metric;
    float[] y = values(data, n, d, random);
    float[] x = values(data, nq, d, random);
    int k = random.nextInt(4) == 0 ? 1 + random.nextInt(n + 3) : 1 + random.nextInt(12);
    CodeStore store = new CodeStore(4 * d);
    try {
      CodeRows rows;
      if (heap) {
        rows = CodeRows.over(MemorySegment.ofArray(y), 4 * d, n);
      } else {
        store.append(MemorySegment.ofArray(y), 0, n);
        rows = store.view();
      }
      RowSource source =
          chosen
              ? RowSource.of(rows, RowSieve.of(id -> (id * 7 + seed) % 3 != 0))
              : RowSource.of(rows);
      List<List<Hit>> expected = new ArrayList<>();
      for (int q = 0; q < nq; q++) {
        expected.add(naive(m, x, q, y, n, d, k, chosen, seed));
      }
      KnnResult out = new KnnResult(nq, k);
      Vectors queries = Vectors.of(x, d);
      Parallelism.of(threads).run(() -> FlatScan.knn(m, 2.5f, queries, source, out));
      for (int q = 0; q < nq; q++) {
        List<Hit> hits = expected.get(q);
        assertThat(out.count(q)).isEqualTo(hits.size());
        for (int i = 0; i < hits.size(); i++) {
          assertThat(out.id(q, i)).isEqualTo(hits.get(i).id());
          assertThat(out.distance(q, i)).isEqualTo(hits.get(i).distance());
        }
      }
      if (nq > 0) {
        TopK one = new TopK(m);
        one.begin(k);
        FlatScan.one(m, 2.5f, queries.slice(nq - 1, 1), source, one);
        KnnResult alone = new KnnResult(1, k);
        one.finish(alone, 0);
        for (int i = 0; i < alone.count(0); i++) {
          assertThat(alone.id(0, i)).isEqualTo(out.id(nq - 1, i));
          assertThat(alone.distance(0, i)).isEqualTo(out.distance(nq - 1, i));
        }
        assertThat(alone.count(0)).isEqualTo(out.count(nq - 1));
      }
    } finally {
      store.free();
    }
  }

  @Property(tries = 300)
  void rangesHoldEverythingStrictlyInside(
      @ForAll MetricType metric,
      @ForAll Data data,
      @ForAll @IntRange(min = 0, max = 30) int nq,
      @ForAll @IntRange(min = 0, max = 300) int n,
      @ForAll @IntRange(min = 1, max = 20) int d,
      @ForAll @IntRange(min = 1, max = 3) int threads,
      @ForAll long seed) {
    Random random = new Random(seed);
    MetricType m = random.nextBoolean() ? MetricType.values()[random.nextInt(2)] : metric;
    float[] y = values(data, n, d, random);
    float[] x = values(data, nq, d, random);
    PairDistance pair = PairDistance.of(m, 1.5f);
    MemorySegment rows = MemorySegment.ofArray(y);
    float radius = n > 0 && nq > 0 ? pair.between(x, 0, rows, 4L * d * random.nextInt(n), d) : 1;
    RangeResult out =
        Parallelism.of(threads)
            .call(
                () ->
                    FlatScan.range(
                        m, 1.5f, Vectors.of(x, d), radius, RowSource.of(Vectors.of(y, d))));
    assertThat(out.nq()).isEqualTo(nq);
    for (int q = 0; q < nq; q++) {
      int at = (int) out.lims()[q];
      for (int r = 0; r < n; r++) {
        float v = pair.between(x, q * d, rows, 4L * d * r, d);
        if (m.better(v, radius)) {
          assertThat(out.ids()[at]).isEqualTo(r);
          assertThat(out.distances()[at]).isEqualTo(v);
          at++;
        }
      }
      assertThat(out.lims()[q + 1]).isEqualTo(at);
    }
  }

  @Test
  void manyBlocksAndRounds() {
    int d = 300;
    int n = 5000;
    Random random = new Random(5);
    float[] y = values(Data.INTEGER, n, d, random);
    float[] x = values(Data.INTEGER, 26, d, random);
    CodeStore store = new CodeStore(4 * d);
    store.append(MemorySegment.ofArray(y), 0, n);
    for (MetricType m : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      KnnResult out = new KnnResult(26, 150);
      FlatScan.knn(m, 0, Vectors.of(x, d), RowSource.of(store.view()), out);
      for (int q = 0; q < 26; q++) {
        List<Hit> hits = naive(m, x, q, y, n, d, 150, false, 0);
        for (int i = 0; i < 150; i++) {
          assertThat(out.id(q, i)).isEqualTo(hits.get(i).id());
          assertThat(out.distance(q, i)).isEqualTo(hits.get(i).distance());
        }
      }
    }
    store.free();
  }

  @Test
  void tiesOfInnerProductAsFaiss() {
    float[] y = {1, 1, 1, 2, 1};
    KnnResult out = new KnnResult(1, 3);
    FlatScan.knn(MetricType.INNER_PRODUCT, 0, Vectors.of(new float[] {1}, 1), source(y), out);
    // The first three fill the heap; then 3 throws out the smallest of the tied ids.
    assertThat(out.labels()).containsExactly(3, 2, 1);
    FlatScan.knn(MetricType.L2, 0, Vectors.of(new float[] {1}, 1), source(y), out);
    assertThat(out.labels()).containsExactly(0, 1, 2);
  }

  private static RowSource source(float[] y) {
    return RowSource.of(Vectors.of(y, 1));
  }

  /** Every value in row order; a full list gives up its worst, among ties the one FAISS would. */
  private static List<Hit> naive(
      MetricType m, float[] x, int q, float[] y, int n, int d, int k, boolean chosen, long seed) {
    PairDistance pair = PairDistance.of(m, 2.5f);
    MemorySegment rows = MemorySegment.ofArray(y);
    List<Hit> kept = new ArrayList<>();
    for (int r = 0; r < n; r++) {
      if (chosen && (r * 7L + seed) % 3 == 0) {
        continue;
      }
      float v = pair.between(x, q * d, rows, 4L * d * r, d);
      if (kept.size() < k) {
        if (m.better(v, m.worst())) {
          kept.add(new Hit(v, r));
        }
      } else {
        int worst = 0;
        for (int i = 1; i < k; i++) {
          Hit a = kept.get(i);
          Hit b = kept.get(worst);
          boolean leavesFirst = m.isSimilarity() ? a.id() < b.id() : a.id() > b.id();
          if (m.better(b.distance(), a.distance())
              || (a.distance() == b.distance() && leavesFirst)) {
            worst = i;
          }
        }
        if (m.better(v, kept.get(worst).distance())) {
          kept.set(worst, new Hit(v, r));
        }
      }
    }
    kept.sort(
        (a, b) -> {
          if (a.distance() != b.distance()) {
            return m.better(a.distance(), b.distance()) ? -1 : 1;
          }
          return m.isSimilarity() ? Long.compare(b.id(), a.id()) : Long.compare(a.id(), b.id());
        });
    return kept;
  }

  private static float[] values(Data data, int n, int d, Random random) {
    float[] v = new float[n * d];
    for (int i = 0; i < v.length; i++) {
      float g = (float) random.nextGaussian();
      v[i] =
          switch (data) {
            case INTEGER -> random.nextInt(5) - 1;
            case NORMAL -> g;
            case FAR_FROM_ORIGIN -> 3000 + g;
            case LARGE -> g * 3e18f;
            case TINY -> g * 1e-22f;
            case WITH_NAN -> random.nextInt(4 * d) == 0 ? Float.NaN : g;
            case WITH_INFINITY ->
                random.nextInt(4 * d) == 0 ? Math.copySign(Float.POSITIVE_INFINITY, g) : g;
          };
    }
    return v;
  }
}
