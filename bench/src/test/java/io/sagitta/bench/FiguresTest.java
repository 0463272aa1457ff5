package io.sagitta.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.bench.library.IndexSpec;
import io.sagitta.bench.library.Searcher;
import io.sagitta.core.Vectors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
  @TempDir Path folder;

  @Test
  void medianAndQuartiles() {
    Spread s = Spread.of(5, 1, 3, 2, 4);
    assertThat(s.median()).isEqualTo(3);
    assertThat(s.low()).isEqualTo(2);
    assertThat(s.high()).isEqualTo(4);
    assertThat(s.relative()).isCloseTo(2 / 3.0, within(1e-12));
    assertThatThrownBy(() -> Spread.of()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void recallCountsTheTrueOnesThatWereFound() {
    GroundTruth truth = new GroundTruth(2, new long[] {1, 2, 3, 4});
    assertThat(truth.recall(new long[] {2, 9, 3, 4}, 2, 2)).isEqualTo(0.75);
    assertThat(truth.recall(new long[] {2, 9, 3, 4}, 2, 1)).isEqualTo(0.5);
    assertThatThrownBy(() -> truth.recall(new long[] {1, 2}, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("recall@2");
  }

  @Test
  void syntheticVectorsAreSeededAndOfLowIntrinsicDimension() {
    try (Arena arena = Arena.ofConfined()) {
      float[] a = SyntheticData.make(3000, 24, 7, 0, Arena.ofAuto()).toArray();
      Vectors again = SyntheticData.make(3000, 24, 7, 0, Arena.ofAuto());
      Vectors other = SyntheticData.make(3000, 24, 7, 1, Arena.ofAuto());
      assertThat(again.toArray()).isEqualTo(a);
      assertThat(other.toArray()).isNotEqualTo(a);
      double sum = 0;
      for (float v : a) {
        assertThat(v).isBetween(-1f, 1f);
        sum += v;
      }
      assertThat(sum / a.length).isBetween(-0.1, 0.1);
      assertThat(arena.scope().isAlive()).isTrue();
    }
  }

  @Test
  void searchersTakeTurnsInChangingOrder() {
    List<String> order = new ArrayList<>();
    Map<String, Searcher> searchers = new LinkedHashMap<>();
    for (String name : List.of("a", "b")) {
      searchers.put(name, recorded(name, order));
    }
    Map<String, Pairing.Result> results = new Pairing(0, 2, 3).run(10, 2, searchers);
    // One call each to warm up (a pass takes one "second"), then two passes per run, A B, B A, A B.
    assertThat(order).containsExactly("a1", "b1", "a2", "b2", "b2", "a2", "a2", "b2");
    assertThat(results.get("a").rate().median()).isEqualTo(10);
    assertThat(results.get("a").over(results.get("b")).median()).isEqualTo(1);
    assertThat(results.get("a").latency(0.5)).isEqualTo(2);
  }

  private static Searcher recorded(String name, List<String> order) {
    return new Searcher() {
      @Override
      public double seconds(int passes) {
        order.add(name + passes);
        return passes;
      }

      @Override
      public long[] ids() {
        return new long[] {1};
      }

      @Override
      public long[] nanos() {
        return new long[] {1000, 2000, 3000};
      }
    };
  }

  @Test
  void specsOfGraphsAreRecognised() {
    assertThat(IndexSpec.of("HNSW32,Flat", "").hnswM()).hasValue(32);
    assertThat(IndexSpec.of("HNSW32,SQ8", "").hnswM()).isEmpty();
    assertThat(IndexSpec.of("HNSW8", "efConstruction=77").efConstruction()).isEqualTo(77);
    assertThatThrownBy(() -> IndexSpec.of("Flat", "nonsense"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSuitesOfTheModuleAreReadable() throws IOException {
    for (String name : List.of("quick", "standard", "scale")) {
      Suite suite = Suite.load(name);
      assertThat(suite.name()).isEqualTo(name);
      assertThat(suite.cells()).isPositive();
    }
    assertThatThrownBy(() -> Suite.load("no-such-suite"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLineCutByACrashIsLeftOutAndADamagedOneIsNamed() throws IOException {
    Path file = folder.resolve("r.jsonl");
    Files.writeString(file, "{\"type\":\"a\"}\n{\"type\":\"b\"}\n{\"ty");
    assertThat(JsonLines.read(file)).hasSize(2);
    Files.writeString(file, "{\"ty\n{\"type\":\"b\"}\n");
    assertThatThrownBy(() -> JsonLines.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 1");
  }

  private Path results(String name, double ratio, double spread, double recall) throws IOException {
    Path file = folder.resolve(name);
    JsonLines.append(
        file,
        JsonLines.line("search")
            .put("library", "sagitta")
            .put("data", "d")
            .put("index", "Flat")
            .put("setting", "")
            .put("mode", "batch")
            .put("threads", 1)
            .put("qps", 100.0)
            .put("recall", recall)
            .put("over_faiss", ratio)
            .put("over_faiss_low", ratio - spread)
            .put("over_faiss_high", ratio + spread));
    return file;
  }

  @Test
  void theVerdictKnowsNoise() throws IOException {
    Path old = results("old", 1.5, 0.05, 0.99);
    assertThat(Verdict.compare(old, results("same", 1.45, 0.05, 0.99)).getFirst().change())
        .isEqualTo(Verdict.Change.SAME);
    assertThat(Verdict.compare(old, results("noisy", 1.0, 0.6, 0.99)).getFirst().change())
        .isEqualTo(Verdict.Change.SAME);
    assertThat(Verdict.compare(old, results("slow", 1.2, 0.05, 0.99)).getFirst().change())
        .isEqualTo(Verdict.Change.SLOWER);
    assertThat(Verdict.compare(old, results("fast", 1.9, 0.05, 0.99)).getFirst().change())
        .isEqualTo(Verdict.Change.FASTER);
    assertThat(Verdict.compare(old, results("wrong", 1.9, 0.05, 0.9)).getFirst().change())
        .isEqualTo(Verdict.Change.WORSE_RECALL);
  }
}
