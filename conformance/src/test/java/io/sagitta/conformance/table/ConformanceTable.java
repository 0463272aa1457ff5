package io.sagitta.conformance.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.sagitta.conformance.golden.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes {@code conformance/README.md}: what of FAISS is there and how closely it is met, from the
 * golden files and what Sagitta makes of them, and the list of quirks. As a program it writes the
 * file; {@code ConformanceTableTest} checks that the committed one is up to date.
 */
final class ConformanceTable {
  private ConformanceTable() {}

  /** Writes the file; run it after a type was added. */
  public static void main(String[] args) throws IOException {
    Path top = Path.of(System.getProperty("sagitta.top", "."));
    Files.writeString(top.resolve("conformance").resolve("README.md"), text());
  }

  /** How a FAISS class is met. */
  private static final class Row {
    int files;
    int refused;
    int absent;
    int exact;
    int bounded;
    int fileOnly;
    final Map<String, Boolean> metrics = new LinkedHashMap<>();
  }

  static String text() throws IOException {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (GoldenFiles.Case c : GoldenFiles.all()) {
      String name = c.json().path("class").asText("");
      if (name.isEmpty() || name.equals("null")) {
        continue;
      }
      Row row = rows.computeIfAbsent(name, x -> new Row());
      row.files++;
      if (c.refusedOnPurpose()) {
        row.refused++;
        continue;
      }
      if (!c.readable()) {
        row.absent++;
        continue;
      }
      row.metrics.put(c.json().path("metric").asText(), true);
      boolean exact = true;
      boolean answers = false;
      for (JsonNode check : c.json().path("checks")) {
        for (JsonNode t : check.path("tolerance")) {
          answers = true;
          exact &= t.asDouble() == 0;
        }
      }
      if (!answers) {
        row.fileOnly++;
      } else if (exact) {
        row.exact++;
      } else {
        row.bounded++;
      }
    }
    StringBuilder out = new StringBuilder();
    out.append(HEAD);
    for (Map.Entry<String, Row> e : rows.entrySet()) {
      Row r = e.getValue();
      out.append("| ")
          .append(e.getKey())
          .append(" | ")
          .append(level(r))
          .append(" | ")
          .append(String.join(", ", r.metrics.keySet()))
          .append(" | ")
          .append(r.files)
          .append(" |\n");
    }
    out.append(QUIRKS);
    for (Quirk q : Quirk.ALL) {
      String stand = q.stand().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      out.append("| ")
          .append(q.number())
          .append(" | ")
          .append(q.text())
          .append(" | ")
          .append(stand)
          .append(q.ours().isEmpty() ? "" : ": " + q.ours())
          .append(" | ")
          .append(q.test().isEmpty() ? "" : "`" + q.test() + "`")
          .append(" |\n");
    }
    return out.toString();
  }

  private static String level(Row r) {
    if (r.refused == r.files) {
      return "absent, refused by name";
    }
    if (r.absent + r.refused == r.files) {
      return "absent";
    }
    StringBuilder s = new StringBuilder();
    if (r.exact > 0) {
      s.append("exact on exact data");
    }
    if (r.bounded > 0) {
      s.append(s.isEmpty() ? "within the bound" : "; within the bound otherwise");
    }
    if (s.isEmpty()) {
      s.append("file only");
    }
    if (r.absent + r.refused > 0) {
      s.append("; ").append(r.absent + r.refused).append(" file(s) with a part that is absent");
    }
    return s.toString();
  }

  private static final String HEAD =
      """
      # Conformance

      Sagitta is held against real FAISS (1.15.1) in two ways.

      * **Golden**: `src/test/resources/golden` holds files and answers that FAISS wrote (`python/make_golden.py`). Every
        build reads each file, loaded and mapped, asks it what FAISS was asked, in a batch and one by one, and writes it
        back: the same bytes. `check.sh golden [family ...]` gives a summary of all failures.
      * **Live**: `mvn verify -Pfaiss` starts FAISS as a process (`python/setup.sh` installs it) and draws cases: metric, d,
        n, k, data, selectors, radius, parameters. FAISS builds and Sagitta reads, answers and writes back; Sagitta builds and FAISS
        reads; both change the same index and are compared again. `check.sh live TRIES [family ...]` draws as many as wanted.
        `.ci/run` draws with a fixed seed, so that its result is the code's; every other run draws afresh and prints its seed (`-Dsagitta.live.seed`).
        Where FAISS cannot be installed these tests are skipped, counted and printed.

      **Exact** means: the same ids in the same order, ties too, and the same bits of every distance, on data whose
      distances are exact in float32 (whole numbers). Exceptions are inner products at k = 1 and k >= 100, where FAISS's
      own paths order ties differently: there Sagitta has one rule for all paths. **The bound** otherwise: distances within
      1e-5·S, S being the sum of the absolute terms of the formula FAISS uses, and ids equal except among candidates closer than that.
      Types with rounded look-up tables or estimates have a wider one, stated in each file's JSON: 2e-5 to 5e-5·S after
      transforms and residuals, 1e-4·S for RaBitQ and TurboQuant, 2e-3·S (one step of an 8-bit table) for fast-scan.

      This file is written by `io.sagitta.conformance.table.ConformanceTable`; a test checks that it is up to date.

      ## FAISS's classes

      | FAISS class | how it is met | metrics in golden files | golden files |
      |---|---|---|---|
      """;

  private static final String QUIRKS =
      """

      ## FAISS's quirks

      | no. | FAISS | Sagitta | test (in io.sagitta.conformance) |
      |---|---|---|---|
      """;
}
