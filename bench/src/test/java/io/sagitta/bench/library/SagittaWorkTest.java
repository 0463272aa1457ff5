package io.sagitta.bench.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.bench.BenchData;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What queries take, where it can be counted by hand. */
class SagittaWorkTest {
  private static Optional<Work> work(String factory, String setting) throws IOException {
    BenchData data = BenchData.load("synthetic:1000x16:20", "l2");
    try (Library library = new SagittaLibrary();
        Candidate built = library.build(IndexSpec.of(factory, ""), data, 1)) {
      return built.work(data.queries(), 10, setting);
    }
  }

  @Test
  void flatCodesAreAllRead() throws IOException {
    assertThat(work("Flat", "")).contains(new Work(2 * 16 * 1000, 4 * 16 * 1000));
    assertThat(work("SQ8", "")).contains(new Work(2 * 16 * 1000, 16 * 1000));
    assertThat(work("PQ4", "")).contains(new Work(0, 4 * 1000));
    assertThat(work("PQ8x4fs", "")).contains(new Work(0, 4 * 1000));
    assertThat(work("PCA8,Flat", "")).isEmpty();
  }

  @Test
  void invertedFilesReadTheListsThatAreProbedAndAllCentroids() throws IOException {
    Work all = work("IVF10,Flat", "nprobe=10").orElseThrow();
    assertThat(all).isEqualTo(new Work(2 * 16 * 1010, 4 * 16 * 1010));
    Work some = work("IVF10,SQ8", "nprobe=3").orElseThrow();
    double codes = (some.flops() - 2 * 16 * 10) / (2 * 16);
    assertThat(codes).isBetween(100.0, 700.0);
    assertThat(some.bytes()).isCloseTo(16 * codes + 4 * 16 * 10, within(1e-6));
  }

  @Test
  void graphsReadWhatTheyVisit() throws IOException {
    Work narrow = work("HNSW8", "efSearch=16").orElseThrow();
    Work wide = work("HNSW8", "efSearch=1000").orElseThrow();
    assertThat(narrow.flops()).isBetween(2.0 * 16 * 16, 2.0 * 16 * 600);
    // Nearly every vector once, and every list of 16 places.
    assertThat(wide.flops()).isBetween(2.0 * 16 * 950, 2.0 * 16 * 1100);
    assertThat(wide.bytes()).isBetween(950.0 * 4 * (16 + 16), 1100.0 * 4 * (16 + 16));
    assertThat(work("HNSW8,SQ8", "efSearch=1000").orElseThrow().bytes())
        .isBetween(950.0 * (16 + 64), 1100.0 * (16 + 64));
  }
}
