package io.sagitta.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The report: one HTML page that needs nothing else. Chart.js, style, script and figures are
 * inside; it opens from disk without a network, in light and dark. Under every plot stand its
 * numbers as a table.
 */
public final class Report {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHART_JS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.js";

  private Report() {}

  /** The page of a results.jsonl. */
  public static String of(List<JsonNode> lines) throws IOException {
    ReportModel model = new ReportModel(lines);
    ObjectNode data = JSON.createObjectNode();
    data.set("machine", JSON.valueToTree(model.machine()));
    data.set("rooflines", JSON.valueToTree(model.rooflines()));
    data.set("skipped", JSON.valueToTree(model.skipped()));
    data.set("ratios", JSON.valueToTree(model.ratios()));
    data.set("plots", JSON.valueToTree(model.plots()));
    data.set("searches", JSON.valueToTree(model.searches()));
    // "</script" inside a string would end the element.
    String json = JSON.writeValueAsString(data).replace("</", "<\\/");
    return resource("/report/report.html")
        .replace("/*STYLE*/", resource("/report/report.css"))
        .replace("/*CHARTJS*/", resource(CHART_JS).replaceAll("(?m)^//# sourceMappingURL.*$", ""))
        .replace("/*DATA*/", json)
        .replace("/*SCRIPT*/", resource("/report/report.js"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Report.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
