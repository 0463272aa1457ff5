package io.sagitta.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Turns result lines into plots and the table of ratios. */
public final class ReportModel {
  private final List<JsonNode> lines;

  /**
   * @param lines of a results.jsonl
   */
  public ReportModel(List<JsonNode> lines) {
    this.lines = lines;
  }

  private List<JsonNode> of(String type) {
    return lines.stream().filter(l -> text(l, "type").equals(type)).toList();
  }

  private static String text(JsonNode line, String field) {
    return line.path(field).asText("");
  }

  private static Map<String, List<JsonNode>> group(List<JsonNode> lines, String... fields) {
    return lines.stream()
        .collect(
            Collectors.groupingBy(
                l -> {
                  List<String> parts = new ArrayList<>();
                  for (String f : fields) {
                    parts.add(text(l, f));
                  }
                  return String.join(" · ", parts);
                },
                LinkedHashMap::new,
                Collectors.toList()));
  }

  /** Every plot of the page, in order. */
  public List<Plot> plots() {
    List<Plot> out = new ArrayList<>();
    group(of("search"), "data", "mode", "threads")
        .forEach((name, cells) -> out.add(curves(name, cells)));
    group(of("build"), "data").forEach((data, builds) -> bars(out, data, builds));
    threads(out);
    cold(out);
    filter(out);
    return out;
  }

  private static String id(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }

  private static Plot curves(String name, List<JsonNode> cells) {
    List<Plot.Series> series = new ArrayList<>();
    List<Plot.Point> all = new ArrayList<>();
    group(cells, "library", "index")
        .forEach(
            (label, points) -> {
              List<Plot.Point> curve =
                  points.stream()
                      .map(
                          p ->
                              new Plot.Point(
                                  p.path("recall").asDouble(),
                                  p.path("qps").asDouble(),
                                  text(p, "index") + " " + text(p, "setting")))
                      .sorted(Comparator.comparingDouble(Plot.Point::x))
                      .toList();
              all.addAll(curve);
              series.add(
                  new Plot.Series(label, text(points.getFirst(), "library"), curve, List.of()));
            });
    series.add(new Plot.Series("Pareto front", "front", front(all), List.of()));
    JsonNode first = cells.getFirst();
    boolean single = text(first, "mode").equals("single");
    String title =
        text(first, "data")
            + ", "
            + (single ? "one query at a time" : "batch, " + text(first, "threads") + " thread(s)");
    return new Plot(
        id("recall-qps " + name),
        "Recall and speed",
        title,
        "curve",
        "recall@" + first.path("k").asInt(),
        "queries per second",
        false,
        true,
        List.of(),
        series);
  }

  /** The points that no other point beats in both recall and speed, by falling speed. */
  static List<Plot.Point> front(List<Plot.Point> all) {
    List<Plot.Point> sorted =
        all.stream()
            .sorted(
                Comparator.comparingDouble(Plot.Point::y)
                    .reversed()
                    .thenComparing(Plot.Point::x, Comparator.reverseOrder()))
            .toList();
    List<Plot.Point> out = new ArrayList<>();
    double best = -1;
    for (Plot.Point p : sorted) {
      if (p.x() > best) {
        best = p.x();
        out.add(p);
      }
    }
    out.sort(Comparator.comparingDouble(Plot.Point::x));
    return out;
  }

  private static void bars(List<Plot> out, String data, List<JsonNode> builds) {
    Set<String> indexes = new LinkedHashSet<>();
    builds.forEach(b -> indexes.add(text(b, "index")));
    List<String> categories = List.copyOf(indexes);
    out.add(
        bar(
            "build-time " + data,
            "Build time",
            data,
            "seconds to train and add",
            categories,
            builds,
            true,
            b -> b.path("train_s").asDouble() + b.path("add_s").asDouble()));
    out.add(
        bar(
            "memory " + data,
            "Memory",
            data,
            "MB held (heap and off heap; native libraries: size of the index)",
            categories,
            builds,
            false,
            b -> (b.path("heap").asDouble() + b.path("off_heap").asDouble()) / 1e6));
  }

  /** What a bar shows of a line. */
  private interface Value {
    double of(JsonNode line);
  }

  private static Plot bar(
      String id,
      String section,
      String title,
      String yLabel,
      List<String> categories,
      List<JsonNode> lines,
      boolean log,
      Value value) {
    List<Plot.Series> series = new ArrayList<>();
    group(lines, "library")
        .forEach(
            (library, own) -> {
              List<Double> values = new ArrayList<>();
              for (String category : categories) {
                Predicate<JsonNode> is = l -> text(l, "index").equals(category);
                values.add(own.stream().filter(is).map(value::of).findFirst().orElse(null));
              }
              series.add(new Plot.Series(library, library, List.of(), values));
            });
    return new Plot(id(id), section, title, "bar", "index", yLabel, false, log, categories, series);
  }

  private void threads(List<Plot> out) {
    List<JsonNode> batches =
        of("search").stream().filter(l -> text(l, "mode").equals("batch")).toList();
    Set<Integer> counts = new LinkedHashSet<>();
    batches.forEach(l -> counts.add(l.path("threads").asInt()));
    if (counts.size() < 2) {
      return;
    }
    group(batches, "data")
        .forEach(
            (data, cells) -> {
              List<Plot.Series> series = new ArrayList<>();
              group(cells, "library", "index", "setting")
                  .forEach(
                      (name, points) -> {
                        double one = points.getFirst().path("qps").asDouble();
                        List<Plot.Point> curve =
                            points.stream()
                                .map(
                                    p ->
                                        new Plot.Point(
                                            p.path("threads").asDouble(),
                                            p.path("qps").asDouble() / one,
                                            text(p, "setting")))
                                .toList();
                        series.add(
                            new Plot.Series(
                                name, text(points.getFirst(), "library"), curve, List.of()));
                      });
              out.add(
                  new Plot(
                      id("threads " + data),
                      "Thread scaling",
                      data + ", batch",
                      "curve",
                      "threads",
                      "speed over one thread",
                      false,
                      false,
                      List.of(),
                      series));
            });
  }

  private void cold(List<Plot> out) {
    List<JsonNode> cold = of("cold");
    if (cold.isEmpty()) {
      return;
    }
    List<String> categories = List.of("JVM to main", "first answer");
    List<Plot.Series> times = new ArrayList<>();
    List<Plot.Series> rates = new ArrayList<>();
    for (JsonNode line : cold) {
      String name = text(line, "library") + ", " + text(line, "kind");
      times.add(
          new Plot.Series(
              name,
              text(line, "library"),
              List.of(),
              List.of(line.path("main_ms").asDouble(), line.path("first_answer_ms").asDouble())));
      rates.add(
          new Plot.Series(
              name,
              text(line, "library"),
              List.of(),
              List.of(
                  line.path("qps_first_second").asDouble(), line.path("qps_steady").asDouble())));
    }
    String title = text(cold.getFirst(), "data") + ", " + text(cold.getFirst(), "index");
    out.add(
        new Plot(
            "cold-start",
            "Cold start",
            title,
            "bar",
            "after the process was started",
            "milliseconds",
            false,
            false,
            categories,
            times));
    out.add(
        new Plot(
            "warm-up",
            "Cold start",
            title,
            "bar",
            "when",
            "queries per second, one by one",
            false,
            false,
            List.of("first second", "fifth second"),
            rates));
  }

  private void filter(List<Plot> out) {
    List<JsonNode> filter = of("filter");
    if (filter.isEmpty()) {
      return;
    }
    String title =
        text(filter.getFirst(), "data")
            + ", "
            + text(filter.getFirst(), "index")
            + " "
            + text(filter.getFirst(), "setting");
    for (String field : new String[] {"qps", "recall"}) {
      List<Plot.Series> series = new ArrayList<>();
      group(filter, "library")
          .forEach(
              (library, points) ->
                  series.add(
                      new Plot.Series(
                          library,
                          library,
                          points.stream()
                              .map(
                                  p ->
                                      new Plot.Point(
                                          p.path("share").asDouble(),
                                          p.path(field).asDouble(),
                                          text(p, "setting")))
                              .sorted(Comparator.comparingDouble(Plot.Point::x))
                              .toList(),
                          List.of())));
      boolean speed = field.equals("qps");
      out.add(
          new Plot(
              "filter-" + field,
              "Filtered search",
              title,
              "curve",
              "share of vectors that pass",
              speed ? "queries per second" : "recall among those that pass",
              true,
              speed,
              List.of(),
              series));
    }
  }

  /** Sagitta against FAISS, the worst cell first. */
  public List<Ratio> ratios() {
    List<Ratio> out = new ArrayList<>();
    group(of("search"), "data", "index", "mode", "threads")
        .forEach(
            (name, cells) -> {
              List<JsonNode> faiss =
                  cells.stream().filter(c -> text(c, "library").equals("faiss")).toList();
              for (JsonNode mine : cells) {
                if (text(mine, "library").equals("sagitta") && mine.has("over_faiss")) {
                  out.add(ratio(mine, faiss));
                }
              }
            });
    out.sort(Comparator.comparingDouble(Ratio::key));
    return out;
  }

  private static Ratio ratio(JsonNode mine, List<JsonNode> faiss) {
    JsonNode same =
        faiss.stream()
            .filter(f -> text(f, "setting").equals(text(mine, "setting")))
            .findFirst()
            .orElse(mine);
    double recall = mine.path("recall").asDouble();
    return new Ratio(
        text(mine, "data"),
        text(mine, "index"),
        text(mine, "setting"),
        text(mine, "mode"),
        mine.path("threads").asInt(),
        recall,
        same.path("recall").asDouble(),
        mine.path("over_faiss").asDouble(),
        mine.path("over_faiss_low").asDouble(),
        mine.path("over_faiss_high").asDouble(),
        mine.path("qps").asDouble() / speedAt(faiss, recall));
  }

  /**
   * The speed of a curve at a recall: log-linear between its two neighbouring points, NaN outside.
   */
  static double speedAt(List<JsonNode> curve, double recall) {
    List<JsonNode> sorted =
        curve.stream()
            .sorted(Comparator.comparingDouble(c -> c.path("recall").asDouble()))
            .toList();
    for (JsonNode point : sorted) {
      if (Math.abs(point.path("recall").asDouble() - recall) < 1e-9) {
        return point.path("qps").asDouble();
      }
    }
    for (int i = 0; i + 1 < sorted.size(); i++) {
      double a = sorted.get(i).path("recall").asDouble();
      double b = sorted.get(i + 1).path("recall").asDouble();
      if (a < recall && recall < b) {
        double t = (recall - a) / (b - a);
        double from = Math.log(sorted.get(i).path("qps").asDouble());
        double to = Math.log(sorted.get(i + 1).path("qps").asDouble());
        return Math.exp(from + t * (to - from));
      }
    }
    return Double.NaN;
  }

  /** The machine line, a missing node when there is none. */
  public JsonNode machine() {
    return of("machine").stream()
        .findFirst()
        .orElseGet(com.fasterxml.jackson.databind.node.MissingNode::getInstance);
  }

  /** The lines of rooflines. */
  public List<JsonNode> rooflines() {
    return of("roofline");
  }

  /** The lines of libraries that were missing. */
  public List<JsonNode> skipped() {
    return of("skip");
  }

  /** The lines of builds. */
  public List<JsonNode> builds() {
    return of("build");
  }

  /** The lines of cold starts. */
  public List<JsonNode> cold() {
    return of("cold");
  }

  /** The lines of the filter sweep. */
  public List<JsonNode> filters() {
    return of("filter");
  }

  /** Search cells with the arithmetic they reached. */
  public List<JsonNode> searches() {
    return of("search");
  }
}
