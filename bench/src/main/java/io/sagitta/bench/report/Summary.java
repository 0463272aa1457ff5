package io.sagitta.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The run as tables in Markdown, for documents that quote it: Sagitta over FAISS cell by cell,
 * Sagitta over the other libraries at their recall, builds, cold start and the filter sweep.
 */
public final class Summary {
  private static final List<String> PEERS = List.of("hnswlib", "jvector", "lucene");

  private final ReportModel model;
  private final StringBuilder out = new StringBuilder();

  private Summary(ReportModel model) {
    this.model = model;
  }

  /** The tables of a results.jsonl. */
  public static String of(List<JsonNode> lines) {
    Summary s = new Summary(new ReportModel(lines));
    s.machine();
    s.faiss();
    s.peers();
    s.work();
    s.builds();
    s.cold();
    s.filter();
    return s.out.toString();
  }

  private static String text(JsonNode line, String field) {
    return line.path(field).asText("");
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
  }

  private void row(Object... cells) {
    StringJoiner row = new StringJoiner(" | ", "| ", " |\n");
    for (Object cell : cells) {
      row.add(cell.toString().isEmpty() ? "–" : cell.toString());
    }
    out.append(row);
  }

  private void head(String title, String... columns) {
    out.append("\n## ").append(title).append("\n\n");
    row((Object[]) columns);
    out.append("|---".repeat(columns.length)).append("|\n");
  }

  private void machine() {
    JsonNode m = model.machine();
    out.append(
        String.format(
            Locale.ROOT,
            "%s, %s cores, JDK %s, %s; suite %s of %s.%n",
            text(m, "cpu"),
            text(m, "cores"),
            text(m, "jdk"),
            m.path("avx512").asBoolean() ? "AVX-512" : "no AVX-512",
            text(m, "suite"),
            text(m, "date")));
    StringJoiner versions = new StringJoiner("; ");
    m.path("libraries")
        .properties()
        .forEach(e -> versions.add(e.getKey() + " " + e.getValue().asText()));
    out.append(versions).append(".\n");
    for (JsonNode r : model.rooflines()) {
      out.append(
          String.format(
              Locale.ROOT,
              "Roof with %s thread(s): %.0f GFLOP/s (FMA), %.0f GB/s (reading memory).%n",
              text(r, "threads"),
              r.path("fma_gflops").asDouble(),
              r.path("stream_gbs").asDouble()));
    }
    for (JsonNode skipped : model.skipped()) {
      out.append("Skipped: ").append(text(skipped, "library")).append(", ");
      out.append(text(skipped, "reason")).append(".\n");
    }
  }

  private void faiss() {
    Map<List<String>, Map<String, Ratio>> cells = new LinkedHashMap<>();
    List<Ratio> found = new ArrayList<>(model.ratios());
    // The order of the run: ratios come with the worst first.
    for (JsonNode line : model.searches()) {
      for (Ratio r : found) {
        if (r.data().equals(text(line, "data"))
            && r.index().equals(text(line, "index"))
            && r.setting().equals(text(line, "setting"))) {
          cells
              .computeIfAbsent(
                  List.of(r.data(), r.index(), r.setting()), key -> new LinkedHashMap<>())
              .put(r.mode() + r.threads(), r);
        }
      }
    }
    if (cells.isEmpty()) {
      return;
    }
    head(
        "Sagitta ÷ FAISS at the same setting",
        "data",
        "index",
        "setting",
        "recall@10",
        "FAISS's",
        "batch, 1 thread",
        "batch, 2 threads",
        "one by one");
    cells.forEach(
        (key, modes) -> {
          // One by one fewer queries may be asked, so recall is the batch's.
          Ratio batch = modes.get("batch1");
          Ratio any = batch != null ? batch : modes.values().iterator().next();
          row(
              key.get(0),
              "`" + key.get(1) + "`",
              key.get(2),
              number("%.3f", any.recall()),
              number("%.3f", any.faissRecall()),
              spread(modes.get("batch1")),
              spread(modes.get("batch2")),
              spread(modes.get("single1")));
        });
  }

  /** What the speeds of one thread amount to, against the roofs of the same run. */
  private void work() {
    JsonNode roof = null;
    for (JsonNode r : model.rooflines()) {
      roof = r.path("threads").asInt() == 1 ? r : roof;
    }
    if (roof == null || model.searches().stream().noneMatch(l -> l.has("gbs"))) {
      return;
    }
    head(
        "What it amounts to, one thread (% of the roof)",
        "data",
        "index",
        "setting",
        "library",
        "batch GFLOP/s",
        "batch GB/s",
        "one by one GFLOP/s",
        "one by one GB/s");
    Map<List<String>, Map<String, JsonNode>> cells = new LinkedHashMap<>();
    for (JsonNode line : model.searches()) {
      if (line.has("gbs") && line.path("threads").asInt() == 1) {
        cells
            .computeIfAbsent(
                List.of(
                    text(line, "data"),
                    text(line, "index"),
                    text(line, "setting"),
                    text(line, "library")),
                key -> new LinkedHashMap<>())
            .put(text(line, "mode"), line);
      }
    }
    for (Map.Entry<List<String>, Map<String, JsonNode>> e : cells.entrySet()) {
      JsonNode batch = e.getValue().get("batch");
      JsonNode single = e.getValue().get("single");
      row(
          e.getKey().get(0),
          "`" + e.getKey().get(1) + "`",
          e.getKey().get(2),
          e.getKey().get(3),
          reached(batch, "gflops", roof.path("fma_gflops").asDouble()),
          reached(batch, "gbs", roof.path("stream_gbs").asDouble()),
          reached(single, "gflops", roof.path("fma_gflops").asDouble()),
          reached(single, "gbs", roof.path("stream_gbs").asDouble()));
    }
  }

  private static String reached(@Nullable JsonNode line, String field, double roof) {
    if (line == null || !line.has(field)) {
      return "–";
    }
    double value = line.path(field).asDouble();
    return String.format(Locale.ROOT, "%.1f (%.0f)", value, 100 * value / roof);
  }

  private static String spread(@Nullable Ratio r) {
    return r == null
        ? "–"
        : String.format(Locale.ROOT, "%.2f [%.2f–%.2f]", r.same(), r.low(), r.high());
  }

  /** Sagitta's speed at the recall of each setting of a peer, read off Sagitta's own curve. */
  private void peers() {
    Map<List<String>, List<JsonNode>> curves = new LinkedHashMap<>();
    for (JsonNode line : model.searches()) {
      curves
          .computeIfAbsent(
              List.of(
                  text(line, "data"),
                  text(line, "index"),
                  text(line, "mode"),
                  text(line, "threads"),
                  text(line, "library")),
              key -> new ArrayList<>())
          .add(line);
    }
    boolean begun = false;
    for (Map.Entry<List<String>, List<JsonNode>> e : curves.entrySet()) {
      List<String> key = e.getKey();
      if (!PEERS.contains(key.get(4))) {
        continue;
      }
      List<String> own = List.of(key.get(0), key.get(1), key.get(2), key.get(3), "sagitta");
      List<JsonNode> mine = curves.getOrDefault(own, List.of());
      StringJoiner ratios = new StringJoiner(", ");
      for (JsonNode theirs : e.getValue()) {
        double recall = theirs.path("recall").asDouble();
        double speed = ReportModel.speedAt(mine, recall);
        if (!Double.isNaN(speed)) {
          ratios.add(
              String.format(
                  Locale.ROOT, "%.2f (at %.3f)", speed / theirs.path("qps").asDouble(), recall));
        }
      }
      if (ratios.length() == 0) {
        continue;
      }
      if (!begun) {
        head(
            "Sagitta ÷ the other libraries at their recall",
            "data",
            "index",
            "mode",
            "threads",
            "library",
            "ratio (recall)");
        begun = true;
      }
      row(key.get(0), "`" + key.get(1) + "`", key.get(2), key.get(3), key.get(4), ratios);
    }
  }

  private void builds() {
    Map<List<String>, Map<String, JsonNode>> cells = new LinkedHashMap<>();
    for (JsonNode b : model.builds()) {
      cells
          .computeIfAbsent(
              List.of(text(b, "data"), text(b, "index"), text(b, "threads")),
              key -> new LinkedHashMap<>())
          .put(text(b, "library"), b);
    }
    if (cells.isEmpty()) {
      return;
    }
    head(
        "Build: seconds to train and add (MB held)",
        "data",
        "index",
        "threads",
        "sagitta",
        "faiss",
        "hnswlib",
        "jvector",
        "lucene");
    cells.forEach(
        (key, by) ->
            row(
                key.get(0),
                "`" + key.get(1) + "`",
                key.get(2),
                build(by.get("sagitta")),
                build(by.get("faiss")),
                build(by.get("hnswlib")),
                build(by.get("jvector")),
                build(by.get("lucene"))));
  }

  private static String build(@Nullable JsonNode b) {
    if (b == null) {
      return "–";
    }
    return String.format(
        Locale.ROOT,
        "%.2f (%.0f)",
        b.path("train_s").asDouble() + b.path("add_s").asDouble(),
        (b.path("heap").asDouble() + b.path("off_heap").asDouble()) / 1e6);
  }

  private void cold() {
    List<JsonNode> lines = model.cold();
    if (lines.isEmpty()) {
      return;
    }
    head(
        "Cold start",
        "library",
        "how",
        "data",
        "index",
        "main after ms",
        "first answer after ms",
        "queries/s in the first second",
        "steady");
    for (JsonNode c : lines) {
      row(
          text(c, "library"),
          text(c, "kind"),
          text(c, "data"),
          "`" + text(c, "index") + "`",
          number("%.0f", c.path("main_ms").asDouble()),
          number("%.0f", c.path("first_answer_ms").asDouble()),
          number("%,.0f", c.path("qps_first_second").asDouble()),
          number("%,.0f", c.path("qps_steady").asDouble()));
    }
  }

  private void filter() {
    List<JsonNode> lines = model.filters();
    if (lines.isEmpty()) {
      return;
    }
    head("Filtered search", "data", "index", "share that passes", "library", "recall", "queries/s");
    for (JsonNode f : lines) {
      row(
          text(f, "data"),
          "`" + text(f, "index") + "` " + text(f, "setting"),
          text(f, "share"),
          text(f, "library"),
          number("%.3f", f.path("recall").asDouble()),
          number("%,.0f", f.path("qps").asDouble()));
    }
  }
}
