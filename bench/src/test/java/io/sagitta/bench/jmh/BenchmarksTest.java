package io.sagitta.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.KnnResult;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.core.kernel.PackedRows;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Benchmark;

/** Every benchmark body runs once, and what it answers is checked. */
class BenchmarksTest {
  private static final Set<Class<?>> TESTED =
      Set.of(
          DistanceBenchmark.class,
          TileBenchmark.class,
          QueryBenchmark.class,
          TopKBenchmark.class,
          FastScanBenchmark.class);

  @Test
  void everyBenchmarkIsTestedHere() throws IOException {
    try (InputStream in = BenchmarksTest.class.getResourceAsStream("/META-INF/BenchmarkList")) {
      String list = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Set<String> missing = new TreeSet<>();
      for (String line : list.lines().toList()) {
        if (TESTED.stream().noneMatch(c -> line.contains(c.getName()))) {
          missing.add(line);
        }
      }
      assertThat(missing).isEmpty();
      for (Class<?> c : TESTED) {
        for (Method m : c.getMethods()) {
          if (m.isAnnotationPresent(Benchmark.class)) {
            assertThat(list).contains(m.getName());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 100})
  void distances(int d) {
    DistanceBenchmark b = new DistanceBenchmark();
    b.d = d;
    b.rows = 64;
    b.fill();
    float[] scan = b.l2Scan().clone();
    float[] products = b.ipScan().clone();
    float[] fours = b.l2RandomFours().clone();
    float[] singles = b.l2RandomSingles().clone();
    assertThat(fours).isEqualTo(singles);
    assertThat(products).isNotEqualTo(scan);
    Set<Float> known = new TreeSet<>();
    for (float v : scan) {
      // Two uniform components differ by a square of 1/6 on average.
      assertThat(v).isBetween(d / 60f, d / 2f);
      known.add(v);
    }
    for (float v : singles) {
      assertThat(known).contains(v);
    }
    b.free();
  }

  @Test
  void tiles() {
    TileBenchmark b = new TileBenchmark();
    b.d = 8;
    b.fill();
    float[] products = b.tile();
    assertThat(products).hasSize(Kernels.QUERY_GROUP * Kernels.MATRIX.panelWidth());
    for (float v : products) {
      assertThat(v).isFinite().isNotZero();
    }
    assertThat(b.tileAbove()).isZero();
    PackedRows packed = b.pack();
    assertThat(packed.count()).isEqualTo(512);
    assertThat(packed.d()).isEqualTo(8);
    float norm = 0;
    for (int i = 0; i < 8; i++) {
      // Component by component, a whole panel of rows each.
      float v = packed.data()[packed.offset(0) + i * packed.width()];
      assertThat(v).isBetween(0f, 1f);
      norm = Math.fma(v, v, norm);
    }
    assertThat(packed.norms()[0]).isCloseTo(norm, within(1e-5f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "SQ8", "PQ16", "PQ32x4fs", "RaBitQ", "HNSW32", "IVF128,Flat"})
  void queries(String factory) {
    QueryBenchmark b = new QueryBenchmark();
    b.factory = factory;
    b.fill();
    KnnResult one = b.search();
    long[] first = Arrays.copyOf(one.labels(), QueryBenchmark.K);
    assertThat(first).doesNotContain(-1L).doesNotHaveDuplicates();
    long[] batch = b.batch().labels();
    assertThat(batch).hasSize(64 * QueryBenchmark.K).doesNotContain(-1L);
    if (!factory.contains("PQ") && !factory.contains("RaBitQ")) {
      assertThat(Arrays.copyOf(batch, QueryBenchmark.K)).isEqualTo(first);
    }
    b.free();
  }

  @Test
  void topK() {
    TopKBenchmark b = new TopKBenchmark();
    b.k = 100;
    b.fill();
    // The hundredth of 10,000 uniform numbers.
    assertThat(b.offer()).isCloseTo(0.01f, within(0.005f));
  }

  @Test
  void fastScan() {
    FastScanBenchmark b = new FastScanBenchmark();
    b.fill();
    assertThat(b.nothingPasses()).isZero();
  }
}
