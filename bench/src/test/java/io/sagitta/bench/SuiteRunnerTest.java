package io.sagitta.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sagitta.bench.report.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny suite over the libraries that need nothing installed. */
class SuiteRunnerTest {
  private static final String TINY =
      """
      name: tiny
      k: 10
      rounds: 2
      warmup: 0.01
      minSeconds: 0.01
      threads: [1, 2]
      modes: [batch, single]
      runs:
        - data: synthetic:600x16:20
          indexes:
            - {factory: Flat, settings: [""]}
            - {factory: HNSW8, settings: ["efSearch=20", "efSearch=60"]}
      cold: false
      """;

  @TempDir Path folder;

  private List<JsonNode> run(Path out) throws IOException {
    Path file = folder.resolve("tiny.yaml");
    Files.writeString(file, TINY);
    try (Libraries libraries = Libraries.find(List.of("sagitta", "jvector", "lucene"))) {
      new SuiteRunner(
              Suite.load(file.toString()),
              libraries.present(),
              out,
              BenchCache.at(folder.resolve("cache")),
              new PrintStream(new ByteArrayOutputStream()))
          .run();
    }
    return JsonLines.read(out);
  }

  @Test
  void everyCellIsMeasuredOnceAlsoWhenInterrupted() throws IOException {
    Path out = folder.resolve("results.jsonl");
    List<JsonNode> lines = run(out);
    List<JsonNode> searches =
        lines.stream().filter(l -> l.path("type").asText().equals("search")).toList();
    // Flat: Sagitta only. HNSW8: three libraries, two settings. Each batch at 1 and 2 threads, and
    // single.
    assertThat(searches).hasSize(3 + 3 * 2 * 3);
    assertThat(searches).allSatisfy(l -> assertThat(l.path("qps").asDouble()).isPositive());
    assertThat(searches)
        .allSatisfy(l -> assertThat(l.path("recall").asDouble()).isBetween(0.8, 1.0));
    assertThat(searches)
        .allSatisfy(
            l -> assertThat(l.has("gbs")).isEqualTo(l.path("library").asText().equals("sagitta")));
    assertThat(searches)
        .allSatisfy(
            l ->
                assertThat(l.has("allocated"))
                    .isEqualTo(l.path("library").asText().equals("sagitta")));
    assertThat(lines.stream().filter(l -> l.path("type").asText().equals("build"))).hasSize(4);

    // Cut in the middle, as a crash would, and go on.
    List<String> text = Files.readAllLines(out);
    Files.writeString(out, String.join("\n", text.subList(0, text.size() - 4)) + "\n");
    List<JsonNode> again = run(out);
    Set<String> cells =
        again.stream()
            .map(
                l ->
                    l.path("type").asText()
                        + l.path("index")
                        + l.path("library")
                        + l.path("setting")
                        + l.path("threads")
                        + l.path("mode"))
            .collect(Collectors.toSet());
    assertThat(again).hasSize(lines.size());
    assertThat(cells).hasSize(lines.size());
    assertThat(Report.of(again)).contains("Sagitta beside FAISS").contains("HNSW8");
  }
}
