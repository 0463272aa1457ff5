package io.sagitta.conformance;

import io.sagitta.cli.BaseCommand;
import io.sagitta.cli.CommandProvider;
import io.sagitta.cli.Report;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.vectors.VectorFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sagitta conform}: a user's own index file through Sagitta and through real FAISS. */
@Command(
    name = "conform",
    description =
        "Search an index file with Sagitta and, where it is installed, with real FAISS, and print"
            + " every difference with its class: tie, rounding or defect.",
    footerHeading = "%nExample:%n",
    footer = {
      "  sagitta conform --index mine.index --queries q.fvecs -k 10 --params nprobe=16",
      "",
      "FAISS runs in the Python that conformance/python/setup.sh makes, or the one that the"
          + " variable",
      "SAGITTA_FAISS_PYTHON names. Exit code 1 if there is a defect."
    })
public final class ConformCommand extends BaseCommand implements CommandProvider {
  private static final int SHOWN = 20;

  @Option(names = "--index", required = true, paramLabel = "MINE", description = "Index file.")
  private Path file = Path.of("");

  @Option(names = "--queries", required = true, paramLabel = "FILE", description = "Query vectors.")
  private Path queries = Path.of("");

  @Option(
      names = {"-k", "--k"},
      paramLabel = "N",
      defaultValue = "10",
      description = "Results per query (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--params",
      paramLabel = "NAME=VALUE,...",
      defaultValue = "",
      description = "Search parameters for both.")
  private String params = "";

  @Option(names = "--all", description = "Print all differences, not only the first " + SHOWN + ".")
  private boolean all;

  /** For picocli and ServiceLoader. */
  public ConformCommand() {}

  @Override
  protected int run(Report report) throws IOException {
    if (k < 1) {
      throw wrongUse("-k " + k + " must be at least 1");
    }
    SearchParameters parameters = SearchParameters.parse(params);
    Vectors x = VectorFiles.read(queries);
    try (Index index = IndexIO.read(file)) {
      report.field(
          "index",
          "index",
          index.getClass().getSimpleName(),
          index.getClass().getSimpleName() + ", " + index.ntotal() + " x " + index.d());
      boolean same = sameBytes(index);
      report.field(
          "rewrittenAlike",
          "written again by Sagitta",
          same,
          same ? "the same bytes" : "other bytes (an older form of the type, or unused fields)");
      KnnResult mine = index.search(x, k, parameters);
      Optional<FaissProcess> found = FaissProcess.find();
      if (found.isEmpty()) {
        report.field("faiss", "FAISS", false, "not compared, " + FaissProcess.whyAbsent());
        return 0;
      }
      try (FaissProcess faiss = found.get()) {
        report.field("faiss", "FAISS", faiss.version());
        return compare(faiss, index, x, mine, report);
      }
    }
  }

  private boolean sameBytes(Index index) throws IOException {
    Path folder = Files.createTempDirectory("sagitta-conform");
    Path copy = folder.resolve("index");
    try {
      IndexIO.write(index, copy);
      return Files.mismatch(file, copy) < 0;
    } catch (UnsupportedOperationException e) {
      return false;
    } finally {
      Files.deleteIfExists(copy);
      Files.deleteIfExists(folder);
    }
  }

  private int compare(FaissProcess faiss, Index index, Vectors x, KnnResult mine, Report report) {
    List<Difference> differences;
    try (FaissIndex theirs = FaissIndex.read(faiss, file)) {
      FaissAnswer answer =
          theirs.search(x, k, params.isBlank() ? null : ParametersJson.ofText(params));
      differences =
          Agreement.strict(index.metricType())
              .withFreeTies()
              .compare(
                  mine.nq(),
                  k,
                  mine.labels(),
                  mine.distances(),
                  answer.longs("ids"),
                  answer.floats("distances"),
                  tolerance(index, x));
    }
    Map<Difference.Kind, Integer> counts = new EnumMap<>(Difference.Kind.class);
    for (Difference.Kind kind : Difference.Kind.values()) {
      counts.put(kind, 0);
    }
    int shown = 0;
    for (Difference d : differences) {
      counts.merge(d.kind(), 1, Integer::sum);
      if (all || shown < SHOWN) {
        report.line(d.toString());
        shown++;
      }
    }
    if (shown < differences.size()) {
      report.line("... and " + (differences.size() - shown) + " more (--all)");
    }
    report.hidden("differences", all ? differences : differences.subList(0, shown));
    report.hidden("results", (long) mine.nq() * k);
    counts.forEach(
        (kind, count) -> report.hidden(kind.name().toLowerCase(Locale.ROOT) + "Count", count));
    int defects = counts.getOrDefault(Difference.Kind.DEFECT, 0);
    report.line(
        String.format(
            Locale.ROOT,
            "%d results: %d ties, %d roundings, %d defects",
            mine.nq() * k,
            counts.get(Difference.Kind.TIE),
            counts.get(Difference.Kind.ROUNDING),
            defects));
    return defects == 0 ? 0 : 1;
  }

  /**
   * 1e-5 of the terms' sum, taken from the vectors that the index stores under the id; 0 where it
   * gives none.
   */
  private static Agreement.Tolerance tolerance(Index index, Vectors x) {
    StoredVectors stored = StoredVectors.in(index);
    float[] query = x.toArray();
    int d = x.d();
    MetricType metric = index.metricType();
    float arg = index.metricArg();
    return (q, id) -> {
      double most = 0;
      for (float[] v : stored.of(id)) {
        most = Math.max(most, Terms.sum(metric, arg, Terms.Path.MATRIX, query, q * d, v, 0, d));
      }
      return 1e-5 * most;
    };
  }
}
