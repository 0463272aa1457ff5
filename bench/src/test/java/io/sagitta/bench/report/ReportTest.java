package io.sagitta.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static ObjectNode search(
      String library,
      String index,
      String setting,
      int threads,
      String mode,
      double recall,
      double qps) {
    ObjectNode line =
        JSON.createObjectNode().put("type", "search").put("data", "d</script>").put("index", index);
    line.put("library", library).put("setting", setting).put("threads", threads).put("mode", mode);
    line.put("k", 10)
        .put("recall", recall)
        .put("qps", qps)
        .put("qps_low", qps * 0.9)
        .put("qps_high", qps * 1.1);
    if (library.equals("sagitta")) {
      line.put("over_faiss", qps / 1000)
          .put("over_faiss_low", qps / 1100)
          .put("over_faiss_high", qps / 900);
    }
    return line;
  }

  private static List<JsonNode> lines() {
    List<JsonNode> out = new ArrayList<>();
    out.add(
        JSON.createObjectNode().put("type", "machine").put("cpu", "test cpu").put("suite", "test"));
    out.add(
        JSON.createObjectNode()
            .put("type", "roofline")
            .put("threads", 1)
            .put("fma_gflops", 100.0)
            .put("stream_gbs", 10.0));
    out.add(
        JSON.createObjectNode()
            .put("type", "skip")
            .put("library", "hnswlib")
            .put("reason", "no compiler"));
    for (int threads : new int[] {1, 2}) {
      out.add(search("sagitta", "HNSW8", "efSearch=16", threads, "batch", 0.90, 2000));
      out.add(search("sagitta", "HNSW8", "efSearch=64", threads, "batch", 0.98, 500));
      out.add(search("faiss", "HNSW8", "efSearch=16", threads, "batch", 0.88, 1000));
      out.add(search("faiss", "HNSW8", "efSearch=64", threads, "batch", 0.99, 100));
    }
    out.add(search("sagitta", "Flat", "", 1, "single", 1, 900).put("gflops", 25.0).put("gbs", 5.0));
    for (String library : List.of("sagitta", "faiss")) {
      out.add(
          JSON.createObjectNode()
              .put("type", "build")
              .put("data", "d</script>")
              .put("index", "HNSW8")
              .put("library", library)
              .put("train_s", 1)
              .put("add_s", 2)
              .put("heap", 3e6)
              .put("off_heap", 4e6));
      out.add(
          JSON.createObjectNode()
              .put("type", "filter")
              .put("data", "d")
              .put("index", "HNSW16")
              .put("library", library)
              .put("share", 0.1)
              .put("qps", 10.0)
              .put("recall", 0.9)
              .put("setting", "efSearch=64"));
    }
    out.add(
        JSON.createObjectNode()
            .put("type", "cold")
            .put("data", "d")
            .put("index", "HNSW16")
            .put("library", "sagitta")
            .put("kind", "open")
            .put("main_ms", 40)
            .put("first_answer_ms", 60)
            .put("qps_first_second", 100)
            .put("qps_steady", 1000));
    return out;
  }

  @Test
  void ratiosAtEqualRecallAreReadOffTheOtherCurve() {
    List<Ratio> ratios = new ReportModel(lines()).ratios();
    assertThat(ratios).isSortedAccordingTo((a, b) -> Double.compare(a.key(), b.key()));
    Ratio fast =
        ratios.stream()
            .filter(r -> r.setting().equals("efSearch=16") && r.threads() == 1)
            .findFirst()
            .orElseThrow();
    // From (0.88, 1000) to (0.99, 100), log-linear, at 0.90.
    double faiss = Math.exp(Math.log(1000) + (0.02 / 0.11) * (Math.log(100) - Math.log(1000)));
    assertThat(fast.equal()).isCloseTo(2000 / faiss, within(1e-9));
    Ratio alone = ratios.stream().filter(r -> r.index().equals("Flat")).findFirst().orElseThrow();
    assertThat(alone.equal()).isNaN();
    assertThat(alone.key()).isEqualTo(0.9);
  }

  @Test
  void theFrontHoldsWhatNothingBeats() {
    List<Plot.Point> front =
        ReportModel.front(
            List.of(
                new Plot.Point(0.9, 10, "a"),
                new Plot.Point(0.8, 5, "b"),
                new Plot.Point(0.95, 7, "c"),
                new Plot.Point(0.99, 1, "d")));
    assertThat(front.stream().map(Plot.Point::label)).containsExactly("a", "c", "d");
  }

  @Test
  void thePageNeedsNothingElse() throws IOException {
    String page = Report.of(lines());
    assertThat(page)
        .doesNotContain("/*DATA*/")
        .doesNotContain("/*SCRIPT*/")
        .doesNotContain("/*CHARTJS*/");
    assertThat(Pattern.compile("(src|href)=\"(?!#|data:)").matcher(page).find()).isFalse();
    assertThat(page).contains("d<\\/script>");
  }

  @Test
  void picturesAreWritten() throws IOException {
    List<Path> files = Charts.write(lines(), folder);
    assertThat(files).hasSize(3);
    for (Path file : files) {
      assertThat(javax.imageio.ImageIO.read(file.toFile()).getWidth()).isEqualTo(960);
    }
  }

  @Test
  void theSummaryHasEveryCellOnceAndPeersAtTheirRecall() {
    List<JsonNode> lines = lines();
    lines.add(search("lucene", "HNSW8", "efSearch=32", 1, "batch", 0.94, 100));
    lines.add(search("lucene", "HNSW8", "efSearch=99", 1, "batch", 0.995, 10));
    String summary = Summary.of(lines);
    assertThat(summary.lines())
        .filteredOn(l -> l.contains("| `HNSW8` | efSearch=16 |"))
        .containsExactly(
            "| d</script> | `HNSW8` | efSearch=16 | 0.900 | 0.880 | 2.00 [1.82–2.22] | 2.00"
                + " [1.82–2.22] | – |");
    // Half way between 0.90 and 0.98 on a logarithmic scale: sqrt(2000 * 500) = 1000; at 0.995
    // Sagitta
    // has no figure.
    assertThat(summary).contains("| lucene | 10.00 (at 0.940) |").doesNotContain("0.995");
    assertThat(summary).contains("| d</script> | `HNSW8` | – | 3.00 (7) | 3.00 (7) | – | – | – |");
    assertThat(summary)
        .contains("| d</script> | `Flat` | – | sagitta | – | – | 25.0 (25) | 5.0 (50) |");
    assertThat(summary).contains("Skipped: hnswlib, no compiler.");
  }

  private static Optional<String> chromium() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(dir -> new File(dir, name)))
        .filter(File::canExecute)
        .map(File::getPath)
        .findFirst();
  }

  @Test
  void aBrowserShowsTheSeriesOfTheFiguresWithoutAnError() throws Exception {
    Optional<String> browser = chromium();
    Assumptions.assumeTrue(browser.isPresent(), "no Chromium on this machine");
    Path page = folder.resolve("report.html");
    Files.writeString(page, Report.of(lines()));
    Path picture = folder.resolve("page.png");
    for (boolean dark : new boolean[] {false, true}) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  browser.get(),
                  "--headless",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-dev-shm-usage",
                  "--user-data-dir=" + folder.resolve("profile"),
                  "--virtual-time-budget=4000",
                  "--enable-logging=stderr",
                  "--v=0",
                  "--window-size=1200,2400"));
      if (dark) {
        command.add("--force-dark-mode");
        command.add("--blink-settings=preferredColorScheme=0");
      }
      command.add("--screenshot=" + picture);
      command.add("--dump-dom");
      command.add(page.toUri().toString());
      Path dom = folder.resolve("dom.html");
      Path messages = folder.resolve("messages.txt");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(dom.toFile())
              .redirectError(messages.toFile())
              .start();
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("Chromium ended").isTrue();
      assertThat(
              Files.readString(messages, StandardCharsets.UTF_8)
                  .lines()
                  .filter(l -> l.contains("CONSOLE")))
          .as("console messages")
          .isEmpty();
      String text = Files.readString(dom);
      Matcher ready = Pattern.compile("data-ready=\"([^\"]*)\"").matcher(text);
      assertThat(ready.find()).as("the script ran to its end").isTrue();
      JsonNode shown = JSON.readTree(ready.group(1).replace("&quot;", "\""));
      List<Plot> plots = new ReportModel(lines()).plots();
      assertThat(shown.path("plots").asInt()).isEqualTo(plots.size());
      for (int i = 0; i < plots.size(); i++) {
        List<String> names = new ArrayList<>();
        shown.path("series").get(i).forEach(n -> names.add(n.asText()));
        assertThat(names).isEqualTo(plots.get(i).series().stream().map(Plot.Series::name).toList());
      }
      // Every plot has its numbers as a table.
      assertThat(text.split("<figure", -1)).hasSize(plots.size() + 1);
      assertThat(text.split("<details", -1)).hasSize(plots.size() + 1);
    }
  }
}
