package io.sagitta.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares two result files cell by cell, with noise in mind: a change counts only if the quartiles
 * of the two runs do not overlap and the medians differ by more than a threshold. Where both files
 * have FAISS beside Sagitta, the ratio to FAISS is compared, which does not depend on how fast the
 * machine was that day.
 */
public final class Verdict {
  /** Smallest relative change of a median that is called one. */
  public static final double THRESHOLD = 0.05;

  private Verdict() {}

  /** What became of a cell. */
  public enum Change {
    /** Slower, beyond noise. */
    SLOWER,
    /** Faster, beyond noise. */
    FASTER,
    /** No change that can be told from noise. */
    SAME,
    /** Recall fell by more than 0.002. */
    WORSE_RECALL
  }

  /**
   * One cell.
   *
   * @param cell its name
   * @param change the verdict
   * @param ratio new median ÷ old median
   * @param text for people
   */
  public record Line(String cell, Change change, double ratio, String text) {}

  /** All cells that both files have, the worst change first. */
  public static List<Line> compare(Path oldFile, Path newFile) throws IOException {
    Map<String, JsonNode> before = cells(oldFile);
    Map<String, JsonNode> after = cells(newFile);
    List<Line> out = new ArrayList<>();
    for (Map.Entry<String, JsonNode> e : after.entrySet()) {
      JsonNode old = before.get(e.getKey());
      if (old != null) {
        out.add(judge(e.getKey(), old, e.getValue()));
      }
    }
    out.sort((a, b) -> Double.compare(a.ratio(), b.ratio()));
    return out;
  }

  private static Map<String, JsonNode> cells(Path file) throws IOException {
    Map<String, JsonNode> out = new LinkedHashMap<>();
    for (JsonNode line : JsonLines.read(file)) {
      if (line.path("type").asText().equals("search")
          && line.path("library").asText().equals("sagitta")) {
        String name =
            String.join(
                ", ",
                line.path("data").asText(),
                line.path("index").asText(),
                line.path("setting").asText(),
                line.path("mode").asText(),
                line.path("threads").asText() + " threads");
        out.put(name, line);
      }
    }
    return out;
  }

  private static Line judge(String cell, JsonNode before, JsonNode after) {
    boolean ratios = before.has("over_faiss") && after.has("over_faiss");
    String field = ratios ? "over_faiss" : "qps";
    double old = before.path(field).asDouble();
    double now = after.path(field).asDouble();
    double ratio = now / old;
    boolean apart =
        before.path(field + "_high").asDouble() < after.path(field + "_low").asDouble()
            || after.path(field + "_high").asDouble() < before.path(field + "_low").asDouble();
    Change change = Change.SAME;
    if (after.path("recall").asDouble() < before.path("recall").asDouble() - 0.002) {
      change = Change.WORSE_RECALL;
    } else if (apart && ratio < 1 - THRESHOLD) {
      change = Change.SLOWER;
    } else if (apart && ratio > 1 + THRESHOLD) {
      change = Change.FASTER;
    }
    String text =
        String.format(
            Locale.ROOT,
            "%-12s %5.2fx  %s: %s %.4g -> %.4g, recall %.4f -> %.4f",
            change,
            ratio,
            cell,
            ratios ? "ratio to FAISS" : "queries/s",
            old,
            now,
            before.path("recall").asDouble(),
            after.path("recall").asDouble());
    return new Line(cell, change, ratio, text);
  }
}
