package io.sagitta.bench.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.bench.BenchData;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A library in its own JVM answers as it does in this one, and says what went wrong. */
class PeerLibraryTest {
  private static final IndexSpec GRAPH = IndexSpec.of("HNSW8", "efConstruction=40");

  private static Library here(String name) {
    return name.equals("jvector") ? new JVectorLibrary() : new LuceneLibrary();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jvector", "lucene"})
  void answersAsInThisJvm(String name) throws IOException {
    BenchData data = BenchData.load("synthetic:400x16:30", "cosine");
    try (Library there = new PeerLibrary(name);
        Library here = here(name)) {
      assertThat(there.version()).isEqualTo(here.version());
      assertThat(there.supports(GRAPH, data)).isTrue();
      assertThat(there.supports(IndexSpec.of("IVF8,Flat", ""), data)).isFalse();
      // One thread, so that both build the same graph; 400 results reach every vector.
      try (Candidate far = there.build(GRAPH, data, 1);
          Candidate near = here.build(GRAPH, data, 1)) {
        assertThat(far.figures().addSeconds()).isPositive();
        for (boolean single : new boolean[] {false, true}) {
          Searcher a = far.searcher(data.queries(), 10, "efSearch=400", 1, single);
          Searcher b = near.searcher(data.queries(), 10, "efSearch=400", 1, single);
          assertThat(a.seconds(2)).isPositive();
          b.seconds(1);
          assertThat(a.ids()).isEqualTo(b.ids()).hasSize(300);
          assertThat(a.nanos()).hasSize(single ? 60 : 0);
        }
      }
    }
  }

  @Test
  void saysWhatFailed() throws IOException {
    BenchData data = BenchData.load("synthetic:50x8:5", "l2");
    try (Library there = new PeerLibrary("lucene")) {
      assertThatThrownBy(() -> there.build(IndexSpec.of("Flat", ""), data, 1))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("lucene: java.util.NoSuchElementException");
      // It goes on after a failure.
      Candidate built = there.build(GRAPH, data, 1);
      Searcher searcher = built.searcher(data.queries(), 3, "", 1, false);
      built.close();
      assertThatThrownBy(() -> searcher.seconds(1)).hasMessageContaining("index is closed");
    }
    assertThatThrownBy(() -> new PeerLibrary("nobody"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the JVM of nobody ended");
  }
}
